// The book in a real browser: what a reader sees, presses and types.
//
//   BOOK_URL=http://127.0.0.1:3000 BOOK_SITE=path/of/the/static/build CARDS_URL=… CARDS_NAME=… CARDS_SITE=… CARDS_ROOT=… node --test
//
// BOOK_URL is a running `cargo book serve`, BOOK_SITE what `cargo book build` wrote. CARDS_URL and CARDS_SITE
// are the same of a trial course (tests/course) that has a card of every kind, with a `cargo exercise` whose
// verdicts are known. CARDS_ROOT is its folder, and CARDS_NAME a name that its server was told by --allow-host. The browser is the
// one in CHROME, or Debian's. Tests wait for what a reader would wait for, with a deadline.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const url = process.env.BOOK_URL?.replace(/\/$/, '');
const site = process.env.BOOK_SITE && path.resolve(process.env.BOOK_SITE);
const trial = process.env.CARDS_URL?.replace(/\/$/, '');
const trialName = process.env.CARDS_NAME;
const trialSite = process.env.CARDS_SITE && path.resolve(process.env.CARDS_SITE);
const trialRoot = process.env.CARDS_ROOT && path.resolve(process.env.CARDS_ROOT);
if (!url || !site || !trial || !trialName || !trialSite || !trialRoot) {
  throw new Error('set BOOK_URL, BOOK_SITE, CARDS_URL, CARDS_NAME, CARDS_SITE and CARDS_ROOT; the head of this file says to what');
}

const DEADLINE = 300_000; // the first check of an exercise may have to compile what checks need
const THEMES = ['light', 'rust', 'coal', 'navy', 'ayu'];

// What a reader can come to. The others: frames and pages that mdBook makes for other ends.
const pages = readdirSync(site, { recursive: true })
  .map((file) => String(file).split(path.sep).join('/'))
  .filter((file) => file.endsWith('.html') && !/(^|\/)(404|toc|print)\.html$/.test(file))
  .sort();
const sources = new Map(pages.map((page) => [page, readFileSync(path.join(site, page), 'utf8')]));

/** The chapter with the card of a lesson. */
function chapter(lesson) {
  const page = pages.find((page) => sources.get(page).includes(`data-lesson="${lesson}"`));
  assert.ok(page, `no page has the card of ${lesson}`);
  return page;
}
const served = (page) => `${url}/${page}`;
const onDisk = (page) => pathToFileURL(path.join(site, page)).href;

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROME ?? '/usr/bin/chromium',
    // Without a sandbox: in a container the browser can't make one, and it opens our own pages only.
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
      '--disable-background-networking', '--disable-component-update',
      `--host-resolver-rules=MAP ${trialName} ${new URL(trial).host}`],
  });
});
after(() => browser?.close());

/**
 * Opens a page, hands it to `use`, and then asks that nothing went wrong on it, but for what `allow`
 * fits, and that nothing was fetched elsewhere.
 */
async function open(address, use, { allow, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  context.setDefaultTimeout(DEADLINE);
  const complaints = [];
  const page = await context.newPage();
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    complaints.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error}`));
  page.on('request', (request) => {
    const own = address.startsWith('file:') ? /^(file|data|blob):/ : new RegExp(`^(${new URL(address).origin}/|data:|blob:)`);
    if (!own.test(request.url())) complaints.push(`request to ${request.url()}`);
  });
  try {
    await page.goto(address);
    await use(page);
    assert.deepEqual(complaints.filter((complaint) => !allow?.test(complaint)), [], `on ${address}`);
  } finally {
    await context.close();
  }
}

const card = (page, lesson) => page.locator(`.lesson[data-lesson="${lesson}"]`);
const button = (scope, name) => scope.getByRole('button', { name });
const rows = (scope) => scope.locator('.lesson-output li:visible');
const bars = (scope) => scope.locator('.lesson-timeline .work');

/** Waits until `check` holds; says what it saw last if it never does. */
async function eventually(what, check) {
  const until = Date.now() + DEADLINE;
  for (let seen; ; await new Promise((wake) => setTimeout(wake, 25))) {
    seen = await check();
    if (seen === true) return;
    assert.ok(Date.now() < until, `${what}: still ${JSON.stringify(seen)}`);
  }
}

const status = (scope, text) => eventually(`status ${text}`, async () => {
  const seen = await scope.locator('.lesson-status').textContent();
  return text.test(seen) || seen;
});

const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test('there are pages, and lessons on them', () => {
  assert.ok(pages.length > 1, `only ${pages}`);
  assert.ok([...sources.values()].some((html) => html.includes('data-lesson=')));
});

describe('every page', () => {
  for (const [where, address] of [['served', served], ['from disk', onDisk]]) {
    test(`${where}: no complaint, no other host, no scroll sideways on the narrowest screen`, async () => {
      await open(address(pages[0]), async (page) => {
        for (const name of pages) {
          await page.goto(address(name));
          const more = await sideways(page);
          assert.ok(more <= 0, `${name} is ${more} px too wide`);
          for (const lesson of await page.locator('[data-lesson]').all()) {
            assert.ok(await rows(lesson).count() > 0, `${name}: a lesson without output`);
            assert.ok(await lesson.locator('.lesson-timeline svg .life').count() > 0, `${name}: no timeline`);
          }
        }
      }, { viewport: { width: 320, height: 700 } });
    });
  }
});

test('the highlighter knows every language that a page names', () => open(served('index.html'), async (page) => {
  const named = [...sources.values()].flatMap((html) => [...html.matchAll(/<code class="[^"]*\blanguage-([a-z]+)/g)].map((one) => one[1]));
  const languages = [...new Set(named)];
  assert.ok(languages.includes('rust') && languages.includes('python'), languages.join(' '));
  const unknown = await page.evaluate((all) => all.filter((one) => !globalThis.hljs.getLanguage(one)), languages);
  assert.deepEqual(unknown, []);
}));

test('the first page and the largest chapters are light, with all that they request', async () => {
  const size = (page) => gzipSync(sources.get(page)).length;
  const largest = [...pages].sort((a, b) => size(b) - size(a)).slice(0, 3);
  for (const [name, most] of [['index.html', 120], ...largest.map((page) => [page, 150])]) {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      /** @type {Promise<number>[]} */ const sizes = [];
      const add = (response) => {
        // News of the local server have no end.
        if (response.url().includes('/__book/')) return;
        const compressed = /\.(woff2|png)$/.test(response.url());
        sizes.push(response.body().then((body) => compressed ? body.length : gzipSync(body).length));
      };
      page.on('response', add);
      await page.goto(served(name), { waitUntil: 'load' });
      // What its scripts ask for afterwards counts too.
      for (let known = 0; known < sizes.length;) {
        known = sizes.length;
        await Promise.all(sizes);
        await page.evaluate(() => new Promise((resolve) => { requestIdleCallback(resolve); }));
      }
      page.off('response', add);
      const kb = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1024;
      assert.ok(sizes.length > 10 && kb <= most, `${name}: ${sizes.length} requests, ${kb.toFixed(1)} KB, more than ${most}`);
    } finally {
      await context.close();
    }
  }
});

describe('run here', () => {
  test('lines and bars appear while the lesson runs', () => open(served(chapter('queue')), async (page) => {
    const queue = card(page, 'queue');
    const recorded = await rows(queue).count();
    await button(queue, 'Run here').click();
    await status(queue, /^Running here/);
    await eventually('a first line', async () => await rows(queue).count() >= 1);
    assert.ok(await rows(queue).count() < recorded, 'all lines at once is not live');
    await eventually('a bar', async () => await bars(queue).count() >= 1);
    assert.equal(await queue.locator('.now').getAttribute('visibility'), 'visible');
    await status(queue, /^Ran here just now: exit status: 0/);
    assert.equal(await rows(queue).count(), recorded);
    const who = await rows(queue).locator('.who').allTextContents();
    assert.ok(!who.includes('put 102'), `real pids, not those of the recording: ${who}`);
  }));

  test('Stop ends the run, and the next one may begin', () => open(served(chapter('queue')), async (page) => {
    const queue = card(page, 'queue');
    const recorded = await rows(queue).count();
    for (let round = 0; round < 2; round++) {
      await button(queue, 'Run here').click();
      await status(queue, /^Running here/);
      await eventually('a first line', async () => await rows(queue).count() >= 1);
      await button(queue, 'Stop').click();
      await status(queue, /^Stopped/);
      const lines = await rows(queue).count();
      assert.ok(lines >= 1 && lines < recorded, `${lines} lines`);
    }
  }));

  test('a refusal is told, and what was shown stays', () => open(served(chapter('queue')), async (page) => {
    const queue = card(page, 'queue');
    const recorded = await rows(queue).count();
    await page.route('**/__book/run', (route) => route.fulfill({ status: 409, body: 'Another lesson is running.' }));
    await button(queue, 'Run here').click();
    await status(queue, /^Another lesson is running/);
    assert.equal(await rows(queue).count(), recorded);
  }, { allow: /status of 409/ }));

  test('whatever stands in a trace, the card goes on', () => open(served(chapter('queue')), async (page) => {
    const queue = card(page, 'queue');
    const odd = [null, 5, 'text', [], {}, [null], { ph: 'i', ts: null, pid: 1, tid: 1, cat: 'say', name: 'x' },
      { ph: 'i', ts: 1, pid: 1, tid: 1, cat: 'say', name: null }, { ph: 'M', ts: 1, pid: 1, tid: 1, cat: '', name: 'thread_name', args: { name: {} } },
      { ph: 'M', ts: 1, pid: 1, tid: 1, cat: '', name: 'thread_name', args: null }, { ph: 'E', ts: 2, pid: 1, tid: 1, cat: '', name: '' },
      { ph: 'i', ts: 3, pid: 1, tid: 1, cat: 'say', name: 'hello' }, null];
    await page.route('**/__book/run', (route) => route.fulfill({ contentType: 'text/event-stream',
      body: `event: start\ndata: {}\n\nevent: trace\ndata: ${JSON.stringify(odd)}\n\nevent: end\ndata: {"ok":true,"why":"exit status: 0"}\n\n` }));
    await button(queue, 'Run here').click();
    await status(queue, /^Ran here just now: exit status: 0/);
    assert.deepEqual(await rows(queue).locator('.text').allTextContents(), ['hello']);
  }));

  test('a book that can not be built says so, and the message can be closed', async () => {
    await open(served(pages[0]), async (page) => {
      await page.route('**/__book/reload', (route) => route.fulfill({
        contentType: 'text/event-stream',
        body: 'event: broken\ndata: queue.md, line 3:\ndata: unknown lesson\n\n',
      }));
      await page.reload();
      const banner = page.getByRole('alert');
      await banner.waitFor();
      assert.match(await banner.textContent(), /could not be built:\nqueue.md, line 3:\nunknown lesson/);
      await button(banner, 'Close').click();
      await banner.waitFor({ state: 'detached' });
    });
  });

  test('a book that has changed is loaded again', () => open(served(pages[0]), async (page) => {
    let loads = 0;
    page.on('load', () => loads++);
    await page.reload();
    // The real thing: a chapter of the served book is touched, and the server builds it again.
    const now = new Date();
    utimesSync('chapters/en/preface.md', now, now);
    await eventually('a second load', () => loads === 2 || loads);
  }));
});

/** Has the page believe that it was put behind others, or is looked at again. */
const look = (page, hidden) => page.evaluate((hidden) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}, hidden);

// A browser has six connections for one server, and every tab held one.
test('a page behind others holds no connection, and hears of a new build when it is looked at', async () => {
  await open(served(pages[0]), async (page) => {
    const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/__book/reload'));
    await page.getByRole('main').waitFor();
    await eventually('the stream', () => page.evaluate(() => performance.getEntriesByType('resource')
      .some((entry) => entry.name.endsWith('/__book/session'))));
    await look(page, true);
    await ended;
    const before = (await (await page.request.get(`${url}/__book/session`)).json()).built;
    const now = new Date();
    utimesSync('chapters/en/preface.md', now, now);
    await eventually('a new build', async () =>
      (await (await page.request.get(`${url}/__book/session`)).json()).built !== before);
    const loaded = page.waitForEvent('load');
    await look(page, false);
    await loaded;
  });
});

test('a page that comes over a forwarded port finds its server', () => open(`http://${trialName}/hello.html`, async (page) => {
  await button(card(page, 'hello'), 'Run here').click();
  await status(card(page, 'hello'), /^Ran here just now: exit status: 0/);
}));

