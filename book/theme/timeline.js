'use strict';
// Draws a run as a timeline in SVG: an axis, and of each thread its life, what it does and says, and its arrows to others.
const timeline = (() => {
  const { clock } = trace;

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

  /** @param {string} text @param {() => void} does */
  function button(text, does) {
    const button = html('button', '', text);
    button.type = 'button';
    button.onclick = does;
    return button;
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

  return { button, draw, html, legend, svg };
})();
