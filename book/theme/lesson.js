'use strict';
// The card of a lesson: its output and its timeline, replayed from the recorded run or live from the
// reader's own machine. Both ways the same events come in, and the same code reads and draws them.
//
//   read     events -> lanes, bars, arrows, rows; settle and link say what only the whole run can tell
//   draw     those -> SVG: axis, life, deeds, arrow
//   View     a listing and a timeline that point at each other
//   Card     one lesson on the page: a View with its buttons
//   sse      the answer of the local server -> events
//
// The cards of exercises and of orders use `stage`, what is at the end of this file. There a run is made of
// steps: each is a millisecond long and is numbered, and no clock is shown.
const stage = (() => {
  /**
   * One object of the Trace Event format, as shared/src/stage.rs writes it. Times in microseconds.
   * @typedef {{ph: string, ts: number, pid: number, tid: number, cat: string, name: string, id?: string,
   *   args?: {name?: string, text?: string, pid?: number, errors?: string[]}}} TraceEvent
   * @typedef {{pid: number, name: string, lanes: Lane[], ended?: {at: number, how: string}}} Proc
   * @typedef {{proc: Proc, tid: number, name: string, who: string, colour: number, from: number, to: number,
   *   ended: boolean, cut: string, bars: Bar[], rows: Row[], open: Bar[], arrows: number, y: number}} Lane
   * @typedef {{lane: Lane, kind: string, name: string, from: number, to: number, depth: number, rows: number[]}} Bar
   * @typedef {{lane: Lane, at: number, text: string, index: number, note?: string}} Row
   * @typedef {{kind: string, text: string, a: Lane, b: Lane, from: number, to: number}} Arrow
   * @typedef {{several: boolean, steps: boolean, procs: Proc[], lanes: Lane[], rows: Row[], arrows: Arrow[], end: number}} Run
   * @typedef {{thread: string, text: string, line: number, file?: string}} Step
   * @typedef {{shape: Element, lane: Lane, from: number, to: number, rows: number[], says: string}} Item
   */

  /**
   * Whether it has all that is drawn of an event, and of the right kind: a lesson may write anything into its trace.
   * @param {any} e @returns {e is TraceEvent}
   */
  const isEvent = (e) => !!e && ['ts', 'pid', 'tid'].every((key) => Number.isFinite(e[key]))
    && ['ph', 'cat', 'name'].every((key) => typeof e[key] === 'string')
    && ['name', 'text'].every((key) => ['undefined', 'string'].includes(typeof e.args?.[key]));

  /** The first event of a stored run, which says when and where it was recorded. @param {TraceEvent} e */
  const isRecord = (e) => e.ph === 'M' && e.name === 'recorded';

  const COLOURS = 6;
  const LONG = 6e8; // later than any run ends, in microseconds
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const served = /^(127\.0\.0\.1|localhost|\[::1\])$/.test(location.hostname);

  /**
   * What the events say. What is open goes on to the end of the drawing.
   * @param {TraceEvent[]} events
   * @param {number} scale the least length of the drawing
   * @param {boolean} steps whether it is made of steps
   * @returns {Run}
   */
  function read(events, scale = 0, steps = false) {
    /** @type {Map<number, Proc>} */ const procs = new Map();
    /** @type {Map<string, Lane>} */ const lanes = new Map();
    /** @type {Map<string, {lane: Lane, at: number, text: string}>} */ const tails = new Map();
    /** @type {Run} */
    const run = { several: false, steps, procs: [], lanes: [], rows: [], arrows: [], end: 0 };
    for (const e of [...events].sort((a, b) => a.ts - b.ts)) {
      if (isRecord(e)) continue;
      const proc = procs.get(e.pid) ?? { pid: e.pid, name: '', lanes: [] };
      procs.set(e.pid, proc);
      const key = e.pid + '/' + e.tid;
      let lane = lanes.get(key);
      if (!lane) {
        lane = { proc, tid: e.tid, name: '', who: '', colour: 0, from: e.ts, to: e.ts, ended: false, cut: '',
          bars: [], rows: [], open: [], arrows: 0, y: 0 };
        lanes.set(key, lane);
        proc.lanes.push(lane);
      }
      run.end = Math.max(run.end, e.ts);
      lane.to = e.ts;
      const text = e.args?.text ?? '';
      const joint = e.cat + e.id;
      if (e.ph === 'M') {
        (e.name === 'thread_name' ? lane : proc).name = e.args?.name ?? '';
      } else if (e.ph === 'B') {
        const bar = { lane, kind: e.cat, name: e.name, from: e.ts, to: LONG, depth: lane.open.length, rows: [] };
        lane.open.push(bar);
        lane.bars.push(bar);
      } else if (e.ph === 'E') {
        const bar = lane.open.pop();
        if (bar) bar.to = e.ts;
      } else if (e.ph === 's') {
        tails.set(joint, { lane, at: e.ts, text });
        lane.arrows++;
      } else if (e.ph === 'f') {
        const tail = tails.get(joint);
        lane.arrows++;
        if (tail && tail.lane !== lane) {
          run.arrows.push({ kind: e.cat, text: tail.text, a: tail.lane, b: lane, from: tail.at, to: e.ts });
        }
      } else if (e.cat === 'say') {
        const row = { lane, at: e.ts, text: e.name, index: run.rows.length };
        run.rows.push(row);
        lane.rows.push(row);
      } else if (e.cat === 'end' && e.args?.pid !== undefined) {
        const child = procs.get(e.args.pid);
        if (child) child.ended = { at: e.ts, how: e.name.split(' ended: ')[1] ?? '' };
      } else if (e.cat === 'end') {
        lane.ended = true;
      }
    }
    run.several = procs.size > 1;
    run.end = Math.max(run.end, scale, 1);
    run.procs = [...procs.values()];
    run.procs.forEach((proc, i) => settle(run, proc, i === 0));
    run.lanes = run.procs.flatMap((proc) => proc.lanes);
    run.lanes.forEach((lane, i) => {
      // The same thread has the same colour, no matter which thread takes the first step.
      const nth = steps ? lane.tid - 1 : i;
      lane.colour = nth && ((nth - 1) % COLOURS) + 1;
      link(lane, run.end / 50);
    });
    return run;
  }

  /** Where a step is, with the file's name if it is not the reader's own. @param {Step} step */
  const place = ({ line, file }) => line ? (file && file !== 'exercise.rs' ? file + ' ' : 'line ') + line : '';

  /**
   * A run that is made of steps, in this order.
   * @param {string[]} threads the names of those that have a lane
   * @param {Step[]} steps
   * @param {Step[]} stuck who can't go on after them
   */
  function steps(threads, steps, stuck) {
    const first = threads[0] === 'main' ? 1 : 2;
    /** @type {TraceEvent[]} */ const events = [];
    /** @param {string} ph @param {number} at @param {string} thread @param {string} cat @param {string} name */
    const add = (ph, at, thread, cat, name) => events.push({ ph, ts: at * 1e3, pid: 1,
      tid: threads.indexOf(thread) + first, cat, name: name.replaceAll('`', ''), args: { name: thread } });
    for (const thread of threads) add('M', 0, thread, '', 'thread_name');
    steps.forEach(({ thread, text }, i) => {
      add('B', i, thread, 'work', 'work');
      add('i', i, thread, 'say', text);
      add('E', i + 1, thread, '', '');
    });
    for (const { thread, text } of stuck) add('B', steps.length, thread, 'wait', text);
    const run = read(events, (steps.length + Math.min(stuck.length, 1)) * 1e3, true);
    run.rows.forEach((row, i) => { row.note = place(steps[i]); });
    return run;
  }

  /**
   * Says of each thread of a process who it is and how it ended, which only the whole run can tell.
   * @param {Run} run @param {Proc} proc @param {boolean} first
   */
  function settle(run, proc, first) {
    const main = proc.lanes.find((lane) => lane.name === 'main');
    // The first thread was there from the start, whenever it first had something to say.
    if (main && first) main.from = 0;
    const how = proc.ended?.how ?? '';
    const good = /^$|: 0$/.test(how);
    for (const lane of proc.lanes) {
      if (!lane.ended) {
        const known = proc.ended?.at ?? (main?.ended ? main.to : undefined);
        if (known === undefined) lane.to = run.end;
        else {
          // One that ended well with nothing begun was not cut off: a worker of a pool that was sent
          // home, or a thread whose last word was not waited for.
          if (!good) lane.cut = ending(how);
          else if (lane.open.length) lane.cut = 'cut off';
          lane.to = lane.cut || lane === main ? known : lane.to;
          lane.ended = true;
        }
      } else if (lane === main && !good) lane.cut = ending(how);
      for (const bar of lane.open) bar.to = lane.to;
      lane.who = (lane === main && !first ? proc.name : lane.name) + (run.several ? ' ' + proc.pid : '');
    }
    // A thread that only looks after a child for a moment is not part of the story.
    proc.lanes = proc.lanes.filter((lane) => run.steps || lane === main || lane.rows.length || lane.arrows
      || lane.bars.some((bar) => bar.kind === 'work' || bar.to - bar.from > run.end / 100));
    proc.lanes.sort((a, b) => Number(b === main) - Number(a === main) || a.tid - b.tid);
  }

  /**
   * Joins what a thread says to what it does: a line belongs to what goes on while it is said, or else
   * to what begins soon after it, and lasts long enough to be seen.
   * @param {Lane} lane @param {number} soon
   */
  function link(lane, soon) {
    lane.rows.forEach((row, i) => {
      const next = lane.rows[i + 1]?.at ?? LONG;
      const bar = lane.bars.findLast((bar) => bar.from <= row.at && row.at <= bar.to)
        ?? lane.bars.find((bar) => bar.from >= row.at && bar.from <= next && bar.from - row.at < soon
          && bar.to - bar.from > soon / 10);
      bar?.rows.push(row.index);
    });
    for (const bar of lane.bars) {
      const after = lane.rows.find((row) => row.at >= bar.to && row.at - bar.to < soon);
      if (!bar.rows.length && after) bar.rows.push(after.index);
    }
  }

  /** `signal: 9 (SIGKILL)` in a word. @param {string} how */
  const ending = (how) => /SIGKILL|SIGTERM/.test(how) ? 'killed' : how.match(/\((\w+)/)?.[1] ?? how;

  /** @param {number} time @param {number} end length of the run, which decides the unit */
  const clock = (time, end) => end < 2e5 ? (time / 1e3).toFixed(1) + ' ms' : (time / 1e6).toFixed(2) + ' s';

  /**
   * @param {string} name @param {Record<string, string | number>} attributes
   * @param {(Element | string)[]} inside
   */
  function svg(name, attributes = {}, ...inside) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const key in attributes) element.setAttribute(key, String(attributes[key]));
    element.append(...inside);
    return element;
  }

  /**
   * @template {keyof HTMLElementTagNameMap} T
   * @param {T} name @param {string} className @param {(Element | string)[]} inside
   */
  function html(name, className, ...inside) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...inside);
    return element;
  }

  const pen = document.createElement('canvas').getContext('2d');
  /** @param {string} text */
  const wide = (text) => pen ? pen.measureText(text).width : text.length * 7;

  const BAR = 18; // height of a bar, in pixels like all lengths of the drawing
  let drawings = 0;

  /**
   * Lines and figures of the time.
   * @param {number} end @param {(time: number) => number} x @param {number} bottom
   */
  function axis(end, x, bottom) {
    const group = svg('g');
    const [unit, name] = end < 2e5 ? [1e3, 'ms'] : [1e6, 's'];
    const least = end / Math.max(2, (x(end) - x(0)) / 64);
    const ten = 10 ** Math.floor(Math.log10(least));
    const step = ten * ([1, 2, 5].find((n) => n * ten >= least) ?? 10);
    for (let n = 0; n * step <= end; n++) {
      const at = x(n * step);
      group.append(svg('line', { class: 'grid', x1: at, x2: at, y1: 0, y2: bottom }),
        svg('text', { class: 'axis', x: at, y: bottom + 15, 'text-anchor': n && at > x(end) - 9 ? 'end' : at < 18 ? 'start' : 'middle' },
          `${Number((n * step / unit).toPrecision(6))} ${name}`));
    }
    return group;
  }

  /**
   * The life of a thread, from its start to its end or to where it was cut.
   * @param {Lane} lane @param {(time: number) => number} x
   */
  function life({ from, to, y, colour, ended, cut }, x) {
    const a = x(from), b = x(to);
    const end = ended && !cut ? `M${b} ${y - 6}v12` : '';
    const group = svg('g', {},
      svg('path', { class: `life c${colour}`, d: `M${a} ${y - 6}v12M${a} ${y}H${b}${end}` }));
    const mark = cut && svg('g', { class: 'cut' }, svg('path', { d: `M${b - 5} ${y - 7}l10 14m0 -14l-10 14` }),
      svg('text', { x: b + 10, y: y + 4 }, cut));
    return { group, mark };
  }

  /**
   * What a thread does and says. What is shorter than a pixel is drawn if it is work.
   * @param {Lane} lane @param {(time: number) => number} x @param {Run} run
   * @returns {Item[]}
   */
  function deeds(lane, x, { end, steps, rows: all }) {
    /** @type {Item[]} */ const items = [];
    for (const { kind, name, from, to, depth, rows } of lane.bars) {
      const wait = kind === 'wait';
      const width = x(to) - x(from) - 1;
      if (wait && width < 0) continue;
      const height = Math.max((wait ? BAR - 4 : BAR) - 6 * depth, 6);
      const shape = svg('g', { class: `${wait ? 'wait' : 'work'} c${lane.colour}` },
        svg('rect', { x: x(from), y: lane.y - height / 2, width: Math.max(width, 2), height, rx: 3 }));
      const step = steps && !wait ? rows[0] : undefined;
      const text = step !== undefined ? String(step + 1) : name === 'work' ? '' : name;
      if (text && wide(text) < width - (step === undefined ? 13 : 2)) {
        shape.append(step === undefined ? svg('text', { x: x(from) + 9, y: lane.y + 4 }, text)
          : svg('text', { x: x(from) + width / 2, y: lane.y + 4, 'text-anchor': 'middle' }, text));
      }
      const says = step !== undefined ? `Step ${text}: ${lane.who} ${all[step].text}`
        : steps ? `${lane.who} is stuck: it ${name}`
        : `${lane.who} ${wait ? 'waits' : 'is busy'} from ${clock(from, end)} to ${clock(to, end)}` + (text && ': ' + text);
      items.push({ shape, lane, from, to, rows, says });
    }
    // A step is a bar already.
    for (const { at, text, index } of steps ? [] : lane.rows) {
      const place = { cx: x(at), cy: lane.y };
      const shape = svg('g', { class: 'say' }, svg('circle', { class: 'hit', ...place, r: 9 }),
        svg('circle', { ...place, r: 3.5 }));
      items.push({ shape, lane, from: at, to: at, rows: [index],
        says: `${lane.who} says at ${clock(at, end)}: ${text}` });
    }
    return items;
  }

  /**
   * From the edge of one bar to the edge of another, with a head.
   * @param {Arrow} arrow @param {(time: number) => number} x
   */
  function arrow({ kind, a, b, from, to }, x) {
    const down = a.y < b.y ? 1 : -1;
    const x1 = x(from), x2 = x(to), y1 = a.y + down * BAR / 2, y2 = b.y - down * (BAR / 2 + 1);
    const turn = Math.atan2(y2 - y1, x2 - x1);
    const head = [2.6, -2.6].map((angle) =>
      `M${x2} ${y2}l${6 * Math.cos(turn + angle)} ${6 * Math.sin(turn + angle)}`);
    const far = x2 - x1 > 60 ? ' far' : '';
    return svg('g', {}, svg('path', { class: `arrow ${kind}${far}`, d: `M${x1} ${y1}L${x2} ${y2}` }),
      svg('path', { class: 'arrow', d: head.join('') }));
  }

  /**
   * Draws a run into `box`, as wide as the box is.
   * @param {HTMLElement} box
   * @param {Run} run
   * @returns {{items: Item[], at: (time: number) => void}} what can be pointed at, and how to show
   *   the run as it was at a time
   */
  function draw(box, run) {
    const W = Math.max(240, box.clientWidth);
    const style = getComputedStyle(box);
    if (pen) pen.font = `${style.fontSize} ${style.fontFamily}`;
    const narrow = W < 480;
    const grouped = run.procs.some((proc) => proc.lanes.length > 1) && run.several;
    /** @param {Lane} lane */
    const label = (lane) => grouped && lane.proc.lanes.length > 1 ? lane.name : lane.who;
    const left = narrow ? 10 : 18 + Math.max(30, ...run.lanes.map((lane) => wide(label(lane))));
    let right = W - 14;
    // Room for the word behind a cut, where the bar ends.
    for (const { cut, to } of run.lanes) {
      if (cut) right = Math.min(right, left + (W - left - 20 - wide(cut)) * run.end / Math.max(to, 1));
    }
    /** @param {number} time */
    const x = (time) => left + Math.min(time / run.end, 1) * (right - left);

    const [bands, lives, bars, arrows, labels, beads, marks] = Array.from({ length: 7 }, () => svg('g'));
    const names = svg('g', { class: 'names' });
    /** @type {Item[]} */ const items = [];
    let y = 0;
    for (const proc of run.procs) {
      const top = y;
      if (grouped && proc.lanes.length > 1) {
        names.append(svg('text', { class: 'group', x: 8, y: y + 16 }, `${proc.name} ${proc.pid}`));
        y += 18;
      }
      for (const lane of proc.lanes) {
        names.append(svg('text', { x: 8, y: y + (narrow ? 16 : 24) }, label(lane)));
        y += narrow ? 22 : 9;
        lane.y = y + BAR / 2;
        y += BAR + 11;
      }
      if (proc.lanes.length) {
        bands.append(svg('rect', { class: 'band', x: 0, y: top, width: W, height: y - top, rx: 5 }));
        y += run.several ? 5 : 0;
      }
    }
    const bottom = y;

    for (const lane of run.lanes) {
      const { group, mark } = life(lane, x);
      lives.append(group);
      marks.append(mark);
      for (const item of deeds(lane, x, run)) {
        item.shape.setAttribute('data-item', String(items.push(item) - 1));
        (item.from < item.to ? bars : beads).append(item.shape);
      }
    }
    const shown = run.arrows.filter(({ a, b }) => a.y && b.y);
    shown.forEach((one, i) => {
      const { kind, text, a, b, to } = one;
      arrows.append(arrow(one, x));
      if (kind !== 'message' && kind !== 'task') return;
      // A label has to fit in front of the next arrow and, on a narrow screen, behind the lane's name.
      const next = shown.find((later, j) => j > i && later.b === b);
      const at = x(to) + 6;
      if (at + wide(text) + 6 > (next ? x(next.to) : W + 6) || (narrow && at < 18 + wide(label(b)))) return;
      labels.append(svg('text', { class: 'label', x: at, y: b.y + (a.y < b.y ? -BAR / 2 - 4 : BAR / 2 + 10) }, text));
    });

    const id = `lesson-clip-${++drawings}`;
    const curtain = svg('rect', { x: 0, y: -5, width: W, height: bottom + 10 });
    const now = svg('line', { class: 'now', y1: 0, y2: bottom });
    const H = bottom + (run.steps ? 0 : 20);
    const drawing = svg('svg', { viewBox: `0 0 ${W} ${H}`, width: W, height: H, 'aria-hidden': 'true' },
      svg('clipPath', { id }, curtain), bands, run.steps ? '' : axis(run.end, x, bottom),
      svg('g', { 'clip-path': `url(#${id})` }, lives, bars, arrows, labels, beads, marks), names, now);
    box.querySelector('svg')?.remove();
    box.prepend(drawing);
    return { items, at(time) {
      const whole = time >= run.end;
      curtain.setAttribute('width', String(whole ? W : x(time)));
      now.setAttribute('visibility', whole ? 'hidden' : 'visible');
      for (const end of ['x1', 'x2']) now.setAttribute(end, String(x(time)));
    } };
  }

  /**
   * What the signs mean, those that occur in this run.
   * @param {Run} run
   */
  function legend(run) {
    const list = html('ul', 'lesson-legend');
    /** @param {unknown} occurs @param {string} words @param {Element[]} sign */
    const entry = (occurs, words, ...sign) => {
      if (!occurs) return;
      list.append(html('li', '', svg('svg', { width: 26, height: 14, 'aria-hidden': 'true' }, ...sign), words));
    };
    /** @param {string} kind */
    const bar = (kind) => run.lanes.some((lane) => lane.bars.some((bar) => bar.kind === kind));
    const kinds = new Set(run.arrows.map((arrow) => arrow.kind));
    for (const [kind, words, y] of /** @type {const} */ ([['work', 'busy', 0], ['wait', 'waiting', 1.5]])) {
      const box = { x: 1, y, width: 24, height: 14 - 2 * y, rx: 3 };
      entry(bar(kind), words, svg('g', { class: `${kind} c1` }, svg('rect', box)));
    }
    entry(run.rows.length, 'says a line', svg('g', { class: 'say' }, svg('circle', { cx: 13, cy: 7, r: 3.5 })));
    for (const kind of ['start', 'message', 'task', 'result']) {
      entry(kinds.has(kind), kind === 'start' ? 'starts a process' : kind,
        svg('path', { class: `arrow ${kind}`, d: 'M1 7H24' }),
        svg('path', { class: 'arrow', d: 'M24 7l-5 -3M24 7l-5 3' }));
    }
    entry(run.lanes.some((lane) => lane.cut), 'ended before it was done',
      svg('g', { class: 'cut' }, svg('path', { d: 'M8 1l10 12m0 -12l-10 12' })));
    return list;
  }

  let token = '';
  let built = ''; // which of the server's builds this page is of

  /** Puts a button behind a command that copies it. @param {HTMLElement} command */
  function copyable(command) {
    const button = html('button', 'lesson-copy', 'Copy');
    button.type = 'button';
    button.onclick = async () => {
      try {
        await navigator.clipboard.writeText(command.textContent ?? '');
        button.textContent = 'Copied';
      } catch {
        getSelection()?.selectAllChildren(command);
        button.textContent = document.execCommand('copy') ? 'Copied' : 'Selected';
      }
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    };
    command.after(button);
  }

  /** @type {View[]} */ const views = [];

  class View {
    /** @param {HTMLElement} root the card @param {HTMLElement} output its listing @param {HTMLElement} timeline */
    constructor(root, output, timeline) {
      this.root = root;
      this.output = output;
      this.timeline = timeline;
      this.status = /** @type {HTMLElement} */ (root.querySelector('.lesson-status'));
      /** @type {[string, string][]} lines beside what was said: class, text */ this.others = [];
      this.time = Infinity;
      this.width = 0;
      /** @type {AbortController | undefined} */ this.running = undefined;
      this.run = read([]);
      /** @type {ReturnType<typeof draw>} */ this.drawing = { items: [], at() {} };
      /** @type {Element[]} */ this.hot = [];
      this.current = -1;

      this.body = html('div', 'lesson-body');
      timeline.before(this.body);
      this.body.append(output, timeline);
      this.key = html('div', '');
      this.told = html('p', 'lesson-told');
      timeline.append(this.told, this.key);
      timeline.tabIndex = 0;
      timeline.setAttribute('role', 'group');
      output.addEventListener('pointerover', (e) => this.pointAtRow(this.rowOf(e.target)));
      output.addEventListener('pointerleave', () => this.point());
      output.addEventListener('keydown', (e) => this.walkRows(e));
      output.addEventListener('blur', () => this.point());
      timeline.addEventListener('pointerover', (e) => this.pointAtItem(this.itemOf(e.target)));
      timeline.addEventListener('pointerleave', () => this.point());
      timeline.addEventListener('keydown', (e) => this.walkItems(e));
      // Read out what the arrow keys come to, but not what the mouse passes.
      timeline.addEventListener('focus', () => this.told.setAttribute('aria-live', 'polite'));
      timeline.addEventListener('blur', () => {
        this.told.removeAttribute('aria-live');
        this.point();
      });
      // In the book these keys turn the page; in a card they belong to what has the focus.
      root.addEventListener('keydown', (e) => { if (/^Arrow/.test(e.key)) e.stopPropagation(); });
      new ResizeObserver(() => {
        if (Math.abs(timeline.clientWidth - this.width) > 1) this.redraw();
      }).observe(timeline);
      views.push(this);
    }

    /** @param {string} text */
    tell(text) {
      if (this.status.textContent !== text) this.status.textContent = text;
    }

    /** Shows this run. @param {Run} run */
    set(run) {
      this.run = run;
      this.listing();
      this.redraw();
    }

    redraw() {
      this.width = this.timeline.clientWidth;
      this.current = -1;
      this.drawing = draw(this.timeline, this.run);
      if (!this.run.steps) this.key.replaceChildren(legend(this.run));
      const { lanes, several, steps, rows, procs, end } = this.run;
      const count = several ? `${procs.length} processes` : `${lanes.length} thread${lanes.length === 1 ? '' : 's'}`;
      const long = steps ? `${rows.length} steps` : clock(end, end);
      this.timeline.setAttribute('aria-label', `Timeline: ${count}, ${long}. `
        + 'The output tells the same in words. Arrow keys go from bar to bar.');
      this.timeline.classList.toggle('empty', !lanes.length);
      this.point();
      this.show();
    }

    /** Shows the run as it was at `this.time`. */
    show() {
      this.drawing.at(this.time);
      if (this.running) return;
      const all = this.time >= this.run.end;
      let grown = false;
      [...this.output.children].forEach((row, i) => {
        const hide = !all && (this.run.rows[i]?.at ?? LONG) > this.time;
        grown ||= row instanceof HTMLElement && row.hidden && !hide;
        row.toggleAttribute('hidden', hide);
      });
      if (grown && !all) this.output.scrollTop = this.output.scrollHeight;
    }

    /** Brings the rows of the listing up to date; those that stay the same are left alone. */
    listing() {
      const rows = this.run.rows.map((row) => ({ kind: '', parts: [
        html('span', 'time', this.run.steps ? String(row.index + 1) : (row.at / 1e6).toFixed(2)), ' ',
        html('span', 'who', row.lane.who), ' ', html('span', 'text', row.text),
        ...row.note ? [' ', html('span', 'note', row.note)] : []], colour: row.lane.colour }));
      for (const [kind, line] of this.others) rows.push({ kind, parts: [html('span', 'text', line)], colour: -1 });
      this.output.style.setProperty('--who', Math.max(0, ...this.run.lanes.map((lane) => lane.who.length)) + 'ch');
      rows.forEach(({ kind, parts, colour }, i) => {
        const made = html('li', kind, ...parts);
        let row = this.output.children[i];
        if (!row) this.output.append(row = made);
        else if (row.textContent?.trim() !== made.textContent) row.replaceWith(row = made);
        if (colour >= 0) row.classList.add(`c${colour}`);
      });
      while (this.output.children.length > rows.length) this.output.lastElementChild?.remove();
      if (this.running) this.output.scrollTop = this.output.scrollHeight;
    }

    // Rows and bars point at each other

    /** @param {EventTarget | null} target */
    rowOf(target) {
      const row = target instanceof Element ? target.closest('li') : null;
      return row ? [...this.output.children].indexOf(row) : -1;
    }

    /** @param {EventTarget | null} target */
    itemOf(target) {
      const shape = target instanceof Element ? target.closest('[data-item]') : null;
      return Number(shape?.getAttribute('data-item') ?? -1);
    }

    /**
     * Lights up shapes and rows, puts out all others, and tells what it is.
     * @param {Element[]} shapes @param {number[]} rows @param {string} told
     */
    point(shapes = [], rows = [], told = '') {
      for (const element of this.hot) element.classList.remove('hot');
      this.hot = [...shapes, ...rows.flatMap((row) => this.output.children[row] ?? [])];
      for (const element of this.hot) element.classList.add('hot');
      this.told.textContent = told
        || (this.run.lanes.length ? 'Point at a bar or at a line: it shows what belongs to it.' : '');
    }

    /** @param {number} index */
    pointAtRow(index) {
      const row = this.run.rows[index];
      const items = this.drawing.items.filter((item) => item.rows.includes(index));
      const said = items.find((item) => item.from === item.to) ?? items[0];
      this.point(items.map((item) => item.shape), row ? [index] : [], said?.says);
    }

    /** @param {number} index */
    pointAtItem(index) {
      const item = this.drawing.items[index];
      if (!item) return this.point();
      this.point([item.shape], item.rows, item.says);
      this.reveal(item.rows[0]);
    }

    /** Scrolls the listing, and not the page, until a row can be seen. @param {number} index */
    reveal(index) {
      const row = this.output.children[index]?.getBoundingClientRect();
      const { top, bottom } = this.output.getBoundingClientRect();
      if (row) this.output.scrollTop += Math.min(row.top - top, 0) + Math.max(row.bottom - bottom, 0);
    }

    /** @param {KeyboardEvent} e */
    walkRows(e) {
      const way = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (!way || !this.run.rows.length) return;
      e.preventDefault();
      const hot = this.hot.find((element) => element.parentElement === this.output);
      const at = hot ? this.rowOf(hot) + way : way > 0 ? 0 : this.run.rows.length - 1;
      const next = Math.min(Math.max(at, 0), this.run.rows.length - 1);
      this.pointAtRow(next);
      this.reveal(next);
    }

    /**
     * Left and right: along a lane. Up and down: from lane to lane, at the same time.
     * @param {KeyboardEvent} e
     */
    walkItems(e) {
      const { items } = this.drawing;
      if (!/^(Arrow\w+|Home|End)$/.test(e.key) || !items.length || e.altKey || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      /** A lane's bars, or what it said if it has none. @param {Lane} lane */
      const stops = (lane) => {
        const own = items.map((item, i) => ({ item, i })).filter(({ item }) => item.lane === lane);
        const bars = own.filter(({ item }) => item.from < item.to);
        return bars.length ? bars : own;
      };
      const lanes = this.run.lanes.filter((lane) => stops(lane).length);
      const here = items[this.current];
      let row = here ? lanes.indexOf(here.lane) : 0;
      let i = stops(lanes[row]).findIndex((stop) => stop.i === this.current);
      if (here && e.key === 'ArrowRight') i++;
      else if (here && e.key === 'ArrowLeft') i--;
      else if (e.key === 'Home') i = 0;
      else if (e.key === 'End') i = Infinity;
      else if (here) {
        row = Math.min(Math.max(row + (e.key === 'ArrowDown' ? 1 : -1), 0), lanes.length - 1);
        i = stops(lanes[row]).findLastIndex((stop) => stop.item.from <= here.from);
      }
      const along = stops(lanes[row]);
      this.current = along[Math.min(Math.max(i, 0), along.length - 1)].i;
      this.pointAtItem(this.current);
    }
  }

  class Card extends View {
    /** @param {HTMLElement} root */
    constructor(root) {
      /** @param {string} part */
      const find = (part) => /** @type {HTMLElement} */ (root.querySelector('.lesson-' + part));
      super(root, find('output'), find('timeline'));
      this.command = find('command');
      this.choices = /** @type {HTMLFieldSetElement | null} */ (root.querySelector('.lesson-choices'));
      this.plain = this.command.textContent ?? '';
      this.buttons = find('buttons');
      /** @type {TraceEvent[]} what is shown, recorded or from here */ this.events = [];
      this.scale = 0;
      /** How long a run takes, as far as is known. */ this.usual = 0;
      this.frame = 0;
      this.compiling = html('details', 'lesson-compile', html('summary', ''), html('pre', ''));
      this.compiling.hidden = true;
      this.status.after(this.compiling);

      this.runButton = this.button('▶ Run here', () => this.start());
      this.runButton.classList.add('primary');
      this.runButton.hidden = true;
      this.replayButton = this.button('', () => this.replay());
      const speed = html('select', '');
      for (const [text, value] of [['×½', '0.5'], ['×1', '1'], ['×4', '4']]) speed.add(new Option(text, value));
      speed.value = '1';
      this.speed = speed;
      this.speedLabel = html('label', '', 'Speed ', speed);
      this.buttons.append(this.speedLabel);
      this.stopButton = this.button('Stop', () => this.stop());
      this.saveButton = this.button('Download trace', () => this.download());
      this.saveButton.title = 'Perfetto opens it (ui.perfetto.dev)';
      copyable(this.command);

      this.choices?.addEventListener('change', () => this.choose());
      calm.addEventListener('change', () => this.enable());
      this.choose();
      whenServed(() => { this.runButton.hidden = false; });
    }

    /** @param {string} text @param {() => void} does */
    button(text, does) {
      const button = html('button', '', text);
      button.type = 'button';
      button.onclick = does;
      this.buttons.append(button);
      return button;
    }

    /** The arguments that the reader has chosen, in the order of the card. */
    chosen() {
      /** @type {string[]} */ const chosen = [];
      for (const field of this.choices?.elements ?? []) {
        if (field instanceof HTMLInputElement && field.checked) chosen.push(field.name);
        if (field instanceof HTMLSelectElement && field.value) chosen.push(field.name, field.value);
      }
      return chosen;
    }

    /** Shows the recorded run that has the chosen arguments. */
    choose() {
      this.stop();
      const chosen = this.chosen().join(' ');
      this.command.textContent = this.plain + (chosen && ' -- ' + chosen);
      const script = [...this.root.querySelectorAll('script')].find((s) => (s.dataset.arguments ?? '') === chosen);
      this.events = JSON.parse(script?.textContent ?? '[]').filter(isEvent);
      const recorded = this.events.find(isRecord)?.args;
      this.others = (recorded?.errors ?? []).map((line) => /** @type {[string, string]} */ (['error', line]));
      this.scale = 0;
      this.time = Infinity;
      this.compiling.hidden = true;
      this.update();
      this.usual = recorded ? this.run.end : 3e6;
      this.tell(script?.dataset.status ?? (chosen
        ? 'With these choices it was not recorded. Run it on your own machine to see it.' : 'Not recorded yet.'));
      this.enable();
    }

    /** Reads and shows the events again: after new ones, or in another width. */
    update() {
      this.set(read(this.events, this.scale));
    }

    // Replay

    replay() {
      const { rows, end } = this.run;
      if (calm.matches) {
        // Nothing moves by itself: every press shows one line more.
        const next = rows.find((row) => this.time === Infinity || row.at > this.time);
        this.time = next ? next.at : Infinity;
        this.tell(next ? `Line ${next.index + 1} of ${rows.length}. Press again for the next.` : 'The end of the run.');
        this.show();
        return this.enable();
      }
      // What is over in a moment is shown more slowly, or nobody could follow.
      const slow = end < 1e6 ? Math.ceil(3e6 / end) : 1;
      this.stop();
      this.hold();
      this.time = 0;
      this.output.scrollTop = 0;
      this.tell(slow > 1 ? `Replay, ${slow} times slower than it was.` : 'Replay.');
      let before = performance.now();
      const tick = (/** @type {number} */ now) => {
        this.time += Math.max(now - before, 0) * 1e3 * Number(this.speed.value) / slow;
        before = now;
        if (this.time < end) this.frame = requestAnimationFrame(tick);
        else this.finish('The end of the run.');
        this.show();
      };
      this.frame = requestAnimationFrame(tick);
      this.show();
      this.enable();
    }

    /** @param {string} text */
    finish(text) {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      this.time = Infinity;
      for (const part of [this.output, this.body]) part.style.minHeight = '';
      this.tell(text);
      this.show();
      this.enable();
    }

    stop() {
      if (this.running) this.running.abort();
      else if (this.frame || this.time < Infinity) this.finish('Replay stopped. This is the whole run.');
    }

    /** Says which buttons can be pressed now; the focus never stays on one that can't. */
    enable() {
      const live = !!this.running;
      const busy = live || this.time < Infinity;
      const focus = document.activeElement;
      this.runButton.disabled = live;
      this.replayButton.disabled = live || !this.run.rows.length;
      this.replayButton.textContent = calm.matches ? (busy ? 'Next line' : 'Replay line by line') : 'Replay';
      this.speedLabel.hidden = calm.matches;
      this.stopButton.disabled = !busy;
      this.saveButton.disabled = live || !this.events.length;
      if (this.choices) this.choices.disabled = live;
      if (focus instanceof HTMLButtonElement && focus.disabled && this.buttons.contains(focus)) {
        (busy ? this.stopButton : this.runButton.hidden ? this.replayButton : this.runButton).focus();
      }
    }

    // Run here

    async start() {
      if (this.running) return;
      this.stop();
      const leave = this.running = new AbortController();
      this.tell('Starting…');
      this.enable();
      let told = '';
      let begun = false, ended = false;
      try {
        const answer = await post('run', { lesson: this.root.dataset.lesson, arguments: this.chosen() }, leave.signal);
        if (!answer.ok || !answer.body) {
          told = await answer.text();
          return;
        }
        this.compiling.hidden = true;
        told = 'The run broke off.';
        for await (const { event, data } of sse(answer.body)) {
          if (event === 'end') {
            const { ok, why } = JSON.parse(data);
            told = !begun ? `The lesson was not run: ${why}.`
              : ok ? `Ran here just now: ${why}.` : `Ran here just now, and did not end well: ${why}.`;
            ended = true;
            this.compiling.open = !begun; // it did not compile: the lines say why
          } else {
            if (event !== 'compile' && !begun) this.begin();
            begun ||= event !== 'compile';
            this.take(event, data);
          }
        }
      } catch {
        told = !leave.signal.aborted ? 'The local server does not answer. Is cargo book still running?'
          : begun ? 'Stopped. This is what had been done by then.' : 'Stopped before the run began.';
      } finally {
        this.running = undefined;
        this.scale = begun && !ended ? this.time : 0;
        if (begun) this.update();
        if (ended) this.usual = this.run.end;
        this.finish(told);
      }
    }

    /** Clears the stage for a run that goes on here; as long as the shown one, it is guessed. */
    begin() {
      this.hold();
      this.scale = this.usual;
      this.events = [];
      this.others = [];
      this.time = 0;
      this.update();
    }

    /** Keeps the page from jumping while lines and lanes come one by one. */
    hold() {
      for (const part of [this.output, this.body]) part.style.minHeight = part.offsetHeight + 'px';
    }

    /** Takes in one event of a run that goes on here. @param {string} event @param {string} data */
    take(event, data) {
      const [summary, lines] = this.compiling.children;
      if (event === 'compile') {
        if (this.compiling.hidden) lines.textContent = '';
        this.compiling.hidden = false;
        this.tell(/Blocking waiting/.test(data) ? 'Waiting for another cargo, which compiles in the same folder.'
          : 'Compiling. The run begins after that.');
        summary.textContent = data.trim();
        lines.append(data + '\n');
      } else if (event === 'start') {
        summary.textContent = 'Compiled';
        this.tell('Running here.');
        const begin = performance.now();
        const tick = () => {
          this.time = Math.max((performance.now() - begin) * 1e3, this.time);
          if (this.time > this.run.end) {
            this.scale = this.time * 1.5;
            this.update();
          } else this.show();
          if (this.running) this.frame = requestAnimationFrame(tick);
        };
        if (!calm.matches) tick();
      } else if (event === 'trace') {
        this.events.push(...JSON.parse(data).filter(isEvent));
        this.time = Math.max(this.time, ...this.events.slice(-1).map((e) => e.ts));
        if (this.time > this.scale) this.scale = this.time * 1.5;
        this.update();
      } else if (event === 'out' || event === 'err') {
        this.others.push([event === 'err' ? 'error' : 'other', data]);
        this.listing();
      }
    }

    // Taking it away

    download() {
      const link = html('a', '');
      const lines = this.events.map((event) => JSON.stringify(event)).join(',\n');
      link.href = URL.createObjectURL(new Blob([`[\n${lines}\n]\n`], { type: 'application/json' }));
      // As the recorded runs are called: pool.json, pool.kill-retry.json.
      const slug = this.chosen().map((argument) => argument.replace(/^--/, '')).join('-');
      link.download = `${this.root.dataset.lesson}${slug && '.' + slug}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    }
  }

  /**
   * The events of a text/event-stream body. EventSource can neither post nor send a token, would run the
   * lesson again when the line breaks, and passes over events without data.
   * @param {ReadableStream<Uint8Array>} body
   */
  async function* sse(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    for (let text = ''; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (text + decoder.decode(value, { stream: true })).replace(/\r\n/g, '\n').split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const field = (/** @type {string} */ name) => part.split('\n').filter((line) => line.startsWith(name + ':'))
          .map((line) => line.slice(name.length + 1).replace(/^ /, '')).join('\n');
        if (field('event')) yield { event: field('event'), data: field('data') };
      }
    }
  }

  /**
   * A message over the page, with one button; which closes it, if nothing else.
   * @param {string} text @param {string} label @param {() => void} [does]
   */
  function banner(text, label, does) {
    document.querySelector('.lesson-banner')?.remove();
    const button = html('button', '', label);
    const box = html('div', 'lesson-banner', html('pre', '', text), button);
    box.setAttribute('role', 'alert');
    button.onclick = () => does ? does() : box.remove();
    document.body.append(box);
  }

  /** Asks the local server to do something. @param {string} what @param {object} body @param {AbortSignal} signal */
  const post = (what, body, signal) => fetch('/__book/' + what, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-book-token': token },
    body: JSON.stringify(body),
    signal,
  });

  /** @type {(() => void)[]} */ const waiting = [];
  /** Does it as soon as the local server is found, if it is. @param {() => void} does */
  function whenServed(does) {
    if (token) does();
    else waiting.push(does);
  }

  for (const root of document.querySelectorAll('[data-lesson]')) new Card(/** @type {HTMLElement} */ (root));

  const changed = () => {
    if (!views.some((view) => view.running)) location.reload();
    else banner('The book has changed.', 'Load it again', () => location.reload());
  };

  /** Finds the local server and hears from it, until it ends. Only there can lessons be run. */
  async function listen() {
    const answer = await fetch('/__book/session');
    if (!answer.ok) return;
    const before = token + built;
    ({ token, built } = await answer.json());
    if (before && before !== token + built) return changed(); // it was started or built again
    for (const does of waiting.splice(0)) does();
    // A page that nobody looks at holds no connection: a browser has six for one server, for all its tabs.
    const away = new AbortController();
    const leave = () => { if (document.hidden) away.abort(); };
    document.addEventListener('visibilitychange', leave);
    try {
      const news = await fetch('/__book/reload', { signal: away.signal });
      for await (const { event, data } of sse(/** @type {ReadableStream} */ (news.body))) {
        if (event === 'reload') changed();
        if (event === 'broken') banner(`The book could not be built:\n${data}`, 'Close');
      }
    } finally {
      document.removeEventListener('visibilitychange', leave);
    }
  }

  /** Once it was there, the server is looked for again and again, while the page is looked at. */
  const stay = async () => {
    do {
      if (document.hidden) await new Promise((seen) => document.addEventListener('visibilitychange', seen, { once: true }));
      else {
        await listen().catch(() => {});
        if (!document.hidden) await new Promise((over) => setTimeout(over, 3000));
      }
    } while (token || document.hidden);
  };
  if (served && location.protocol.startsWith('http')) stay();
  return { View, calm, copyable, html, place, post, sse, steps, whenServed };
})();