describe('from disk', () => {
  test('there is a replay and no Run here', () => open(onDisk(chapter('queue')), async (page) => {
    const queue = card(page, 'queue');
    assert.equal(await button(queue, 'Run here').count(), 0);
    const all = await rows(queue).count();
    await queue.getByLabel('Speed').selectOption('×4');
    await button(queue, 'Replay').click();
    await eventually('fewer lines', async () => await rows(queue).count() < all);
    await eventually('all lines again', async () => await rows(queue).count() === all);
    await status(queue, /^The end of the run/);
    await button(queue, 'Replay').click();
    await button(queue, 'Stop').click();
    assert.equal(await rows(queue).count(), all);
  }));

  test('the first page opens with a run that plays once', () => open(onDisk('preface.html'), async (page) => {
    const first = card(page, 'deadlock');
    await status(first, /^The end of the run/);
    assert.equal(await rows(first).count(), 3);
    const box = await first.locator('.lesson-timeline').boundingBox();
    assert.ok(box && box.y + box.height <= page.viewportSize().height, 'the timeline is in the first screen');
  }));

  test('the first page stands still for a reader who wants no motion', () => open(onDisk('preface.html'), async (page) => {
    const first = card(page, 'deadlock');
    await status(first, /^Recorded on/);
    assert.equal(await rows(first).count(), 3);
    await button(first, 'Replay line by line').waitFor();
  }, { reducedMotion: 'reduce' }));

  test('bars and lines point at each other', () => open(onDisk(chapter('queue')), async (page) => {
    const queue = card(page, 'queue');
    await queue.locator('.work').nth(1).hover();
    assert.equal(await queue.locator('li.hot').textContent().then((text) => /sends B/.test(text)), true);
    assert.match(await queue.locator('.lesson-told').textContent(), /^put \d+ is busy from 1\.\d\d s to 2\.\d\d s/);
    await rows(queue).filter({ hasText: 'sends C' }).hover();
    assert.equal(await queue.locator('.work.hot').count(), 1);
    assert.equal(await queue.locator('.say.hot').count(), 1);
  }));

  test('a choice shows the run that was recorded with it', () => open(onDisk(chapter('pool')), async (page) => {
    const pool = card(page, 'pool');
    assert.equal(await pool.locator('.cut text').count(), 0);
    await pool.locator('input[name="--kill"]').check();
    assert.equal(await pool.locator('.lesson-command').textContent(), 'cargo run -p lesson-pool -- --kill');
    assert.deepEqual(await pool.locator('.cut text').allTextContents(), ['killed']);
  }));

  test('threads that end with main are cut off, others are not', async () => {
    for (const [lesson, cut] of [['daemon-threads', ['cut off', 'cut off']], ['race', []], ['lock', []]]) {
      await open(onDisk(chapter(lesson)), async (page) => {
        assert.deepEqual(await card(page, lesson).locator('.cut text').allTextContents(), cut, lesson);
      });
    }
  });

  test('on paper: output and timeline, no buttons', () => open(onDisk(chapter('queue')), async (page) => {
    const queue = card(page, 'queue');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await queue.locator('button:visible').count(), 0);
    assert.ok(await rows(queue).count() > 1);
    assert.ok(await queue.locator('.lesson-timeline > svg').isVisible());
  }));

  test('every theme has enough contrast', () => open(onDisk(chapter('queue')), async (page) => {
    for (const theme of THEMES) {
      const low = await page.evaluate((theme) => {
        document.documentElement.classList.remove('light', 'rust', 'coal', 'navy', 'ayu');
        document.documentElement.classList.add(theme);
        const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const light = (colour) => {
          pen.fillStyle = colour;
          pen.fillRect(0, 0, 1, 1);
          const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
            .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const card = document.querySelector('.lesson');
        /** A variable of the style sheet, as a colour. */
        const paint = (variable) => {
          card.style.outlineColor = `var(${variable})`;
          return getComputedStyle(card).outlineColor;
        };
        const pairs = [['--soft', '--bg', 4.5], ['--soft', '--band', 4.5], ['--lesson-cut', '--band', 4.5]];
        for (let n = 0; n < 7; n++) pairs.push([`--lesson-${n}`, '--band', 3], ['--lesson-on', `--lesson-${n}`, 4.5]);
        return pairs.flatMap(([front, back, least]) => {
          const [a, b] = [light(paint(front)), light(paint(back))];
          const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          return contrast < least ? [`${front} on ${back}: ${contrast.toFixed(2)}`] : [];
        });
      }, theme);
      assert.deepEqual(low, [], theme);
    }
  }));
});

test('what things cost: a bar for each row, in every theme, and tables that fit a narrow screen', async () => {
  await open(onDisk('costs.html'), async (page) => {
    for (const theme of THEMES) {
      const wrong = await page.evaluate((theme) => {
        document.documentElement.classList.remove('light', 'rust', 'coal', 'navy', 'ayu');
        document.documentElement.classList.add(theme);
        const figures = [...document.querySelectorAll('.costs[id]')];
        if (figures.length === 0) return ['no figures'];
        return figures.flatMap((figure) => {
          const rows = figure.querySelectorAll('tbody tr:not(.bar)');
          const bars = [...figure.querySelectorAll('.bar :is(.median, .hollow)')];
          const drawn = bars.filter((bar) => bar.getBoundingClientRect().width > 0 && getComputedStyle(bar).stroke.startsWith('rgb'));
          const fits = figure.querySelector('table').scrollWidth <= figure.clientWidth;
          return rows.length > 0 && drawn.length === rows.length && fits ? [] : [`${figure.id}: ${drawn.length} of ${rows.length}, fits: ${fits}`];
        });
      }, theme);
      assert.deepEqual(wrong, [], theme);
    }
    assert.ok(await page.locator('.costs-machine').isVisible());
  }, { viewport: { width: 360, height: 700 } });
});

