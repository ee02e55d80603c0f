'use strict';
// What the reader has done, from what this browser keeps: see-it-run.read.PAGE (page.js), see-it-run.quiz.KEY (quiz.js) and
// see-it-run.passed.EXERCISE, which comes from the local server where there is one, or from a file. And what a class has done,
// from the files of its learners.
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

  /**
   * Of each kind, what has the form that it should have.
   * @typedef {Record<string, Record<string, string>>} Done
   * @param {(kind: string) => [string, any][]} entries
   */
  function formed(entries) {
    /** @type {Done} */ const all = {};
    for (const [kind, [name, value]] of Object.entries(FORMS)) {
      all[kind] = Object.fromEntries(entries(kind)
        .filter(([key, text]) => typeof text === 'string' && name.test(key) && value.test(text)).sort());
    }
    return all;
  }

  /** All that is kept. */
  const all = () => formed((kind) => Object.entries({ ...localStorage }).filter(([key]) => key.startsWith(`${KEPT}${kind}.`))
    .map(([key, text]) => [key.slice(KEPT.length + kind.length + 1), text]));

  /** What a file says that was saved on this page; it throws if it is another file. @param {File} file */
  async function saved(file) {
    const read = JSON.parse(await file.text());
    if (read?.course !== 'see-it-run') throw new Error('not of this course');
    return formed((kind) => Object.entries(read[kind] ?? {}));
  }

  /** The chapters in a table, and what there is to do in them. @param {Element} root */
  const chapters = (root) => [...root.querySelectorAll('tr[data-page]')].map((row) => {
    const { page = '', questions = '', exercises = '' } = /** @type {HTMLElement} */ (row).dataset;
    return { page, questions: questions.split(' ').filter(Boolean).map((question) => question.split('/')),
      exercises: exercises.split(' ').filter(Boolean), cells: [...row.children] };
  });

  /**
   * How much of a chapter is done.
   * @param {ReturnType<typeof chapters>[0]} chapter @param {(kind: string, name: string) => string | null | undefined} kept
   */
  function count({ page, questions, exercises }, kept) {
    const tried = questions.map(([key, right]) => ({ right, tried: kept('quiz', key) ?? '' })).filter(({ tried }) => tried);
    return { read: Number(kept('read', page) === '1'), answered: tried.length,
      right: tried.filter(({ right, tried }) => tried.startsWith(right)).length,
      passed: exercises.filter((name) => kept('passed', name) === '1').length };
  }

  /** A button for files, and what is done with those that the reader chooses. @param {string} text @param {boolean} several @param {(files: File[]) => void} does */
  function files(text, several, does) {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.json';
    input.multiple = several;
    input.hidden = true;
    input.onchange = () => {
      const chosen = [...input.files ?? []];
      input.value = '';
      if (chosen.length) does(chosen);
    };
    return [button(text, () => input.click()), input];
  }

  class Progress {
    /** @param {Element} root */
    constructor(root) {
      this.sums = new Text();
      this.next = html('span', '', 'Next: ');
      // One link for good, so that it keeps the focus when the sums change.
      this.link = document.createElement('a');
      this.next.append(this.link, '.');
      root.querySelector('.lesson-status')?.replaceChildren(this.sums, this.next);
      this.chapters = chapters(root);
      root.querySelector('.lesson-buttons')?.append(
        button('Save as a file', () => this.export()),
        ...files('Read from a file', false, ([file]) => this.import(file)),
        button('Forget everything', () => this.forget()),
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
      for (const chapter of this.chapters) {
        const { questions, exercises, cells: [title, answered, passed] } = chapter;
        const done = count(chapter, kept);
        title.querySelector('.done')?.remove();
        if (done.read) title.append(html('span', 'done', ' ✓ read'));
        this.count(answered, done.answered, questions.length);
        this.count(passed, done.passed, exercises.length);
        if (!done.read || done.answered < questions.length || done.passed < exercises.length) next ??= title;
        sums.questions += questions.length;
        sums.exercises += exercises.length;
        sums.read += done.read;
        sums.answered += done.answered;
        sums.right += done.right;
        sums.passed += done.passed;
      }
      this.sums.data = `${told}${told && ' '}${sums.read} of ${this.chapters.length} chapters read, `
        + `${sums.answered} of ${sums.questions} questions answered (${sums.right} right at the first try), `
        + `${sums.passed} of ${sums.exercises} exercises passed. `;
      const chapter = next?.querySelector('a');
      this.next.hidden = !chapter;
      this.link.href = chapter?.href ?? '';
      this.link.textContent = chapter?.textContent ?? '';
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

    /** Adds what the file says to what is kept. @param {File} file */
    async import(file) {
      try {
        let number = 0;
        for (const [kind, entries] of Object.entries(await saved(file))) {
          for (const [name, value] of Object.entries(entries)) keep(kind, name, value);
          number += Object.keys(entries).length;
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

  class Class {
    /** @param {HTMLElement} root */
    constructor(root) {
      /** @param {string} part */
      const find = (part) => /** @type {HTMLElement} */ (root.querySelector(part));
      this.status = find('.lesson-status');
      this.told = find('.class-told');
      this.damaged = find('.class-damaged');
      this.files = find('.class-files tbody');
      this.chapters = chapters(root);
      this.print = button('Print the tables', () => this.onPaper());
      this.print.disabled = true;
      find('.lesson-buttons').append(...files('Choose files', true, (files) => this.read(files)), this.print);
      this.status.textContent = 'No files are chosen yet.';
    }

    /** Shows what these files say, and nothing of those before. @param {File[]} files */
    async read(files) {
      /** @type {{name: string, done: Done}[]} */ const learners = [];
      /** @type {string[]} */ const damaged = [];
      for (const file of files) {
        try {
          learners.push({ name: file.name, done: await saved(file) });
        } catch {
          damaged.push(file.name);
        }
      }
      learners.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
      this.damaged.replaceChildren(...damaged.map((name) => html('li', '', `${name} is not a file that Your progress has saved.`)));
      this.status.textContent = `${learners.length} of ${files.length} file${files.length === 1 ? '' : 's'} read.`;
      this.print.disabled = !learners.length;
      this.told.hidden = false;
      for (const table of this.told.querySelectorAll('.table-wrapper')) table.toggleAttribute('hidden', !learners.length);
      for (const chapter of this.chapters) this.chapter(chapter, learners.map(({ done }) => done));
      this.files.replaceChildren(...learners.map(({ name, done }) => this.file(name, done)));
    }

    /** How many learners have done what there is to do in a chapter. @param {ReturnType<typeof chapters>[0]} chapter @param {Done[]} learners */
    chapter({ page, questions, exercises, cells: [, read, answers, passed] }, learners) {
      const having = (/** @type {(done: Done) => unknown} */ has) => learners.filter(has).length;
      read.textContent = `${having((done) => done.read[page])} of ${learners.length}`;
      answers.replaceChildren(html('ol', '', ...questions.map(([key, right]) => html('li', '',
        `${having((done) => done.quiz[key]?.startsWith(right))} of ${having((done) => done.quiz[key])}`))));
      passed.replaceChildren(html('ul', '', ...exercises.map((name) => html('li', '',
        html('code', '', name.split('/')[1]), ` ${having((done) => done.passed[name])} of ${learners.length}`))));
    }

    /** One learner's row. @param {string} name @param {Done} done */
    file(name, done) {
      const sums = { read: 0, answered: 0, right: 0, passed: 0 };
      for (const chapter of this.chapters) {
        const of = count(chapter, (kind, name) => done[kind][name]);
        sums.read += of.read;
        sums.answered += of.answered;
        sums.right += of.right;
        sums.passed += of.passed;
      }
      const head = html('th', '', name);
      head.scope = 'row';
      return html('tr', '', head, ...[sums.read, sums.answered, sums.right, sums.passed].map((sum) => html('td', '', String(sum))));
    }

    /** Prints the tables alone, without the chapter around them. */
    onPaper() {
      const page = document.documentElement;
      page.classList.add('class-alone');
      addEventListener('afterprint', () => page.classList.remove('class-alone'), { once: true });
      print();
    }
  }

  /** @param {string} card @param {(root: HTMLElement) => unknown} make */
  function each(card, make) {
    for (const root of document.querySelectorAll(`[${card}]:not([data-ready])`)) {
      // On the page of all chapters, the script may stand more than once.
      root.setAttribute('data-ready', '');
      make(/** @type {HTMLElement} */ (root));
    }
  }
  each('data-progress', (root) => {
    try {
      new Progress(root);
    } catch {
      const status = root.querySelector('.lesson-status');
      if (status) status.textContent = 'This browser keeps nothing for this page, so there is no progress to show.';
    }
  });
  each('data-class', (root) => new Class(root));
}
