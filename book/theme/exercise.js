'use strict';
// The card of an exercise: a command to copy; and where the book is served locally, how far the reader is,
// and Check, which has the answer judged and shows the verdict. Steps that break the answer are drawn as
// the runs of lessons are. There, hints come one by one, and are counted as `cargo exercise hint` counts them; and after
// a pass, the card shows the solution.
{
  /**
   * What `cargo exercise check --json` prints.
   * @typedef {{exercise: string, passed: boolean, compiled: boolean, errors: string, checks: Check[]}} Verdict
   * @typedef {{name: string, passed: boolean, explored?: Explored, problem?: Problem}} Check
   * @typedef {{schedules: number, all: boolean, forced_switches?: number, surprises?: number, hurried?: boolean, unwound?: boolean, seconds: number}} Explored
   * @typedef {{thread: string, text: string, line: number, file?: string}} Step
   * @typedef {{kind: string, message: string, steps?: Step[], stuck?: Step[]}} Problem
   */
  const { place, steps } = trace;
  const { button, html } = timeline;
  const { View, copyable, marked } = view;
  const { post, sse, whenServed } = server;

  /** In which way an answer fails. @type {Record<string, string>} */
  const KINDS = {
    failed: 'It fails',
    deadlock: 'Deadlock: no thread can go on',
    endless: "It doesn't end",
    race: 'Data race',
    refused: "The explorer can't follow this",
    hang: 'There was no end in time',
    left: 'Something was left behind',
    compile: "It doesn't compile",
  };

  const AWAY = "The local server doesn't answer. Is cargo book still running?";

  /** @param {number} n @param {string} what */
  const count = (n, what) => `${n.toLocaleString('en').replaceAll(',', '\u202f')} ${what}${n === 1 ? '' : 's'}`;

  /** How much was explored, in words. @param {Explored | undefined} explored */
  function tried(explored) {
    if (!explored?.schedules) return '';
    const orders = count(explored.schedules, 'order');
    if (explored.all && explored.surprises)
      return `${orders} tried: all there are with up to ${explored.surprises} surprises each (at most 2 of them wake-ups for nothing, the others a time that is over early, a thread that is slow, an old value).`;
    if (explored.all) return `${orders} tried: all there are.`;
    if (explored.hurried)
      return `${orders} tried: not all there are, because a thread that waits in a loop or for a time can wait still longer.`;
    if (explored.unwound)
      return `${orders} tried: not all there are, because the destructors that run in a panic took their steps as one.`;
    const switches = explored.forced_switches;
    return `${orders} tried: ` + (switches === undefined || switches === null ? 'not all there are.'
      : `all with up to ${count(switches, 'forced switch').replace(/hs$/, 'hes')}, and more at random.`);
  }

  /** How much it took to find what is wrong, in words. @param {Explored | undefined} explored */
  const found = (explored) => explored?.schedules ? `Found after ${count(explored.schedules, 'order')}.` : '';

  /** Lines as they are, which the keyboard can scroll. @param {string} className @param {string} lines */
  function text(className, lines) {
    const box = html('pre', className, lines);
    box.tabIndex = 0;
    return box;
  }

  /** @type {Exercise[]} */ const cards = [];

  /** Shows which exercises on this page the reader has passed, and the hints that were told. */
  async function progress() {
    const answer = await fetch('/__book/exercises').catch(() => undefined);
    if (!answer?.ok) return;
    /** @type {{passed: string[], hints: Record<string, number>}} */ const { passed, hints } = await answer.json();
    for (const card of cards) card.remember(passed.includes(card.name), hints[card.name] ?? 0);
  }

  /** The hints of an exercise, one more each time a button is pressed. In the page they stand folded, one inside the other. */
  class Hints {
    /** @param {Element} folded @param {string} exercise */
    constructor(folded, exercise) {
      this.exercise = exercise;
      this.all = [folded, ...folded.querySelectorAll('.exercise-hint')]
        .map((hint) => [...hint.children].filter((part) => !part.matches('summary, .exercise-hint')));
      this.list = html('ol', '');
      this.list.setAttribute('role', 'list');
      this.list.setAttribute('aria-label', 'Hints');
      this.more = button('', () => this.tell());
      this.last = html('p', '', ...marked(`That was the last hint. \`cargo exercise solution ${exercise} --anyway\` shows the solution.`));
      this.last.tabIndex = -1;
      folded.replaceWith(html('div', 'exercise-hints', this.list, html('div', 'lesson-buttons', this.more), this.last));
      this.show(0);
    }

    /** Shows this many, and never one less than before. @param {number} many */
    show(many) {
      const focus = document.activeElement;
      for (const hint of this.all.slice(this.list.children.length, many)) this.list.append(html('li', '', ...hint));
      const shown = this.list.children.length;
      const over = shown === this.all.length;
      this.more.textContent = `Hint ${shown + 1} of ${this.all.length}`;
      this.more.hidden = over;
      this.last.hidden = !over;
      // The focus never stays on a button that is gone.
      if (focus === this.more && over) this.last.focus();
    }

    tell() {
      this.show(this.list.children.length + 1);
      // A hint that can't be counted now is counted with the next one.
      post('hint', { exercise: this.exercise, hint: this.list.children.length }).catch(() => {});
    }
  }

  /** The solution, which is asked for when the reader opens it. @param {string} exercise */
  function solution(exercise) {
    const told = html('p', '');
    told.setAttribute('role', 'status');
    const box = html('details', 'exercise-solution', html('summary', '', 'Compare with our solution'), told);
    box.ontoggle = async () => {
      if (!box.open || box.querySelector('pre')) return;
      told.textContent = 'Asking cargo exercise…';
      try {
        const answer = await post('solution', { exercise });
        const source = await answer.text();
        told.textContent = answer.ok ? '' : source;
        if (!answer.ok || box.querySelector('pre')) return;
        const code = html('code', 'language-rust', source);
        code.tabIndex = 0; // what scrolls sideways can be scrolled by key
        box.append(html('pre', '', code));
        /** @type {any} */ (globalThis).hljs?.highlightBlock(code);
      } catch {
        told.textContent = AWAY;
      }
    };
    return box;
  }

  class Exercise {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.name = root.dataset.exercise ?? '';
      /** @param {string} part */
      const find = (part) => /** @type {HTMLElement} */ (root.querySelector(part));
      this.status = find('.lesson-status');
      this.compiling = html('details', 'lesson-compile', html('summary', ''), html('pre', ''));
      this.compiling.hidden = true;
      this.verdict = html('div', 'exercise-verdict');
      const output = html('ol', 'lesson-output');
      output.setAttribute('role', 'list');
      output.setAttribute('aria-live', 'polite');
      output.setAttribute('aria-label', 'Steps');
      output.tabIndex = 0;
      const timeline = html('div', 'lesson-timeline');
      this.schedule = html('div', 'exercise-schedule', output, timeline);
      this.schedule.hidden = true;
      this.solution = solution(this.name);
      this.status.after(this.compiling, this.verdict);
      this.view = new View(root, output, timeline);
      copyable(find('.lesson-command'));
      whenServed(() => {
        this.checkButton = this.button('▶ Check', () => this.check());
        this.checkButton.classList.add('primary');
        this.stopButton = this.button('Stop', () => this.view.running?.abort());
        this.stopButton.disabled = true;
        const hints = root.querySelector('.exercise-hint');
        if (hints) this.hints = new Hints(hints, this.name);
      });
    }

    /** What `cargo exercise` remembers. @param {boolean} passed @param {number} hints how many were told */
    remember(passed, hints) {
      const state = this.root.querySelector('.exercise-state');
      if (state) state.textContent = passed ? '✓ passed' : 'not passed yet';
      state?.classList.toggle('passed', passed);
      if (!passed) this.solution.remove();
      else if (!this.solution.isConnected) this.verdict.after(this.solution);
      this.hints?.show(hints);
      // From now on: what was told before is nothing new.
      this.hints?.list.setAttribute('aria-live', 'polite');
    }

    /** @param {string} text @param {() => void} does */
    button(text, does) {
      const made = button(text, does);
      this.root.querySelector('.lesson-buttons')?.append(made);
      return made;
    }

    /** @param {boolean} running */
    enable(running) {
      const [check, stop] = [this.checkButton, this.stopButton];
      if (!check || !stop) return;
      const focus = document.activeElement;
      check.disabled = running;
      stop.disabled = !running;
      // The focus never stays on a button that can't be pressed.
      if (focus === check && running) stop.focus();
      if (focus === stop && !running) check.focus();
    }

    async check() {
      if (this.view.running) return;
      const leave = this.view.running = new AbortController();
      this.view.tell('Checking…');
      this.enable(true);
      this.verdict.classList.add('old');
      this.compiling.hidden = true;
      /** @type {Verdict | undefined} */ let verdict;
      let told = 'The check broke off.';
      try {
        const answer = await post('check', { exercise: this.name }, leave.signal);
        if (!answer.ok || !answer.body) told = await answer.text();
        else for await (const { event, data } of sse(answer.body)) {
          if (event === 'compile') this.line(data);
          if (event === 'verdict') verdict = JSON.parse(data);
          if (event === 'end') told = `There is no verdict: ${JSON.parse(data).why}.`;
        }
      } catch {
        told = leave.signal.aborted ? 'Stopped before there was a verdict.'
          : AWAY;
      } finally {
        this.view.running = undefined;
        this.compiling.hidden ||= !!verdict;
        this.enable(false);
        progress();
        this.show(verdict, told);
      }
    }

    /** Shows a line that is told while it compiles. @param {string} line */
    line(line) {
      const [summary, lines] = this.compiling.children;
      if (this.compiling.hidden) lines.textContent = '';
      this.compiling.hidden = false;
      summary.textContent = line.trim();
      this.view.tell(/Blocking waiting|waiting for another cargo/.test(line)
        ? 'Waiting for another cargo, which compiles in the same folder.' : 'Checking…');
      lines.append(line + '\n');
    }

    /** @param {Verdict | undefined} verdict @param {string} told what is told if there is none */
    show(verdict, told) {
      this.verdict.classList.remove('old');
      this.verdict.replaceChildren();
      this.schedule.hidden = true;
      if (!verdict) return this.view.tell(told);
      this.view.tell(!verdict.compiled ? "Your answer doesn't compile."
        : verdict.passed ? 'Passed. Your answer holds in every check.'
        : 'Not yet. A check failed.');
      if (verdict.errors) {
        this.verdict.append(text('exercise-errors', verdict.errors.trim()));
      }
      const list = html('ul', 'exercise-checks');
      /** @type {Problem | undefined} */ let drawn;
      for (const { name, passed, explored, problem } of verdict.checks) {
        const item = html('li', passed ? 'passed' : 'failed',
          html('span', 'sign', passed ? '✓ passed' : '✗ failed'), ' ', ...marked(name));
        if (problem && !passed) item.append(...this.problem(problem));
        const extent = passed ? tried(explored) : found(explored);
        if (extent) item.append(html('p', '', extent));
        // The first failing order is drawn.
        if (!passed && problem?.steps?.length && !drawn) {
          drawn = problem;
          item.append(this.schedule);
        }
        list.append(item);
      }
      if (verdict.checks.length) this.verdict.append(list);
      if (drawn) this.draw(drawn);
    }

    /** @param {Problem} problem */
    problem({ kind, message, steps, stuck }) {
      const how = kind === 'failed' && steps?.length ? 'In this order of steps it fails' : KINDS[kind] ?? 'It fails';
      const [first, ...more] = message.trim().replace(/^data race: /, '').split('\n');
      /** @type {HTMLElement[]} */
      const parts = [html('p', 'exercise-problem', html('strong', '', how + ': '), ...marked(first))];
      // Columns that the program has lined up.
      if (more.length) parts.push(text('exercise-more', more.join('\n')));
      if (stuck?.length) {
        parts.push(html('ul', 'exercise-stuck', ...stuck.map((step) => html('li', '',
          html('strong', '', step.thread), ' ', ...marked(step.text), place(step) && ` (${place(step)})`))));
      }
      return parts;
    }

    /** @param {Problem} problem */
    draw(problem) {
      const stuck = problem.stuck ?? [], all = problem.steps ?? [];
      const threads = [...new Set([...all, ...stuck].map((step) => step.thread))];
      threads.sort((a, b) => Number(b === 'main') - Number(a === 'main')
        || a.localeCompare(b, 'en', { numeric: true }));
      this.schedule.hidden = false;
      this.view.set(steps(threads, all, stuck));
    }
  }

  for (const root of document.querySelectorAll('[data-exercise]:not([data-ready])')) {
    // On the page of all chapters, this script stands once for each chapter.
    root.setAttribute('data-ready', '');
    cards.push(new Exercise(/** @type {HTMLElement} */ (root)));
  }
  whenServed(() => {
    progress();
    // The reader may come back from a terminal.
    addEventListener('focus', progress);
  });
}