describe('taken away', () => {
  for (const [where, address] of [['served', served], ['from disk', onDisk]]) {
    test(`the trace, ${where}`, () => open(address(chapter('queue')), async (page) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        button(card(page, 'queue'), 'Download trace').click(),
      ]);
      assert.equal(download.suggestedFilename(), 'queue.json');
      const events = JSON.parse(readFileSync(await download.path(), 'utf8'));
      assert.ok(Array.isArray(events) && events.some((event) => event.ph === 'B'));
    }));
  }

  test('the command', () => open(served(chapter('queue')), async (page) => {
    const queue = card(page, 'queue');
    await button(queue, 'Copy').click();
    await button(queue, 'Copied').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'cargo run -p lesson-queue');
  }, { permissions: ['clipboard-read', 'clipboard-write'] }));
});

/**
 * What axe-core finds wrong, in each of the themes. All its rules are asked but those of WCAG's highest level and those that
 * it calls experimental; and the size of targets, which it leaves out by itself. A theme changes colours and nothing more,
 * so in all themes but the first, only the rules of colours are asked.
 */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
async function faults(page, themes = THEMES) {
  await page.evaluate(axe);
  return page.evaluate(async (themes) => {
    const faults = [];
    for (const theme of themes) {
      document.getElementById(`mdbook-theme-${theme}`).click();
      const asked = theme === themes[0]
        ? { rules: { 'target-size': { enabled: true } } }
        : { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };
      // Without `preload`: it would fetch each style sheet, which a page from disk may not.
      const options = { preload: false, resultTypes: ['violations'], ...asked };
      const { violations } = await window.axe.run(document, options);
      for (const { id, nodes } of violations) faults.push(`${theme}: ${id} at ${nodes.length}, as ${nodes[0].target}: ${nodes[0].failureSummary}`);
    }
    return faults;
  }, themes);
}

describe('accessible', () => {
  // A narrow page has the colours of the wide one: a light theme and a dark one will do.
  for (const [width, themes] of [[1200, undefined], [360, ['light', 'navy']]]) {
    test(`every page, in ${themes?.join(' and ') ?? 'every theme'}, ${width} px wide`, () => Promise.all([0, 1].map((half) => open(onDisk(pages[0]), async (page) => {
      for (const name of pages.filter((_, at) => at % 2 === half)) {
        await page.goto(onDisk(name));
        assert.deepEqual(await faults(page, themes), [], name);
      }
    }, { viewport: { width, height: 800 } }))));
  }

  // Its colours are those of the pages. Asked for all of them at once, axe takes as long as for all other pages together.
  test('all pages in one, to be printed', () => open(onDisk('print.html'), async (page) => {
    assert.deepEqual(await faults(page, ['light']), []);
  }));

  test('all pages in one: nothing is folded, and answers stand at the end of their chapter', () =>
    open(onDisk('print.html'), async (page) => {
      assert.equal(await page.locator('main details:not([open]):visible, .quiz :is(details, button):visible, .exercise details:visible').count(), 0);
      const told = await page.evaluate(() => [...document.querySelectorAll('.print-asked a')].map((link) => {
        const answer = document.getElementById(link.hash.slice(1));
        const back = answer?.querySelector('a')?.hash.slice(1);
        return answer?.children.length > 1 && back === link.parentElement.id && answer.parentElement.matches('.print-answers');
      }));
      assert.ok(told.length > 100 && told.every((right) => right), `${told.length}`);
    }));

  test('the page that says that there is none', () => open(served('no-such-page.html'), async (page) => {
    assert.deepEqual(await faults(page), []);
  }, { allow: /status of 404/ }));

  test('what is opened, run and checked', () => open(`${trial}/hello.html`, async (page) => {
    await button(exercise(page, 'broken'), 'Check').click();
    await status(exercise(page, 'broken'), /^Your answer doesn't compile/);
    await button(exercise(page, 'fail'), 'Check').click();
    await status(exercise(page, 'fail'), /^Not yet/);
    await button(card(page, 'hello'), 'Run here').click();
    await status(card(page, 'hello'), /^Ran here/);
    const orders = page.locator('[data-orders="heir"] .orders-choices button');
    await orders.nth(0).click();
    await orders.nth(1).click();
    await page.locator('#mdbook-search-toggle').click();
    await page.locator('#mdbook-searchbar').pressSequentially('hello');
    await page.locator('#mdbook-searchresults a').first().waitFor();
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
    assert.deepEqual(await faults(page), []);
    await page.locator('#mdbook-theme-toggle').click();
    assert.deepEqual(await faults(page, ['navy']), [], 'the list of themes');
  }));

  test('the first Tab leads to the text, past the table of contents', () => open(served(chapter('queue')), async (page) => {
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the text' });
    assert.ok(await skip.evaluate((link) => link === document.activeElement));
    assert.ok((await skip.boundingBox()).height >= 24, 'it can be seen');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => !!document.activeElement.closest('main')));
  }));

  test('the table of contents is opened and closed by key', () => open(served(pages[0]), async (page) => {
    const toggle = page.getByRole('button', { name: 'Toggle Table of Contents' });
    const link = page.locator('#mdbook-sidebar a').first();
    for (const shown of [false, true]) {
      await toggle.press('Enter');
      await eventually('the table of contents', async () => await link.isVisible() === shown);
      assert.equal(await toggle.getAttribute('aria-expanded'), String(shown));
    }
    await toggle.click();
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
  }));

  test('code that scrolls sideways is scrolled by key', () => open(served(chapter('pool')), async (page) => {
    const wide = page.locator('main pre > code[tabindex="0"]').first();
    const address = page.url();
    await tabTo(page, wide);
    await page.keyboard.press('ArrowRight');
    await eventually('a scroll', () => wide.evaluate((code) => code.scrollLeft > 0));
    assert.equal(page.url(), address, 'the arrow keys turned the page');
  }, { viewport: { width: 360, height: 700 } }));

  test('without script there is nothing to choose in vain', () => open(served(chapter('pool')), async (page) => {
    assert.ok(await card(page, 'pool').locator('.lesson-output li').first().isVisible());
    assert.equal(await card(page, 'pool').locator('input:visible, select:visible, button:visible, legend:visible').count(), 0);
  }, { javaScriptEnabled: false }));
});

describe('a picture', () => {
  const words = (page) => page.locator('[data-picture] svg').getAttribute('aria-label');
  const marks = (page) => page.locator('[data-picture] .column').count();

  test('it is that of the run that the card of the lesson shows', () => open(onDisk(chapter('parallel')), async (page) => {
    const lesson = card(page, 'parallel');
    await lesson.locator('select[name="--pieces"]').selectOption('2');
    const whole = 'thread 1 computed 60 rows, thread 2 computed 60 rows';
    assert.equal(await words(page), whole);
    // Either may have taken the upper half.
    const columns = await page.locator('[data-picture] .column').evaluateAll((columns) => columns.map((one) => one.getAttribute('d')));
    assert.deepEqual(columns.map((column) => column.split(' ')[1]).sort(), ['0v60', '60v60']);
    await button(lesson, 'Replay').click();
    await eventually('not all rows', async () => await words(page) !== whole);
    await button(lesson, 'Stop').click();
    assert.equal(await words(page), whole);
    await lesson.locator('select[name="--pieces"]').selectOption('');
    await lesson.locator('select[name="--threads"]').selectOption('1');
    assert.equal(await words(page), 'thread 1 computed 120 rows');
    assert.equal(await marks(page), 1);
  }));

  test('without script it is that of the run that is listed', async () => {
    /** @type {(string | null)[]} */ const told = [];
    for (const javaScriptEnabled of [true, false]) {
      await open(onDisk(chapter('parallel')), async (page) => {
        told.push(await words(page), await page.locator('[data-picture] .column').first().getAttribute('d'));
        assert.ok(await page.locator('[data-picture] path').count() > 10);
        assert.equal(await marks(page), 2);
      }, { javaScriptEnabled });
    }
    assert.deepEqual(told.slice(2), told.slice(0, 2));
  });
});

/** Presses Tab until the focus is on it. */
async function tabTo(page, target) {
  for (let presses = 0; presses < 300; presses++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail('Tab never comes there');
}

describe('by keyboard alone', () => {
  test('run, stop, read, walk along the timeline', () => open(served(chapter('queue')), async (page) => {
    const queue = card(page, 'queue');
    const address = page.url();
    await button(queue, 'Run here').waitFor();
    await tabTo(page, button(queue, 'Run here'));
    await page.keyboard.press('Enter');
    await status(queue, /^Running here/);
    // When the second process has said something, too, each lane has a bar to walk to.
    await eventually('two lines', async () => await rows(queue).count() >= 2);
    // The focus has gone on to Stop, the one button that can be pressed now.
    await page.keyboard.press('Enter');
    await status(queue, /^Stopped/);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), '▶ Run here');

    await tabTo(page, queue.getByRole('list', { name: 'Output' }));
    await page.keyboard.press('ArrowDown');
    assert.equal(await queue.locator('li.hot').count(), 1);
    await tabTo(page, queue.locator('.lesson-timeline'));
    const told = new Set();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'Home', 'End']) {
      await page.keyboard.press(key);
      told.add(await queue.locator('.lesson-told').textContent());
      assert.equal(await queue.locator('svg .hot').count(), 1, key);
    }
    assert.ok(told.size >= 3, [...told].join('; '));
    const ring = await queue.locator('.lesson-timeline').evaluate((element) => getComputedStyle(element).outlineStyle);
    assert.notEqual(ring, 'none', 'the focus can be seen');
    assert.equal(page.url(), address, 'the arrow keys turned the page');
  }));
});

