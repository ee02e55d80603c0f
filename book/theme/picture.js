'use strict';
// The card of a picture: each row in the colour of the thread that computed it, and a mark in the thread's column. It follows
// the lesson's card on the same page: it shows what was computed by the moment that the timeline shows.
{
  const { html, svg } = timeline;
  const { views } = view;

  /** @param {number} number */
  const rows = (number) => `${number} row${number === 1 ? '' : 's'}`;

  /** The rows of a thread, those that follow each other together. @param {Strip[]} strips */
  function groups(strips) {
    /** @type {[number, number][]} */ const groups = [];
    for (const { row } of strips) {
      const last = groups.at(-1);
      if (last && last[1] + 1 === row) last[1] = row;
      else groups.push([row, row]);
    }
    return groups;
  }

  class Picture {
    /** @param {HTMLElement} root @param {InstanceType<typeof view.View>} card */
    constructor(root, card) {
      this.drawing = /** @type {SVGSVGElement} */ (root.querySelector('svg'));
      this.list = /** @type {Element} */ (root.querySelector('ol'));
      this.details = /** @type {Element} */ (root.querySelector('details ul'));
      const { width, height } = this.drawing.viewBox.baseVal;
      this.width = width;
      this.height = height;
      /** @type {Run | undefined} what is drawn, and how many rows of it */ this.run = undefined;
      this.count = -1;
      card.root.addEventListener('shown', () => this.show(card.run, card.time));
      this.show(card.run, card.time);
    }

    /** @param {Run} run @param {number} time */
    show(run, time) {
      const strips = run.strips.filter(({ at }) => at <= time);
      if (run === this.run && strips.length === this.count) return;
      this.run = run;
      this.count = strips.length;
      // A row that was computed twice is that of the last one.
      const last = [...new Map(strips.map((strip) => [strip.row, strip])).values()].sort((a, b) => a.row - b.row);
      this.draw(last, [...new Set(run.strips.map(({ lane }) => lane))].sort((a, b) =>
        a.name.length - b.name.length || (a.name < b.name ? -1 : 1)));
    }

    /** @param {Strip[]} strips @param {Lane[]} lanes */
    draw(strips, lanes) {
      this.height = Math.max(this.height, ...strips.map(({ row }) => row + 1));
      let width = 0;
      /** @type {Map<string, string>} of one thread and one shade */ const paths = new Map();
      for (const { lane, row, step, shades } of strips) {
        let x = 0;
        for (const [, long, shade] of shades.matchAll(/(\d{1,5})([a-i])/g)) {
          const key = `c${lane.colour} ${shade.charCodeAt(0) - 97}`;
          paths.set(key, `${paths.get(key) ?? ''}M${x} ${row}.5h${Number(long) * step}`);
          x += Number(long) * step;
        }
        width = Math.max(width, x);
      }
      if (width) this.width = width;
      const of = lanes.map((lane) => strips.filter((strip) => strip.lane === lane));
      this.drawing.setAttribute('viewBox', `0 0 ${this.width + 3 + 5 * lanes.length} ${this.height}`);
      this.drawing.replaceChildren(
        ...[...paths].map(([key, d]) => {
          const [colour, shade] = key.split(' ');
          return svg('path', { class: colour, 'stroke-opacity': 0.12 + 0.11 * Number(shade), d });
        }),
        ...lanes.map(({ colour }, nth) => svg('path', { class: `column c${colour}`,
          d: groups(of[nth]).map(([first, last]) => `M${this.width + 5 + 5 * nth} ${first}v${last + 1 - first}`).join('') })));
      const who = lanes.map((lane, nth) => `${lane.who} computed ${rows(of[nth].length)}`);
      this.drawing.setAttribute('aria-label', who.join(', ') || 'nothing is computed yet');
      this.list.replaceChildren(...lanes.map((lane, nth) =>
        html('li', `c${lane.colour}`, `${lane.who}: ${rows(of[nth].length)}`)));
      this.details.replaceChildren(...lanes.map((lane, nth) => html('li', '', `${lane.who}: `
        + groups(of[nth]).map(([first, last]) => first === last ? first : `${first}–${last}`).join(', '))));
    }
  }

  for (const root of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-picture]'))) {
    const card = views.find((view) => view.root.dataset.lesson === root.dataset.picture);
    if (card) new Picture(root, card);
  }
}
