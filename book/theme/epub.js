'use strict';
// `cargo book build --epub` has a browser load the page of all chapters with this script. It puts the files of an EPUB in place
// of the page: each chapter as XHTML, and each timeline as a picture.
addEventListener('load', () => {
  if (!/\/print\.html$/.test(location.pathname)) return;
  const main = /** @type {HTMLElement} */ (document.querySelector('main'));
  for (const one of view.views) one.redraw();

  /** @type {Record<string, string>} by their names */ const files = {};
  const xml = new XMLSerializer();

  // Colours as every reader knows them: the browser may name one in another way.
  const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  /** @type {Map<string, [string, number]>} */ const colours = new Map();
  /** @param {string} css @returns {[string, number]} the colour, and how much it hides */
  const colour = (css) => {
    const known = colours.get(css);
    if (known || !pen) return known ?? [css, 1];
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = css;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    /** @type {[string, number]} */ const found = [`rgb(${r},${g},${b})`, a / 255];
    colours.set(css, found);
    return found;
  };

  const LOOKS = ['stroke-width', 'stroke-dasharray', 'font-size', 'font-weight', 'text-anchor'];

  /** A copy that needs no style sheet. @param {Element} drawn @returns {Element | undefined} */
  const still = (drawn) => {
    const style = getComputedStyle(drawn);
    if (style.display === 'none' || style.visibility === 'hidden' || drawn.matches('.hit, .now')) return undefined;
    const copy = /** @type {Element} */ (drawn.cloneNode(false));
    for (const name of ['class', 'style', 'aria-hidden', 'data-item', 'role', 'tabindex']) copy.removeAttribute(name);
    if (drawn.matches('rect, path, circle, line, text')) {
      for (const name of ['fill', 'stroke']) {
        const value = style.getPropertyValue(name);
        const [seen, alpha] = value === 'none' ? ['none', 1] : colour(value);
        copy.setAttribute(name, alpha ? seen : 'none');
        if (alpha > 0 && alpha < 1) copy.setAttribute(`${name}-opacity`, alpha.toFixed(2));
      }
      const stroked = copy.getAttribute('stroke') !== 'none';
      for (const name of LOOKS) {
        if (name.startsWith('stroke') ? stroked : drawn.matches('text')) copy.setAttribute(name, style.getPropertyValue(name));
      }
    }
    for (const child of drawn.childNodes) {
      if (child instanceof Element) copy.append(...[still(child)].flatMap((one) => one ?? []));
      else copy.append(child.cloneNode());
    }
    if (!drawn.matches('text')) return copy;
    copy.setAttribute('font-family', 'sans-serif');
    if (!style.paintOrder.startsWith('stroke')) return copy;
    // Not every reader draws the edge of a letter behind it.
    const both = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    const edge = /** @type {Element} */ (copy.cloneNode(true));
    copy.setAttribute('stroke', 'none');
    both.append(edge, copy);
    return both;
  };

  /** @type {Map<string, string>} pictures by what they show */ const pictures = new Map();
  for (const drawn of main.querySelectorAll('svg')) {
    const copy = still(drawn);
    if (!copy) continue;
    const text = xml.serializeToString(copy).replace(/(url\(#|id=")[^)"]*/g, '$1shown');
    const name = pictures.get(text) ?? `picture-${pictures.size + 1}.svg`;
    pictures.set(text, name);
    files[name] = text;
    const picture = document.createElement('img');
    picture.setAttribute('src', name);
    const told = drawn.closest('.lesson-timeline')?.getAttribute('aria-label') ?? '';
    picture.setAttribute('alt', drawn.closest('li') ? '' : told.replace(' Arrow keys go from bar to bar.', ''));
    drawn.replaceWith(picture);
  }

  // Not how far a replay has come.
  for (const run of main.querySelectorAll('script.lesson-run[data-arguments=""]')) {
    const status = run.parentElement?.querySelector('.lesson-status');
    if (status) status.textContent = run.getAttribute('data-status');
  }

  // What a reader on paper or in a book can't use.
  const USELESS = `script, style, template, button, select, input, textarea, form, fieldset, .buttons, .lesson-buttons, .lesson-told,
    .lesson-banner, .lesson-compile, .lesson-compare, .orders-choices, .orders-ask, .orders-old, .orders-values, .orders .lesson-body, [hidden]`;
  for (const one of main.querySelectorAll(USELESS)) one.remove();
  for (const anchor of main.querySelectorAll('a.header')) anchor.replaceWith(...anchor.childNodes);
  for (const folded of main.querySelectorAll('details')) {
    const title = folded.querySelector('summary');
    const bold = document.createElement('strong');
    bold.append(...title?.childNodes ?? []);
    const line = document.createElement('p');
    line.append(bold);
    title?.replaceWith(line);
    const open = document.createElement('div');
    open.append(...folded.childNodes);
    open.id = folded.id;
    folded.replaceWith(open);
  }

  // mdBook puts a break before each chapter but the first.
  /** @type {Element[][]} */ const chapters = [[]];
  for (const part of main.children) {
    if (part.matches('[style*="break-before"]')) chapters.push([]);
    else chapters.at(-1)?.push(part);
  }
  /** @type {Map<string, string>} */ const homes = new Map();
  const contents = chapters.map((parts) => {
    const heading = /** @type {Element} */ (parts.find((part) => part.matches('h1')));
    const file = `${heading.id}.xhtml`;
    for (const part of parts) {
      for (const one of [part, ...part.querySelectorAll('[id]')]) if (one.id) homes.set(one.id, file);
    }
    return { file, title: heading.textContent?.trim() ?? '', parts };
  });

  const KEPT = new Set(['id', 'class', 'href', 'src', 'alt', 'colspan', 'rowspan', 'scope', 'start', 'value', 'lang']);
  for (const one of main.querySelectorAll('*')) {
    for (const { name, value } of [...one.attributes]) if (!KEPT.has(name) || !value && name !== 'alt') one.removeAttribute(name);
    const href = one.getAttribute('href');
    if (!href || /^https?:/.test(href)) continue;
    const home = href.startsWith('#') && homes.get(decodeURIComponent(href.slice(1)));
    if (home) one.setAttribute('href', home + href);
    else one.removeAttribute('href');
  }

  /** @param {string} text */
  const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  for (const { file, title, parts } of contents) {
    files[file] = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
      + '<html xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en"><head>'
      + `<title>${escaped(title)}</title><link rel="stylesheet" href="epub.css"/></head><body>\n`
      + `${parts.map((part) => xml.serializeToString(part)).join('\n')}\n</body></html>\n`;
  }
  const told = document.createElement('pre');
  told.id = 'epub';
  told.textContent = JSON.stringify({ chapters: contents.map(({ file, title }) => ({ file, title })), files });
  document.body.replaceChildren(told);
  document.head.replaceChildren();
});
