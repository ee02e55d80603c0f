'use strict';
// mdBook's own page, made easier to use by keyboard and with a screen reader. Its table of contents shows which chapters were read.
{
  /** @param {string} selector @param {Record<string, string>} attributes */
  const set = (selector, attributes) => {
    const element = document.querySelector(selector);
    for (const name in attributes) element?.setAttribute(name, attributes[name]);
  };

  // Before the table of contents with its links.
  const skip = document.createElement('a');
  skip.className = 'skip';
  skip.href = '#mdbook-content';
  skip.textContent = 'Skip to the text';
  document.body.prepend(skip);
  set('#mdbook-content', { tabindex: '-1' });

  // What shows and hides the table of contents is the label of a box that nobody sees: Tab passes it by. A button takes its
  // place, and does by its click what mdBook does by the label's.
  const label = document.getElementById('mdbook-sidebar-toggle');
  const box = document.getElementById('mdbook-sidebar-toggle-anchor');
  if (label && box) {
    const button = document.createElement('button');
    for (const { name, value } of label.attributes) if (name !== 'for') button.setAttribute(name, value);
    button.type = 'button';
    button.append(...label.childNodes);
    label.replaceWith(button);
    button.onclick = () => {
      label.dispatchEvent(new Event('click'));
      box.click();
    };
    const page = document.documentElement;
    new MutationObserver(() => button.setAttribute('aria-expanded', String(page.classList.contains('sidebar-visible'))))
      .observe(page, { attributeFilter: ['class'] });
  }

  // The table of contents is made wider and narrower with the mouse, and so by key.
  const sidebar = document.getElementById('mdbook-sidebar');
  const handle = document.getElementById('mdbook-sidebar-resize-handle');
  if (sidebar && handle) {
    const tell = () => handle.setAttribute('aria-valuenow', String(sidebar.offsetWidth));
    set('#mdbook-sidebar-resize-handle', { tabindex: '0', role: 'separator', 'aria-orientation': 'vertical',
      'aria-label': 'Width of the table of contents', 'aria-valuemin': '160', 'aria-valuemax': '800' });
    new ResizeObserver(tell).observe(sidebar);
    tell();
    handle.addEventListener('keydown', (e) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
      if (!way) return;
      e.preventDefault();
      e.stopPropagation(); // these keys turn the page
      const width = Math.min(Math.max(sidebar.offsetWidth + 20 * way, 160), 800, innerWidth - 100);
      document.documentElement.style.setProperty('--sidebar-target-width', `${width}px`);
    });
  }

  // Who closes the search by key goes on where it was opened.
  const search = document.getElementById('mdbook-search-wrapper');
  addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || search?.classList.contains('hidden')) return;
    setTimeout(() => {
      if (search?.classList.contains('hidden')) document.getElementById('mdbook-search-toggle')?.focus();
    });
  }, { capture: true });

  set('#mdbook-menu-bar', { role: 'banner' });
  set('#mdbook-search-wrapper', { role: 'search' });
  set('#mdbook-searchbar', { 'aria-label': 'Search this book', 'aria-describedby': 'mdbook-searchresults-header' });
  set('#mdbook-help-container', { role: 'dialog', 'aria-label': 'Keyboard shortcuts' });
  // Two for the two widths of a window, and none where no page comes before or after.
  set('.nav-wide-wrapper', { 'aria-label': 'Pages before and after' });
  for (const nav of document.querySelectorAll('.nav-wrapper, .nav-wide-wrapper')) {
    if (!nav.querySelector('a')) nav.remove();
  }

  // On the page of all chapters a lesson may stand twice.
  /** @type {Map<string, number>} */ const named = new Map();
  for (const section of document.querySelectorAll('main section[aria-label]')) {
    const name = section.getAttribute('aria-label') ?? '';
    const nth = (named.get(name) ?? 0) + 1;
    named.set(name, nth);
    if (nth === 1) continue;
    section.setAttribute('aria-label', `${name}, ${nth}`);
    section.removeAttribute('id');
  }

  // What scrolls sideways can be reached, to be scrolled by key.
  const seen = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
    }
  });
  for (const wide of document.querySelectorAll('main pre > code, main .table-wrapper')) {
    seen.observe(wide);
    // In the book these keys turn the page.
    wide.addEventListener('keydown', (e) => {
      if (e instanceof KeyboardEvent && /^Arrow(Left|Right)$/.test(e.key)) e.stopPropagation();
    });
  }

  // A chapter whose end was seen is read. This is kept in this browser, and the table of contents shows it.
  const KEPT = 'see-it-run.read.';
  /** @param {Element} link */
  const pageOf = (link) => link.getAttribute('href')?.split('/').pop() ?? '';
  /** @param {Element} link */
  const mark = (link) => {
    const sign = document.createElement('span');
    sign.className = 'read';
    sign.setAttribute('role', 'img');
    sign.setAttribute('aria-label', 'read');
    sign.textContent = '✓';
    link.append(' ', sign);
  };
  const main = document.querySelector('main');
  const links = [...document.querySelectorAll('#mdbook-sidebar .chapter a[href$=".html"]')];
  try {
    for (const link of links) if (localStorage.getItem(KEPT + pageOf(link))) mark(link);
    const here = links.find((link) => link.classList.contains('active'));
    if (main && here && !main.querySelector('[data-progress]') && !localStorage.getItem(KEPT + pageOf(here))) {
      const end = document.createElement('div');
      main.append(end);
      new IntersectionObserver(([{ isIntersecting }], observer) => {
        if (!isIntersecting) return;
        observer.disconnect();
        localStorage.setItem(KEPT + pageOf(here), '1');
        mark(here);
      }).observe(end);
    }
  } catch {
    // A browser that keeps nothing marks nothing.
  }
}
