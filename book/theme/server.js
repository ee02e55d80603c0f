'use strict';
// The local server: it runs and checks what the reader asks for, and tells a page when there is a newer one.
const server = (() => {
  const { html } = timeline;
  const { views } = view;

  let token = '';
  let built = ''; // which of the server's builds this page is of

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

  /** Asks the local server to do something. @param {string} what @param {object} body @param {AbortSignal} [signal] */
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

  /** Waits until the page is looked at. */
  async function lookedAt() {
    if (document.hidden) await new Promise((seen) => document.addEventListener('visibilitychange', seen, { once: true }));
  }

  /**
   * Hears what the server tells, as long as the page is looked at: a browser has six connections for one server, for all its
   * tabs, so a page that nobody looks at holds none.
   * @param {string} what @param {(event: string, data: string) => void} does
   */
  async function hear(what, does) {
    const away = new AbortController();
    const leave = () => { if (document.hidden) away.abort(); };
    document.addEventListener('visibilitychange', leave);
    try {
      const news = await fetch('/__book/' + what, { signal: away.signal });
      for await (const { event, data } of sse(/** @type {ReadableStream} */ (news.body))) does(event, data);
    } finally {
      document.removeEventListener('visibilitychange', leave);
    }
  }

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
    await hear('reload', (event, data) => {
      if (event === 'reload') changed();
      if (event === 'broken') banner(`The book could not be built:\n${data}`, 'Close');
    });
  }

  /** Once it was there, the server is looked for again and again, while the page is looked at. */
  const stay = async () => {
    do {
      await lookedAt();
      await listen().catch(() => {});
      if (!document.hidden) await new Promise((over) => setTimeout(over, 3000));
    } while (token || document.hidden);
  };
  if ('served' in document.documentElement.dataset) stay(); // see served.js

  return { hear, lookedAt, post, sse, whenServed };
})();