describe('by keyboard alone, on a page of each kind', () => {
  const kinds = [served(chapter('queue')), served('costs.html'), served('explore.html'), served('teachers.html'),
    `${trial}/hello.html`, `${trial}/quiz.html`, `${trial}/progress.html`];
  for (const address of kinds) {
    test(`Tab comes to every control of ${new URL(address).pathname}, and shows where it is`, () => open(address, async (page) => {
      await page.waitForFunction(() => [...document.querySelectorAll('[data-lesson], [data-exercise]')]
        .every((card) => /Run here|Check/.test(card.textContent)));
      // What can be pressed or chosen, to the eye of a mouse: the cursor changes over it. A press on the book's title scrolls up, as the key Home does.
      const all = await page.evaluate(() => {
        const points = (element) => /pointer|resize/.test(getComputedStyle(element).cursor);
        const own = 'a[href], button, input, select, summary, [tabindex]:not([tabindex="-1"])';
        window.stops = [...document.querySelectorAll('*')].filter((element) => element.checkVisibility() && element.getClientRects().length
          && !element.disabled && !element.matches('.menu-title, fieldset:disabled *')
          && (element.matches(own) || (points(element) && !points(element.parentElement) && !element.querySelector(own) && !element.closest('label'))));
        return window.stops.length;
      });
      /** @type {Set<number>} */ const reached = new Set();
      /** @type {string[]} */ const unseen = [];
      for (let presses = 0; presses <= all + 20; presses++) {
        await page.keyboard.press('Tab');
        const [nth, wrong] = await page.evaluate(() => {
          const element = document.activeElement;
          // What comes into sight as it gets the focus takes a moment.
          for (const animation of document.getAnimations()) if (animation.playState !== 'paused') try { animation.finish(); } catch { /* it has no end */ }
          const { outlineStyle, visibility } = getComputedStyle(element);
          const parents = []; for (let one = element; one; one = one.parentElement) parents.push(one);
          const seen = outlineStyle !== 'none' && visibility === 'visible' && parents.every((one) => Number(getComputedStyle(one).opacity) > 0.4);
          return [window.stops.indexOf(element), seen || element === document.body ? '' : element.outerHTML.slice(0, 120)];
        });
        if (reached.has(nth) && nth === 0) break;
        reached.add(nth);
        if (wrong) unseen.push(wrong);
      }
      const never = await page.evaluate((reached) => window.stops.filter((_, nth) => !reached.includes(nth)).map((one) => one.outerHTML.slice(0, 120)), [...reached]);
      assert.deepEqual({ never, unseen }, { never: [], unseen: [] });
    }));
  }

  const focus = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());

  test('the list of themes: arrows choose, Escape closes it', () => open(served(chapter('queue')), async (page) => {
    const address = page.url();
    await tabTo(page, page.locator('#mdbook-theme-toggle'));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Home');
    for (let nth = 0; nth < 10 && await focus(page) !== 'mdbook-theme-navy'; nth++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.ok(await page.evaluate(() => document.documentElement.classList.contains('navy')));
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#mdbook-theme-list').isVisible(), false);
    assert.equal(await focus(page), 'mdbook-theme-toggle');
    assert.equal(page.url(), address);
  }));

  test('the search: opened, looked through, and left', () => open(served(chapter('queue')), async (page) => {
    const found = page.locator('#mdbook-searchresults a');
    await tabTo(page, page.locator('#mdbook-search-toggle'));
    await page.keyboard.press('Enter');
    await eventually('the search', async () => await focus(page) === 'mdbook-searchbar');
    await page.keyboard.type('barrier');
    await found.first().waitFor();
    await tabTo(page, found.nth(1));
    await page.keyboard.press('Escape');
    await eventually('the focus', async () => await focus(page) === 'mdbook-search-toggle' || focus(page));
    assert.equal(await page.locator('#mdbook-searchbar').isVisible(), false);
    await page.keyboard.press('/');
    await eventually('the search', async () => await focus(page) === 'mdbook-searchbar');
    await page.keyboard.press('Escape');
    await eventually('the focus', async () => await focus(page) === 'mdbook-search-toggle' || focus(page));
    await page.keyboard.press('s');
    await page.keyboard.type('barrier');
    await found.first().waitFor();
    const leads = await found.first().getAttribute('href');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname.endsWith(leads.replace(/[?#].*/, '')));
  }));

  test('code is copied, and the table of contents made wider', () => open(served(chapter('queue')), async (page) => {
    const address = page.url();
    const handle = page.getByRole('separator', { name: 'Width of the table of contents' });
    const width = async () => Number(await handle.getAttribute('aria-valuenow'));
    const before = await width();
    await tabTo(page, handle);
    await page.keyboard.press('ArrowRight');
    await eventually('a wider one', async () => await width() === before + 20 || width());
    for (let presses = 0; presses < 20; presses++) await page.keyboard.press('ArrowLeft');
    await eventually('the narrowest', async () => await width() === 160 || width());
    assert.equal(page.url(), address, 'the arrow keys turned the page');
    // Not one that is folded.
    const copy = page.locator('main > pre > .buttons button.clip-button').first();
    await tabTo(page, copy);
    await page.keyboard.press('Enter');
    await eventually('code', async () => (await page.evaluate(() => navigator.clipboard.readText())).includes('\n'));
  }, { permissions: ['clipboard-read', 'clipboard-write'] }));
});

test('who wants no motion sees the replay line by line', () => open(onDisk(chapter('queue')), async (page) => {
  const queue = card(page, 'queue');
  const all = await rows(queue).count();
  await button(queue, 'Replay line by line').click();
  const now = () => queue.locator('.now').getAttribute('x1');
  const still = await now();
  assert.equal(await rows(queue).count(), 1);
  await page.waitForTimeout(300); // nothing may happen in this time
  assert.equal(await now(), still);
  for (let line = 2; line <= all; line++) await button(queue, 'Next line').click();
  await status(queue, new RegExp(`Line ${all} of ${all}`));
  await button(queue, 'Next line').click();
  await status(queue, /^The end/);
}, { reducedMotion: 'reduce' }));

describe('search', () => {
  const search = async (page, words) => {
    await page.locator('#mdbook-search-toggle').click();
    await page.locator('#mdbook-searchbar').pressSequentially(words);
    return (part) => page.locator(`#mdbook-searchresults a[href*="${part}"]`).first();
  };

  for (const [where, address] of [['served', served], ['from disk', onDisk]]) {
    test(`finds a lesson, ${where}`, () => open(address(chapter('pipe')), async (page) => {
      const hit = await search(page, 'queue');
      await hit('queue.html').click();
      await card(page, 'queue').waitFor();
    }));
  }

  for (const name of ['as_completed', 'BrokenBarrierError', 'set_forkserver_preload', 'DEVNULL']) {
    test(`finds the name ${name} of Python's`, () => open(onDisk('from-python.html'), async (page) => {
      const hit = await search(page, name);
      await hit('from-python.html').waitFor();
    }));
  }
});

const trialPage = (where) => where === 'served' ? `${trial}/hello.html`
  : pathToFileURL(path.join(trialSite, 'hello.html')).href;
const exercise = (page, name) => page.locator(`[data-exercise="hello/${name}"]`);

describe('all orders', () => {
  const orders = (page) => page.locator('[data-orders="hello"]');
  const choice = (page, thread) => orders(page).locator('.orders-choices button').filter({ hasText: thread });
  const values = (page) => orders(page).locator('.orders-values').textContent().then((text) => text.trim());
  const ask = (page) => orders(page).locator('.orders-ask').textContent();

  test('a reader takes the steps by keyboard, hears of each, and takes one back', () =>
    open(trialPage('from disk'), async (page) => {
      const card = orders(page);
      const address = page.url();
      assert.equal(await ask(page), 'Which thread takes step 1?');
      assert.equal(await values(page), 'balance = 0');
      assert.equal(await choice(page, 'earn').textContent(), 'earn reads 0 from balance');
      await tabTo(page, choice(page, 'earn'));
      await page.keyboard.press('Enter');
      await status(card, /^Step 1: earn reads 0 from balance\. balance = 0\.$/);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      assert.equal(await choice(page, 'earn').textContent(), 'earn is done');
      // The focus stays, and the button does nothing any more.
      await page.keyboard.press('Enter');
      assert.equal(await ask(page), 'Which thread takes step 4?');
      assert.equal(await values(page), 'balance = 1');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await status(card, /^Step 4: spend writes -1 to balance\. balance = -1\. The end: the balance is -1\.$/);
      assert.equal(await rows(card).count(), 4);
      assert.equal(await bars(card).count(), 4);
      assert.match(await rows(card).last().textContent(), /^4 spend writes -1 to balance line 52$/);
      await tabTo(page, button(card, 'Undo one step'));
      await page.keyboard.press('Enter');
      assert.equal(await rows(card).count(), 3);
      assert.equal(await values(page), 'balance = 1');
      await tabTo(page, card.locator('.lesson-timeline'));
      await page.keyboard.press('ArrowRight');
      assert.equal(await card.locator('.lesson-told').textContent(), 'Step 1: earn reads 0 from balance');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Shift+Tab'); // the listing
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      await status(card, /^At the start\./);
      assert.equal(await rows(card).count(), 0);
      assert.ok(await choice(page, 'earn').evaluate((element) => element === document.activeElement), 'the focus is lost');
      assert.equal(page.url(), address, 'the arrow keys turned the page');
    }));

  test('all outcomes are told, and the shortest order to one is shown', () => open(trialPage('from disk'), async (page) => {
    const card = orders(page);
    assert.equal(await card.locator('table').isVisible(), false, 'the reader may think first');
    await card.locator('summary').click();
    const cells = await card.locator('tbody tr').evaluateAll((rows) => rows.map((row) =>
      [...row.cells].map((cell) => cell.firstChild.textContent.trim())));
    assert.deepEqual(cells, [['the balance is -1', '2', 'earn, spend, earn, spend'],
      ['the balance is 0', '2', 'earn, earn, spend, spend'], ['the balance is 1', '2', 'earn, spend, spend, earn']]);
    await button(card, 'Show the shortest order in which the balance is 1').click();
    await eventually('the end', async () => (await ask(page)) === 'The end: the balance is 1.' || ask(page));
    assert.deepEqual(await rows(card).locator('.who').allTextContents(), ['earn', 'spend', 'spend', 'earn']);
    await button(card, 'Show the shortest order in which the balance is 0').click();
    await button(card, 'Start again').click();
    await page.waitForTimeout(1200); // no step is shown any more
    assert.equal(await rows(card).count(), 0);
  }));

  test('who has to wait and who is stuck is told', () => open(trialPage('from disk'), async (page) => {
    const card = page.locator('[data-orders="heir"]');
    const choices = card.locator('.orders-choices button');
    const told = () => choices.allTextContents();
    await choices.nth(0).click();
    await choices.nth(0).click();
    assert.deepEqual(await told(), ['a unlocks both', 'b waits for y, held by a']);
    await button(card, 'Undo one step').click();
    await choices.nth(1).click();
    assert.deepEqual(await told(), ['a waits for y, held by b', 'b waits for x, held by a']);
    await status(card, /x = held by a\. y = held by b\. The end: a deadlock: nobody can go on\.$/);
    assert.equal(await card.locator('.lesson-timeline .wait').count(), 2);
    assert.equal(await card.locator('.orders-ask').textContent(), 'The end: a deadlock: nobody can go on.');
  }));

  test('a thread that can do one of two things has a button for each, and an old value is told', () =>
    open(trialPage('from disk'), async (page) => {
      const card = page.locator('[data-orders="heir"]');
      const choices = card.locator('.orders-choices button');
      const told = () => choices.allTextContents();
      const old = card.locator('.orders-old');
      await tabTo(page, choices.nth(1));
      await page.keyboard.press('Enter');
      const read = 'a reads 0 from y (Relaxed), an old value: b has written 1 since';
      assert.deepEqual(await told(), ['a locks x', read, 'b locks x']);
      assert.equal(await old.isVisible(), false, 'none was read yet');
      // The focus has stayed with b, and the two of a come before it.
      await page.keyboard.press('Shift+Tab');
      assert.ok(await choices.nth(1).evaluate((element) => element === document.activeElement), 'not the old value');
      await page.keyboard.press('Enter');
      assert.match(await old.textContent(), /^An old value: /);
      await status(card, /^Step 2: a reads 0 from y \(Relaxed\), an old value: b has written 1 since\. An old value: .*\. The end: both are done\.$/);
      assert.deepEqual(await told(), ['a is done', 'b is done']);
      assert.ok(await choices.nth(0).evaluate((element) => element === document.activeElement), 'the focus is lost');
      await button(card, 'Undo one step').click();
      assert.equal(await old.isVisible(), false);
      assert.equal((await told()).length, 3);
    }));

  test('who wants no motion sees the whole order at once', () => open(trialPage('from disk'), async (page) => {
    await orders(page).locator('summary').click();
    await button(orders(page), 'Show the shortest order in which the balance is 1').click();
    assert.equal(await rows(orders(page)).count(), 4);
  }, { reducedMotion: 'reduce' }));
});

describe('what the explorer says', () => {
  const cells = (table) => table.locator('tr').evaluateAll((rows) => rows.map((row) =>
    [...row.cells].map((cell) => [...cell.childNodes].filter((node) => node.nodeName !== 'BUTTON').map((node) => node.textContent).join('').trim())));

  test('of a program with few orders: the reader takes the steps, or jumps to an outcome', () =>
    open(trialPage('from disk'), async (page) => {
      const card = page.locator('#explored-hello-lost');
      assert.deepEqual(await cells(card.locator('.orders-all')), [['What comes out', 'Orders'],
        ['✗ the balance is 1', '2'], ['the balance is 0', '2'], ['the balance is -1', '2']]);
      assert.deepEqual((await cells(card.locator('.explored-steps'))).at(-1), ['✗', 'earn', 'waits for <spend>', '53']);
      await button(card, 'Show the shortest order in which the balance is 1').click();
      assert.equal(await card.locator('.orders-ask').textContent(), 'The end: the balance is 1.');
      await button(card, 'Start again').click();
      await card.locator('.orders-choices button').first().click();
      assert.equal(await rows(card).count(), 1);
    }, { reducedMotion: 'reduce' }));

  test('of one with too many: the outcomes and the order that fails', () => open(trialPage('from disk'), async (page) => {
    const card = page.locator('#explored-hello-more');
    assert.equal(await card.locator('.orders-all tbody tr').count(), 3);
    assert.equal(await card.locator('.explored-steps').count(), 1);
    assert.equal(await card.getByRole('button').count(), 0);
    assert.deepEqual(await faults(page), []);
  }));

  test('it can be read on paper and without script', async () => {
    await open(trialPage('from disk'), async (page) => {
      assert.ok(await page.locator('#explored-hello-lost .explored-steps').isVisible());
    }, { javaScriptEnabled: false });
    await open(trialPage('from disk'), async (page) => {
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.locator('.explored button:visible').count(), 0);
      assert.ok(await page.locator('#explored-hello-lost .explored-steps').isVisible());
    });
  });

  test("the reader's own file is explored at each save", async () => {
    const file = path.join(trialRoot, 'explore.rs');
    try {
      await open(`${trial}/explore.html`, async (page) => {
        const own = page.locator('[data-explore]');
        const said = (text) => eventually(`${text}`, async () => {
          const seen = await own.locator('> .lesson-status').textContent();
          return text.test(seen) || seen;
        });
        await said(/^There is no explore\.rs yet\. Run cargo explore /);
        writeFileSync(file, 'fn main() {}\n');
        await said(/^Explored as you saved it/);
        await own.locator('.orders-choices button').first().click();
        assert.equal(await rows(own).count(), 1);
        assert.deepEqual(await faults(page), []);
        await own.locator('.orders-choices button').first().focus();
        writeFileSync(file, 'fn main() { /* large */ }\n');
        await eventually('the new card', async () => await own.locator('.orders-choices').count() === 0);
        await said(/^Explored as you saved it/);
        assert.equal(await own.locator('.explored-steps').count(), 1);
        assert.ok(await page.evaluate(() => document.activeElement.className === 'explore-found'), 'the focus is lost');
        // A save in the middle of it begins again.
        writeFileSync(file, 'fn main() { /* hang */ }\n');
        await said(/^Exploring… asked for/);
        writeFileSync(file, 'fn main() { File::open("x"); }\n');
        await said(/^This can’t be explored:$/);
        assert.equal(await own.locator('.explore-refused').textContent(), 'a file is <opened>\nread it before');
        assert.deepEqual(await faults(page), []);
        assert.ok(await sideways(page) <= 0);
      }, { viewport: { width: 360, height: 700 } });
    } finally {
      rmSync(file, { force: true });
    }
  });

  test('from disk, the page says how to begin', () =>
    open(pathToFileURL(path.join(trialSite, 'explore.html')).href, async (page) => {
      assert.match(await page.locator('[data-explore] .lesson-status').textContent(), /served from your own machine: say cargo book /);
    }));
});

describe('questions', () => {
  const address = { served: `${trial}/quiz.html`, 'from disk': pathToFileURL(path.join(trialSite, 'quiz.html')).href };
  const asks = (page, question) => page.getByRole('group', { name: question });
  const pressed = (scope) => scope.getByRole('button', { pressed: true }).allTextContents();
  const reason = (scope) => scope.getByRole('status').innerText();

  for (const where of ['served', 'from disk']) {
    test(`${where}: a choice made by key shows its reason, and both are there after a reload`, () => open(address[where], async (page) => {
      const first = asks(page, 'Which of them comes first?');
      assert.deepEqual(await first.getByRole('button').allTextContents(), ['Ann, as main starts her first', 'Bob', 'Either']);
      assert.deepEqual([await pressed(first), await reason(first)], [[], '']);
      assert.equal(await page.locator('details:visible').count(), 0, 'the answer is not to be seen beforehand');
      await tabTo(page, button(first, 'Ann'));
      const ring = await button(first, 'Ann').evaluate((element) => getComputedStyle(element).outlineStyle);
      assert.notEqual(ring, 'none', 'the focus can be seen');
      await page.keyboard.press('Enter');
      assert.equal(await reason(first), 'Not this one. She did in our run. Nothing makes her.');
      assert.equal(await first.getByRole('link').getAttribute('href'), 'hello.html');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      const right = /^Right\. The system decides\.\s+let either = true;/;
      for (const when of ['pressed', 'loaded again']) {
        assert.deepEqual(await pressed(first), ['Either'], when);
        assert.match(await reason(first), right, when);
        assert.equal(await first.locator('.quiz-reason button').count(), 0, 'a button that does nothing');
        const signs = await first.getByRole('button').evaluateAll((all) => all.map((one) => getComputedStyle(one, '::before').content));
        assert.deepEqual(signs, ['"✗ "', 'none', '"✓ "'], when);
        assert.deepEqual(await pressed(asks(page, 'And who is last?')), [], 'the other question');
        await page.reload();
      }
      const kept = () => page.evaluate(() => Object.entries({ ...localStorage }).filter(([name]) => name.startsWith('see-it-run.quiz.')));
      assert.deepEqual((await kept()).map(([, choices]) => choices), ['02'], 'the first choice first');
      await button(first, 'Bob').click();
      await button(first, 'Either').click();
      assert.deepEqual((await kept()).map(([, choices]) => choices), ['012']);
      assert.deepEqual(await page.context().cookies(), []);
    }));
  }

  test('choices that stand apart, and reasons of several paragraphs', () => open(address.served, async (page) => {
    const last = asks(page, 'And who is last?');
    await button(last, 'Bob').click();
    assert.deepEqual(await last.locator('.quiz-reason > p').allTextContents(), ['Not this one. Only if Ann was first.', 'The system decides.']);
  }));

  test('what was kept of another question, or is nonsense, is passed over', () => open(address.served, async (page) => {
    const key = await page.locator('[data-quiz]').first().getAttribute('data-quiz');
    for (const [name, kept] of [[key, '7'], [key, '{}'], ['0123456789ab', '2']]) {
      await page.evaluate(([name, kept]) => {
        localStorage.clear();
        localStorage.setItem(`see-it-run.quiz.${name}`, kept);
      }, [name, kept]);
      await page.reload();
      assert.equal(await page.getByRole('button', { pressed: true }).count(), 0, kept);
      await button(asks(page, 'Which'), 'Either').click();
      assert.match(await reason(asks(page, 'Which')), /^Right/);
      assert.equal(await page.evaluate((key) => localStorage.getItem(`see-it-run.quiz.${key}`), key), '2', kept);
    }
  }));

  test('a browser that keeps nothing shows reasons all the same', () => open(address.served, async (page) => {
    await page.addInitScript(() => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } }));
    await page.reload();
    await button(asks(page, 'Which'), 'Either').click();
    assert.match(await reason(asks(page, 'Which')), /^Right/);
  }));

  for (const width of [1200, 320]) {
    test(`axe finds nothing, answered or not, and every target is large enough, ${width} px wide`, () => open(address.served, async (page) => {
      assert.deepEqual(await faults(page), []);
      await button(asks(page, 'Which'), 'Ann').click();
      await button(asks(page, 'And who'), 'The other one').click();
      assert.deepEqual(await faults(page), []);
      assert.ok(await sideways(page) <= 0);
      for (const choice of await page.locator('.quiz button:visible').all()) assert.ok((await choice.boundingBox()).height >= 24);
    }, { viewport: { width, height: 700 } }));
  }

  test('without script: a list, and the answer folded', () => open(address.served, async (page) => {
    const quiz = page.locator('.quiz').first();
    assert.deepEqual(await quiz.locator('> ol > li').allTextContents(), ['Ann, as main starts her first', 'Bob', 'Either']);
    assert.equal(await quiz.locator('button, fieldset').count(), 0);
    await quiz.locator('summary').click();
    assert.ok(await quiz.getByText('Right. The system decides.').isVisible());
  }, { javaScriptEnabled: false }));

  test('on paper: the choices, and every reason after them', () => open(address.served, async (page) => {
    await button(asks(page, 'Which'), 'Ann').click();
    await page.emulateMedia({ media: 'print' });
    const quiz = page.locator('.quiz').first();
    assert.ok(await button(quiz, 'Either').isVisible());
    assert.equal(await quiz.getByRole('status').isVisible(), false, 'one reason twice');
    for (const item of await quiz.locator('details li').all()) {
      assert.ok((await item.boundingBox())?.height > 0);
      assert.ok(await item.evaluate((element) => element.checkVisibility({ contentVisibilityAuto: true })));
    }
  }));
});

