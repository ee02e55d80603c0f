'use strict';
// A listing and a timeline that point at each other. Each card that shows a run has one.
const view = (() => {
  const { LONG, clock, read } = trace;
  const { draw, html, legend } = timeline;

  const calm = matchMedia('(prefers-reduced-motion: reduce)');

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

  /** Hands the reader a file of JSON. @param {string} name @param {string} text */
  function download(name, text) {
    const link = html('a', '');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = name;
    link.click();
    // Not at once: the browser may not have begun to read it.
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** Text with `names` set off. @param {string} text */
  const marked = (text) => text.split('`').map((part, i) => i % 2 ? html('code', '', part) : part);

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
      this.root.dispatchEvent(new Event('shown'));
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

  return { View, calm, copyable, download, marked, views };
})();
