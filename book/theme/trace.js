'use strict';
// From the events of a trace to what is drawn of it: lanes, bars, arrows and rows. Both ways the same events come in, recorded
// or live. In the cards of exercises and of orders, a run is made of steps: each is a millisecond long and is numbered, and no
// clock is shown.

/**
 * One object of the Trace Event format, as shared/src/stage.rs writes it. Times in microseconds.
 * @typedef {{ph: string, ts: number, pid: number, tid: number, cat: string, name: string, id?: string,
 *   args?: {name?: string, text?: string, pid?: number, errors?: string[], row?: number, step?: number}}} TraceEvent
 * @typedef {{pid: number, name: string, lanes: Lane[], ended?: {at: number, how: string}}} Proc
 * @typedef {{proc: Proc, tid: number, name: string, who: string, colour: number, from: number, to: number,
 *   ended: boolean, cut: string, bars: Bar[], rows: Row[], open: Bar[], arrows: number, y: number}} Lane
 * @typedef {{lane: Lane, kind: string, name: string, from: number, to: number, depth: number, rows: number[]}} Bar
 * @typedef {{lane: Lane, at: number, text: string, index: number, note?: string}} Row
 * @typedef {{kind: string, text: string, a: Lane, b: Lane, from: number, to: number}} Arrow
 * @typedef {{lane: Lane, at: number, row: number, step: number, shades: string}} Strip a row of a picture: `54a3c` is 54
 *   of the lightest shade, and then three that are darker
 * @typedef {{several: boolean, steps: boolean, procs: Proc[], lanes: Lane[], rows: Row[], arrows: Arrow[], strips: Strip[],
 *   end: number}} Run
 * @typedef {{thread: string, text: string, line: number, file?: string}} Step
 * @typedef {{shape: Element, lane: Lane, from: number, to: number, rows: number[], says: string}} Item
 */
const trace = (() => {
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
  const TALL = 10_000; // more rows than any picture has
  const LONG = 6e8; // later than any run ends, in microseconds

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
    const run = { several: false, steps, procs: [], lanes: [], rows: [], arrows: [], strips: [], end: 0 };
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
      } else if (e.cat === 'row') {
        const { row = -1, step = 0 } = e.args ?? {};
        if (row >= 0 && row < TALL && step >= 1) run.strips.push({ lane, at: e.ts, row, step, shades: text });
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

  return { LONG, clock, isEvent, isRecord, place, read, steps };
})();