describe('progress', () => {
  const at = (where, page) => where === 'served' ? `${trial}/${page}.html` : pathToFileURL(path.join(trialSite, `${page}.html`)).href;
  const told = (page) => page.locator('.progress .lesson-status').textContent();
  const row = (page, name) => page.getByRole('row', { name }).getByRole('cell').allTextContents();
  const marks = (page) => page.locator('#mdbook-sidebar a:has([role=img][aria-label=read])').allTextContents();
  const start = '0 of 3 chapters read, 0 of 2 questions answered (0 right at the first try), 0 of 7 exercises passed. Next: Hello.';
  const later = '1 of 3 chapters read, 2 of 2 questions answered (1 right at the first try), 0 of 7 exercises passed. Next: Hello.';

  /** Answers both questions of the trial course, one of them wrong at first, and reads to the end. */
  async function study(page, where) {
    await page.goto(at(where, 'quiz'));
    await button(page, 'Bob').first().click();
    await button(page, 'Either').click();
    await button(page, 'The other one').click();
    await page.keyboard.press('End');
    await eventually('the mark', async () => (await marks(page)).join() === '3. Quiz ✓' || marks(page));
    await page.goto(at(where, 'progress'));
  }

  for (const where of ['served', 'from disk']) {
    test(`${where}: what was read and answered is told, and what comes next`, () => open(at(where, 'progress'), async (page) => {
      assert.equal(await told(page), start);
      assert.deepEqual(await row(page, 'Hello'), ['–', '0 of 7']);
      assert.deepEqual(await marks(page), []);
      await study(page, where);
      assert.equal(await told(page), later);
      assert.deepEqual(await row(page, 'Quiz ✓ read'), ['✓ 2 of 2', '–']);
      assert.deepEqual(await marks(page), ['3. Quiz ✓'], 'on every page');
      assert.deepEqual(await page.context().cookies(), []);
      await page.getByRole('status').getByRole('link', { name: 'Hello' }).click();
      await page.getByRole('heading', { name: 'Hello' }).waitFor();
    }));
  }

  test('a chapter whose end was not seen is not read', () => open(at('served', 'hello'), async (page) => {
    await page.waitForTimeout(300); // nothing may happen in this time
    assert.deepEqual(await marks(page), []);
    await page.keyboard.press('End');
    await eventually('the mark', async () => (await marks(page)).join() === '1. Hello ✓' || marks(page));
  }));

  test('it goes into a file and comes back from it, and is forgotten when asked', () => open(at('served', 'progress'), async (page) => {
    await study(page, 'served');
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save as a file').click()]);
    assert.equal(download.suggestedFilename(), 'see-it-run.json');
    const text = readFileSync(await download.path(), 'utf8');
    const saved = JSON.parse(text);
    assert.equal(saved.course, 'see-it-run');
    assert.deepEqual(saved.read, { 'quiz.html': '1' });
    assert.deepEqual(Object.values(saved.quiz).sort(), ['1', '12']);

    page.once('dialog', (dialog) => dialog.dismiss());
    await button(page, 'Forget everything').click();
    assert.equal(await told(page), later);
    await page.evaluate(() => localStorage.setItem('another', 'page'));
    page.once('dialog', (dialog) => dialog.accept());
    await button(page, 'Forget everything').click();
    await eventually('nothing', async () => (await told(page)) === start || told(page));
    assert.equal(await page.evaluate(() => localStorage.getItem('another')), 'page', 'what belongs to others stays');

    const read = async (text) => {
      const chosen = page.waitForEvent('filechooser');
      await button(page, 'Read from a file').press('Enter');
      await (await chosen).setFiles({ name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    };
    const says = (text) => eventually(text, async () => (await told(page)) === text || told(page));
    for (const bad of ['', '[]', 'null', '{"course":"another"}', '{"read":{"quiz.html":"1"}}']) {
      await read(bad);
      await says(`mine.json is not a file that this page has saved. ${start}`);
    }
    await read('{"course":"see-it-run","read":{"../<b>":"1","hello.html":5},"quiz":{"0123456789ab":"9"},"passed":null,"more":{"a":"1"}}');
    await says(`0 entries were read from mine.json. ${start}`);
    await read(text);
    await says(`3 entries were read from mine.json. ${later}`);
    await read('{"course":"see-it-run","passed":{"hello/pass":"1"}}');
    await eventually('an exercise', async () => (await row(page, 'Hello'))[1] === '1 of 7' || row(page, 'Hello'));
  }));

  test('the local server is asked what was passed', () => open(at('served', 'quiz'), async (page) => {
    const passed = ['hello/broken', 'hello/fail', 'hello/flood', 'hello/hang', 'hello/heir', 'hello/mute', 'hello/pass'];
    /** @type {() => void} */ let answer;
    const asked = new Promise((go) => { answer = go; });
    await page.route('**/__book/exercises', async (route) => { await asked; await route.fulfill({ json: { passed } }); });
    await page.goto(at('served', 'progress'));
    const next = page.getByRole('status').getByRole('link');
    await next.focus();
    answer();
    await eventually('passed', async () => (await row(page, 'Hello'))[1] === '✓ 7 of 7' || row(page, 'Hello'));
    assert.ok(await next.evaluate((link) => link === document.activeElement), 'the link to what comes next lost the focus');
  }));

  test('a browser that keeps nothing says so', () => open(at('served', 'quiz'), async (page) => {
    await page.addInitScript(() => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } }));
    await page.goto(at('served', 'progress'));
    assert.match(await told(page), /^This browser keeps nothing/);
  }));

  test('axe finds nothing, and it fits the narrowest screen', () => open(at('served', 'progress'), async (page) => {
    await study(page, 'served');
    assert.deepEqual(await faults(page), []);
    assert.ok(await sideways(page) <= 0);
    const spare = await page.locator('.progress').evaluate((card) => card.clientWidth - (card.querySelector('table')?.offsetWidth ?? 0));
    assert.ok(spare >= 0, `the table is ${-spare} px wider than its card`);
  }, { viewport: { width: 320, height: 700 } }));

  test('without script, it is a table of contents with numbers', () => open(at('from disk', 'progress'), async (page) => {
    assert.deepEqual(await row(page, 'Quiz'), ['2', '–']);
    assert.equal(await page.locator('.progress button').count(), 0);
  }, { javaScriptEnabled: false }));
});

