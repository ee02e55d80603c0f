'use strict';
// What the reader has done, from what this browser keeps: see-it-run.read.PAGE (page.js), see-it-run.quiz.KEY (quiz.js) and
// see-it-run.passed.EXERCISE, which comes from the local server where there is one, or from a file.
{
  const { button, html } = timeline;
  const { download } = view;
  const { whenServed } = server;
  const KEPT = 'see-it-run.';
  /** What each thing that is kept may look like. @type {Record<string, [RegExp, RegExp]>} */
  const FORMS = {
    read: [/^[\w./-]+\.html$/, /^1$/],
    quiz: [/^[0-9a-f]{12}$/, /^[0-3]{1,5}$/],
    passed: [/^[a-z0-9-]+\/[a-z0-9-]+$/, /^1$/],
  };

  /** @param {string} kind @param {string} name */
  const kept = (kind, name) => localStorage.getItem(`${KEPT}${kind}.${name}`);
  /** @param {string} kind @param {string} name @param {string} value */
  const keep = (kind, name, value) => localStorage.setItem(`${KEPT}${kind}.${name}`, value);

  /** All that is kept, and has the form that it should have. */
  function all() {
    /** @type {Record<string, Record<string, string>>} */ const all = {};
    for (const [kind, [name, value]] of Object.entries(FORMS)) {
      const entries = Object.entries({ ...localStorage }).filter(([key]) => key.startsWith(`${KEPT}${kind}.`))
        .map(([key, text]) => [key.slice(KEPT.length + kind.length + 1), text]);
      all[kind] = Object.fromEntries(entries.filter(([key, text]) => name.test(key) && value.test(text)).sort());
    }
    return all;
  }

  class Progress {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.status = /** @type {HTMLElement} */ (root.querySelector('.lesson-status'));
      this.rows = [...root.querySelectorAll('tbody tr')].map((row) => {
        const { page = '', questions = '', exercises = '' } = /** @type {HTMLElement} */ (row).dataset;
        const [title, answered, passed] = [...row.children];
        return { page, questions: questions.split(' ').filter(Boolean), exercises: exercises.split(' ').filter(Boolean),
          title, answered, passed };
      });
      this.file = document.createElement('input');
      this.file.type = 'file';
      this.file.accept = '.json';
      this.file.hidden = true;
      this.file.onchange = () => this.import();
      root.querySelector('.lesson-buttons')?.append(
        button('Save as a file', () => this.export()),
        button('Read from a file', () => this.file.click()),
        button('Forget everything', () => this.forget()),
        this.file,
      );
      this.show();
      whenServed(() => this.ask());
    }

    /** Asks the local server, which knows what was passed by `cargo exercise`. */
    async ask() {
      const answer = await fetch('/__book/exercises').catch(() => undefined);
      if (!answer?.ok) return;
      for (const name of (await answer.json()).passed) keep('passed', name, '1');
      this.show();
    }

    /** @param {string} [told] what has been done just now */
    show(told = '') {
      const sums = { read: 0, questions: 0, answered: 0, right: 0, exercises: 0, passed: 0 };
      /** @type {Element | undefined} */ let next;
      for (const { page, questions, exercises, ...cells } of this.rows) {
        const read = kept('read', page) === '1';
        const answers = questions.map((question) => question.split('/'))
          .map(([key, right]) => ({ right, tried: kept('quiz', key) ?? '' })).filter(({ tried }) => tried);
        const passed = exercises.filter((name) => kept('passed', name) === '1').length;
        cells.title.querySelector('.done')?.remove();
        if (read) cells.title.append(html('span', 'done', ' ✓ read'));
        this.count(cells.answered, answers.length, questions.length);
        this.count(cells.passed, passed, exercises.length);
        if (!read || answers.length < questions.length || passed < exercises.length) next ??= cells.title;
        sums.read += Number(read);
        sums.questions += questions.length;
        sums.answered += answers.length;
        sums.right += answers.filter(({ right, tried }) => tried.startsWith(right)).length;
        sums.exercises += exercises.length;
        sums.passed += passed;
      }
      this.status.textContent = `${told}${told && ' '}${sums.read} of ${this.rows.length} chapters read, `
        + `${sums.answered} of ${sums.questions} questions answered (${sums.right} right at the first try), `
        + `${sums.passed} of ${sums.exercises} exercises passed. `;
      const link = next?.querySelector('a')?.cloneNode(true);
      if (link) this.status.append('Next: ', link, '.');
    }

    /** @param {Element} cell @param {number} done @param {number} of */
    count(cell, done, of) {
      if (of === 0) return;
      cell.textContent = `${done === of ? '✓ ' : ''}${done} of ${of}`;
      cell.classList.toggle('done', done === of);
    }

    export() {
      download('see-it-run.json', JSON.stringify({ course: 'see-it-run', ...all() }, null, 2));
    }

    /** Adds what the file says to what is kept. */
    async import() {
      const file = this.file.files?.[0];
      this.file.value = '';
      if (!file) return;
      try {
        const read = JSON.parse(await file.text());
        if (read?.course !== 'see-it-run') throw new Error('not of this course');
        let number = 0;
        for (const [kind, [name, value]] of Object.entries(FORMS)) {
          for (const [key, text] of Object.entries(read[kind] ?? {})) {
            if (typeof text !== 'string' || !name.test(key) || !value.test(text)) continue;
            keep(kind, key, text);
            number++;
          }
        }
        this.show(`${number} entries were read from ${file.name}.`);
      } catch {
        this.show(`${file.name} is not a file that this page has saved.`);
      }
    }

    forget() {
      if (!confirm('Forget what you have read, answered and passed, in this browser?')) return;
      for (const [kind, entries] of Object.entries(all())) {
        for (const name in entries) localStorage.removeItem(`${KEPT}${kind}.${name}`);
      }
      this.show('Everything is forgotten.');
      // `cargo exercise` still knows what was passed.
      whenServed(() => this.ask());
    }
  }

  for (const root of document.querySelectorAll('[data-progress]:not([data-ready])')) {
    // On the page of all chapters, the script may stand more than once.
    root.setAttribute('data-ready', '');
    try {
      new Progress(/** @type {HTMLElement} */ (root));
    } catch {
      const status = root.querySelector('.lesson-status');
      if (status) status.textContent = 'This browser keeps nothing for this page, so there is no progress to show.';
    }
  }
}