describe('a class', () => {
  const at = (page) => `${trial}/${page}.html`;
  const told = (page) => page.locator('.class .lesson-status').textContent();
  const cells = (row) => row.locator('td').evaluateAll((cells) => cells.map((cell) => [...cell.querySelectorAll('li')].map((item) => item.textContent).join(', ') || cell.textContent));
  const json = (name, text) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) });

  /** Chooses files by keyboard. */
  async function choose(page, files) {
    const asked = page.waitForEvent('filechooser');
    await tabTo(page, button(page, 'Choose files'));
    await page.keyboard.press('Enter');
    const chooser = await asked;
    assert.ok(chooser.isMultiple());
    await chooser.setFiles(files);
    const text = new RegExp(`of ${files.length} files? read\\.$`);
    await eventually('the files', async () => text.test(await told(page)) || told(page));
  }

  /** What a learner with these answers saves: a real file of the page Your progress. */
  async function learner(page, answers) {
    await page.goto(at('quiz'));
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    for (const answer of answers) await button(page, answer).first().click();
    await page.goto(at('progress'));
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save as a file').click()]);
    return readFileSync(await download.path(), 'utf8');
  }

  test('real files become two tables, and a damaged one is a line', () => open(at('quiz'), async (page) => {
    const [ann, bob] = [await learner(page, ['Bob', 'Either', 'The other one']), JSON.parse(await learner(page, ['Either']))];
    // Both may have seen the end of the page.
    const unread = JSON.stringify({ ...JSON.parse(ann), read: {} });
    bob.read = { 'quiz.html': '1' };
    bob.passed = { 'hello/pass': '1', 'hello/fail': '1', 'gone/away': '1' };
    await page.goto(at('teachers'));
    assert.equal(await told(page), 'No files are chosen yet.');
    assert.equal(await page.locator('.class table:visible').count(), 0);
    assert.ok(await button(page, 'Print the tables').isDisabled());
    /** @type {string[]} */ const sent = [];
    page.on('request', (request) => sent.push(request.url()));
    const before = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    await choose(page, [json('bob.json', JSON.stringify(bob)), json('cut.json', ann.slice(0, ann.length / 2)), json('ann.json', unread),
      json('other.json', '{"course":"another"}'), json('odd.json', '{"course":"see-it-run","read":5,"quiz":"x","passed":[null,{"a":1}],"__proto__":{"read":1}}')]);
    assert.equal(await told(page), '3 of 5 files read.');
    assert.deepEqual(await page.locator('.class-damaged li').allTextContents(),
      ['cut.json is not a file that Your progress has saved.', 'other.json is not a file that Your progress has saved.']);
    assert.deepEqual(await cells(page.getByRole('row', { name: 'Quiz' })), ['1 of 3', '1 of 2, 1 of 1', '']);
    assert.deepEqual(await cells(page.getByRole('row', { name: 'Hello' })), ['0 of 3',
      '', 'broken 0 of 3, fail 1 of 3, flood 0 of 3, hang 0 of 3, heir 0 of 3, mute 0 of 3, pass 1 of 3']);
    const files = page.locator('.class-files tbody tr');
    assert.deepEqual(await files.locator('th').allTextContents(), ['ann.json', 'bob.json', 'odd.json']);
    assert.deepEqual(await Promise.all([0, 1, 2].map((nth) => cells(files.nth(nth)))),
      [['0', '2', '1', '0'], ['1', '1', '1', '2'], ['0', '0', '0', '0']]);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Choose files', 'the focus stays');
    // The browser asks for the page's icon when it likes.
    assert.deepEqual(sent.filter((url) => !/\/__book\/|\/favicon-/.test(url)), [], 'nothing is sent');
    assert.equal(await page.evaluate(() => JSON.stringify({ ...localStorage })), before, 'nothing is kept');
    assert.deepEqual(await faults(page), []);
    for (const width of [320, 360]) {
      await page.setViewportSize({ width, height: 800 });
      assert.ok(await sideways(page) <= 0, `${width} px`);
    }

    // On paper, the tables alone.
    await page.evaluate(() => { window.print = () => { window.printed = document.documentElement.className; }; });
    await tabTo(page, button(page, 'Print the tables'));
    await page.keyboard.press('Enter');
    await page.emulateMedia({ media: 'print' });
    assert.ok(await files.first().isVisible());
    assert.equal(await page.getByText('The class:').isVisible(), false);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    assert.ok(await page.getByText('The class:').isVisible());
    await page.emulateMedia({ media: 'screen' });

    // Other files take the place of these.
    await choose(page, [json('cut.json', '')]);
    assert.equal(await told(page), '0 of 1 file read.');
    assert.equal(await page.locator('.class table:visible').count(), 0);
    await choose(page, [json('ann.json', unread)]);
    assert.deepEqual(await page.locator('.class-damaged li').allTextContents(), []);
    assert.deepEqual(await cells(page.getByRole('row', { name: 'Quiz' })), ['0 of 1', '0 of 1, 1 of 1', '']);
  }));

  test('without script, it says what is missing', () => open(at('teachers'), async (page) => {
    assert.equal(await told(page), 'This card needs a browser that runs scripts.');
    assert.equal(await page.locator('.class :is(table, button):visible').count(), 0);
  }, { javaScriptEnabled: false }));
});

describe('exercises', () => {
  test('from disk: task, file, command and hints, and nothing to press in vain', () =>
    open(trialPage('from disk'), async (page) => {
      const card = exercise(page, 'pass');
      assert.equal(await card.getByRole('button').count(), 1);
      assert.ok(await button(card, 'Copy').isVisible());
      assert.equal(await card.getByRole('img').getAttribute('aria-label'), 'Harder: two stars of three');
      const hints = card.locator('.exercise-hint');
      assert.equal(await hints.count(), 3);
      await hints.first().locator('summary').first().click();
      assert.deepEqual(await card.locator('.exercise-hint > p:visible').allTextContents(), ['Look at main.']);
    }));

  test('what fails is told and drawn, by keyboard', () => open(trialPage('served'), async (page) => {
    const card = exercise(page, 'fail');
    await button(card, 'Check').waitFor();
    await eventually('the state', async () => (await card.locator('.exercise-state').textContent()) === 'not passed yet');
    await tabTo(page, button(card, 'Check'));
    await page.keyboard.press('Enter');
    await status(card, /^Not yet\. A check failed\.$/);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), '▶ Check', 'the focus comes back');
    const failed = card.locator('.exercise-checks .failed');
    const told = await failed.textContent();
    for (const part of ['✗ failed', 'no money is lost', 'Deadlock: no thread can go on: two threads wait for each other',
      'earn waits for b, held by spend (line 13)', 'spend waits for a, held by earn (line 13)', 'Found after 3 orders.']) {
      assert.ok(told.includes(part), `${part} is not in ${told}`);
    }
    assert.deepEqual(await rows(failed).allTextContents(), ['1 earn locks a line 12', '2 spend locks b line 12']);
    assert.equal(await failed.getByRole('list', { name: 'Steps' }).count(), 1);
    assert.equal(await failed.locator('.lesson-timeline .work').count(), 2);
    assert.equal(await failed.locator('.lesson-timeline .wait').count(), 2);
    await tabTo(page, failed.locator('.lesson-timeline'));
    await page.keyboard.press('End');
    assert.equal(await failed.locator('.lesson-told').textContent(), 'earn is stuck: it waits for b, held by spend');
    assert.match(await card.locator('.exercise-checks .passed').textContent(), /✓ passed.*6 orders tried: all there are/);
  }));

  test('what passes is told, and so is what does not compile', () => open(trialPage('served'), async (page) => {
    await button(exercise(page, 'pass'), 'Check').click();
    await status(exercise(page, 'pass'), /^Passed\. Your answer holds in every check\.$/);
    assert.match(await exercise(page, 'pass').locator('.exercise-checks').textContent(), /1\u202f200 orders tried: all there are/);
    await button(exercise(page, 'broken'), 'Check').click();
    await status(exercise(page, 'broken'), /^Your answer doesn't compile\.$/);
    assert.equal(await exercise(page, 'broken').locator('.exercise-errors').textContent(), 'error[E0382]: use of moved value\n <here>');
    await button(exercise(page, 'mute'), 'Check').click();
    await status(exercise(page, 'mute'), /^There is no verdict: `cargo exercise` gave no verdict\.$/);
  }));

  test('Stop ends a check, and what was shown before is gone', () => open(trialPage('served'), async (page) => {
    const card = exercise(page, 'hang');
    for (let round = 0; round < 2; round++) {
      await button(card, 'Check').click();
      await status(card, /^Checking/);
      await button(card, 'Stop').click();
      await status(card, /^Stopped before there was a verdict/);
    }
  }));

  test('what the reader has passed is shown', () => open(trialPage('served'), async (page) => {
    await page.route('**/__book/exercises', (route) => route.fulfill({ json: { passed: ['hello/pass'], hints: {} } }));
    await page.reload();
    await eventually('passed', async () => (await exercise(page, 'pass').locator('.exercise-state').textContent()) === '✓ passed');
    assert.equal(await exercise(page, 'fail').locator('.exercise-state').textContent(), 'not passed yet');
  }));

  /** What `cargo exercise` remembers of the trial course. */
  const remembered = {
    file: path.join(trialRoot, '.exercises', 'progress.txt'),
    has: (line) => eventually(line, () => existsSync(remembered.file) && readFileSync(remembered.file, 'utf8').split('\n').includes(line)),
    forget: () => rmSync(remembered.file, { force: true }),
  };

  test('hints come one by one, by keyboard, and are counted as those in the terminal', () => open(trialPage('served'), async (page) => {
    remembered.forget();
    const card = exercise(page, 'fail');
    const list = card.getByRole('list', { name: 'Hints' });
    const hints = () => list.getByRole('listitem').allTextContents();
    const focus = () => page.evaluate(() => document.activeElement.textContent);
    await button(card, 'Hint 1 of 3').waitFor();
    await eventually('told politely', async () => (await list.getAttribute('aria-live')) === 'polite');
    assert.equal(await card.locator('.exercise-hint').count(), 0, 'nothing is folded any more');
    assert.deepEqual(await hints(), []);
    await tabTo(page, button(card, 'Hint 1 of 3'));
    await page.keyboard.press('Enter');
    assert.deepEqual(await hints(), ['Look at main.']);
    assert.equal(await list.locator('code').textContent(), 'main');
    assert.equal(await focus(), 'Hint 2 of 3', 'the focus stays');
    await remembered.has('hello/fail hints=1');

    // The other way round: another hint is asked for in a terminal, and then the reader comes back to the page.
    writeFileSync(remembered.file, 'hello/fail hints=2\n');
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await eventually('the hint of the terminal', async () => (await hints()).length === 2 || hints());
    await page.reload();
    await button(card, 'Hint 3 of 3').waitFor();
    assert.deepEqual(await hints(), ['Look at main.', 'Look closer.']);

    await tabTo(page, button(card, 'Hint 3 of 3'));
    await page.keyboard.press(' ');
    assert.deepEqual(await hints(), ['Look at main.', 'Look closer.', 'Do it.']);
    assert.equal(await focus(), 'That was the last hint. cargo exercise solution hello/fail --anyway shows the solution.');
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none', 'the focus can be seen');
    assert.equal(await button(card, 'Hint').count(), 0);
    await remembered.has('hello/fail hints=3');
    assert.deepEqual(await exercise(page, 'pass').getByRole('list', { name: 'Hints' }).getByRole('listitem').allTextContents(), [], 'of this exercise only');
  }));

  test('after a pass, and not before, the card shows the solution', () => open(trialPage('served'), async (page) => {
    remembered.forget();
    const card = exercise(page, 'pass');
    const offer = card.getByText('Compare with our solution');
    await eventually('the state', async () => (await card.locator('.exercise-state').textContent()) === 'not passed yet');
    assert.ok(!await offer.isVisible(), 'before a pass');
    // The page's script doesn't guard the solution. The server does.
    const refused = await page.evaluate(async () => {
      const { token } = await (await fetch('/__book/session')).json();
      const answer = await fetch('/__book/solution', { method: 'POST', headers: { 'x-book-token': token }, body: '{"exercise":"hello/pass"}' });
      return [answer.status, await answer.text()];
    });
    assert.deepEqual(refused, [403, 'hello/pass has not passed yet']);

    await button(card, 'Check').click();
    await status(card, /^Passed\./);
    await offer.waitFor();
    assert.ok(!(await page.content()).includes('The solution of pass'), 'before it is asked for');
    await tabTo(page, offer);
    await page.keyboard.press('Enter');
    const code = card.locator('.exercise-solution code');
    await code.waitFor();
    assert.equal((await code.textContent()).trim(), '//! The solution of pass.\n\npub fn hello() {\n    println!("<b>hello</b>");\n}');
    assert.ok(await code.locator('.hljs-comment, .hljs-keyword').count() >= 2, 'with colours, as other code');
    assert.ok(await offer.evaluate((summary) => summary === document.activeElement), 'the focus stays');
    await tabTo(page, code);
    assert.equal(await exercise(page, 'fail').getByText('Compare with our solution').isVisible(), false);
    for (const width of [320, 360, 1200]) {
      await page.setViewportSize({ width, height: 800 });
      const more = await sideways(page);
      assert.ok(more <= 0, `${width} px: ${more} px too wide`);
    }
    assert.deepEqual(await faults(page), []);
    // It was forgotten elsewhere, while this page is open.
    await page.reload();
    await offer.waitFor();
    remembered.forget();
    await offer.click();
    await eventually('the refusal', async () => (await card.locator('.exercise-solution p').textContent()) === 'hello/pass has not passed yet');
  }, { allow: /status of 403/ }));

  test('a narrow screen and all themes hold all of it', () => open(trialPage('served'), async (page) => {
    for (const theme of THEMES) {
      await page.evaluate((theme) => {
        document.documentElement.classList.remove('light', 'rust', 'coal', 'navy', 'ayu');
        document.documentElement.classList.add(theme);
      }, theme);
      await button(exercise(page, 'fail'), 'Check').click();
      await exercise(page, 'fail').locator('.failed').waitFor();
      await status(exercise(page, 'fail'), /^Not yet/);
      await page.evaluate(() => document.querySelectorAll('.lesson details').forEach((one) => { one.open = true; }));
      const more = await sideways(page);
      assert.ok(more <= 0, `${theme}: ${more} px too wide`);
    }
  }, { viewport: { width: 360, height: 700 } }));

  test('on paper: the task and the outcomes, no buttons', () => open(trialPage('from disk'), async (page) => {
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.exercise button:visible, .orders button:visible').count(), 0);
    assert.ok(await exercise(page, 'pass').locator('.exercise-task').isVisible());
  }));

  // The real runner and a real exercise, as it comes: red for its stated reason.
  const real = pages.find((page) => sources.get(page).includes('data-exercise='));
  test('a real one is checked by the real cargo exercise', { skip: !real && 'no chapter has an exercise' }, () =>
    open(served(real), async (page) => {
      const card = page.locator('[data-exercise]').first();
      await button(card, 'Check').click();
      // The reader of this copy of the course may have solved it.
      await status(card, /^(Not yet|Passed|Your answer doesn't compile)/);
      assert.ok(await card.locator('.exercise-checks > li, .exercise-errors').count() > 0);
    }));
});
