'use strict';
// The card of all orders of a lesson's steps: the reader says which thread takes the next step, or has the
// shortest order to an outcome shown. Everything that can happen is in the page. And the reader's own file, explored at each save.
{
  /**
   * One state of the program: the steps that can be taken from it, who waits, and who is stuck at an end.
   * @typedef {{thread: string, text: string, line: number}} Wait
   * @typedef {{thread: number, text: string, line: number, to: number, old?: boolean}} Step
   * @typedef {{values: string[], steps: Step[],
   *   waiting?: Wait[], end?: {outcome: string, stuck?: Wait[]}}} State
   * @typedef {{threads: string[], variables: string[], states: State[], orders: number,
   *   outcomes: {text: string, orders: number, deadlock: boolean, shortest: number[]}[]}} Orders
   */
  const { steps } = trace;
  const { button, html } = timeline;
  const { View, calm, marked } = view;
  const { hear, lookedAt, post, sse, whenServed } = server;

  const PACE = 900; // milliseconds from one shown step to the next

  const OLD = 'An old value: nothing has made the newer one visible to this thread yet, so the load may still read what was there before.';

  /** Text with `names`, to be read out. @param {string} text */
  const plain = (text) => text.replaceAll('`', '');

  class Explorer {
    /** @param {HTMLElement} root @param {Orders} orders */
    constructor(root, orders) {
      this.orders = orders;
      /** @type {number[]} the states after the steps so far, without the start */ this.taken = [];
      this.timer = 0;
      // Threads that only wait for others to end have no say in the order.
      const acting = new Set(orders.states.flatMap((state) => state.steps.map((step) => step.thread)));
      this.threads = [...acting].sort((a, b) => a - b);

      this.choices = html('div', 'orders-choices');
      this.choices.setAttribute('role', 'group');
      this.choices.setAttribute('aria-label', 'Which thread takes the next step?');
      // What each thread can do: one step nearly always, and several where a load may read an old value, say.
      this.can = this.threads.map((_, i) => {
        // The colour of the thread's lane; 0 is main's.
        const can = html('div', `c${this.threads[0] === 0 ? i && (i - 1) % 6 + 1 : i % 6 + 1}`);
        this.choices.append(can);
        return can;
      });
      this.ask = html('p', 'orders-ask');
      this.values = html('p', 'orders-values');
      this.old = html('p', 'orders-old');
      this.undo = button('Undo one step', () => { this.stop(); this.go(this.taken.slice(0, -1)); });
      this.again = button('Start again', () => { this.stop(); this.go([]); });
      const output = html('ol', 'lesson-output');
      output.setAttribute('aria-label', 'Steps taken so far');
      output.tabIndex = 0;
      const timeline = html('div', 'lesson-timeline');
      const table = /** @type {HTMLElement} */ (root.querySelector('.orders-all'));
      table.before(this.values, this.ask, this.choices, html('div', 'lesson-buttons', this.undo, this.again), this.old, output, timeline);
      this.view = new View(root, output, timeline);

      table.querySelectorAll('tbody tr').forEach((row, i) => {
        if (!orders.outcomes[i]) return;
        const { text, shortest } = orders.outcomes[i];
        const show = button('Show', () => this.play(shortest));
        show.setAttribute('aria-label', `Show the shortest order in which ${plain(text)}`);
        row.lastElementChild?.append(' ', show);
      });
      this.go([], false);
    }

    /** The state after some steps, and these. @param {number[]} taken */
    after(taken) {
      let state = this.orders.states[0];
      const steps = taken.map((to) => {
        const step = state.steps.find((step) => step.to === to);
        if (!step) throw new Error("the order can't be followed");
        state = this.orders.states[to];
        return { ...step, thread: this.orders.threads[step.thread] };
      });
      return { state, steps };
    }

    /** The button `which` of a thread: it takes a step, or only says why the thread can take none.
     * @param {HTMLElement} can @param {number} which @param {string} thread @param {string} says @param {Step} [step] */
    choice(can, which, thread, says, step) {
      // One that is there already is used again: it may have the focus.
      const choice = /** @type {HTMLButtonElement} */ (can.children[which] ?? can.appendChild(button('', () => {})));
      choice.onclick = () => {
        this.stop();
        if (step) this.go([...this.taken, step.to]);
      };
      choice.replaceChildren(html('strong', '', thread), ' ', html('span', '', ...marked(says)));
      choice.classList.toggle('old', !!step?.old);
      // Not `disabled`: that would take the focus away.
      choice.setAttribute('aria-disabled', String(!step));
    }

    /** Shows the program after these steps. @param {number[]} taken @param {boolean} aloud */
    go(taken, aloud = true) {
      const before = this.after(this.taken).state.values;
      this.taken = taken;
      const { state, steps: done } = this.after(taken);
      const { threads, variables } = this.orders;
      this.threads.forEach((thread, i) => {
        const [can, name] = [this.can[i], threads[thread]];
        const possible = state.steps.filter((step) => step.thread === thread);
        possible.forEach((step, which) => this.choice(can, which, name, step.text, step));
        if (!possible.length) {
          this.choice(can, 0, name, state.waiting?.find((one) => one.thread === name)?.text
            ?? (this.goesOn(state, thread) ? 'can do nothing yet' : 'is done'));
        }
        const gone = [...can.children].slice(possible.length || 1);
        if (gone.some((choice) => choice === document.activeElement)) this.focus(i);
        gone.forEach((choice) => choice.remove());
      });
      const values = variables.map((name, i) => `${name} = ${state.values[i]}`);
      this.values.replaceChildren(...values.flatMap((text, i) =>
        [html('code', before[i] === state.values[i] ? '' : 'changed', text), ' ']));
      const dead = state.end?.stuck?.length;
      this.ask.textContent = state.end ? `The end: ${plain(state.end.outcome)}.`
        : `Which thread takes step ${taken.length + 1}?`;
      this.ask.classList.toggle('stuck', !!dead);
      this.ask.classList.toggle('end', !!state.end);
      this.undo.disabled = this.again.disabled = !taken.length;
      if (this.undo.disabled && [this.undo, this.again].some((button) => button === document.activeElement)) this.focus(0);
      const acting = this.threads.map((thread) => threads[thread]);
      this.view.set(steps(acting, done, state.end?.stuck?.filter((stuck) => acting.includes(stuck.thread)) ?? []));
      this.view.output.scrollTop = this.view.output.scrollHeight;
      const last = done.at(-1);
      this.old.textContent = last?.old ? OLD : '';
      if (aloud) {
        this.view.tell([last ? `Step ${taken.length}: ${last.thread} ${plain(last.text)}.` : 'At the start.',
          this.old.textContent, ...values.map((value) => value + '.'), state.end ? this.ask.textContent : '']
          .filter(Boolean).join(' '));
      }
    }

    /** Whether the thread takes a step in any order from here. @param {State} state @param {number} thread @returns {boolean} */
    goesOn({ steps }, thread) {
      return steps.some((step) => step.thread === thread || this.goesOn(this.orders.states[step.to], thread));
    }

    /** Moves the focus to what a thread can do first. @param {number} which */
    focus(which) {
      /** @type {HTMLElement} */ (this.can[which].firstElementChild).focus();
    }

    /** Shows an order step by step. @param {number[]} order */
    play(order) {
      this.stop();
      if (calm.matches) return this.go(order);
      this.go([]);
      this.timer = setInterval(() => {
        this.go(order.slice(0, this.taken.length + 1));
        if (this.taken.length === order.length) this.stop();
      }, PACE);
    }

    stop() {
      clearInterval(this.timer);
    }
  }

  /** The cards in it come to life, each once: on the page of all chapters, this script stands once for each chapter.
   * @param {ParentNode} where */
  function begin(where) {
    for (const root of where.querySelectorAll('[data-orders]:not([data-ready])')) {
      root.setAttribute('data-ready', '');
      const data = root.querySelector('script')?.textContent ?? '';
      new Explorer(/** @type {HTMLElement} */ (root), JSON.parse(data));
    }
  }

  /** The reader's own file: where the book is served locally, it is explored at each save. */
  class Own {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.status = /** @type {HTMLElement} */ (root.querySelector('.lesson-status'));
      this.found = /** @type {HTMLElement} */ (root.querySelector('.explore-found'));
      /** @type {AbortController | undefined} what is explored now */ this.running = undefined;
      /** @type {string | undefined} that of the file, as it was last */ this.state = undefined;
      whenServed(() => this.stay());
    }

    /** Hears of each change of the file, as long as the page is looked at and the server is there. */
    async stay() {
      for (;;) {
        await lookedAt();
        // It ends when the server is gone, or the page is not looked at.
        await hear('own', (event, data) => {
          if (event === 'own' && data !== this.state) this.changed(this.state = data);
        }).catch(() => {});
        if (!document.hidden) await new Promise((over) => setTimeout(over, 3000));
      }
    }

    /** @param {string} state nothing if there is no file */
    changed(state) {
      this.running?.abort();
      if (state) this.explore();
      else {
        this.show('');
        this.tell('There is no explore.rs yet. Run cargo explore in the course’s folder: it writes one for you to change.');
      }
    }

    async explore() {
      const leave = this.running = new AbortController();
      this.tell('Exploring…');
      this.found.classList.add('old');
      let told = 'The explorer broke off.';
      try {
        let answer;
        // Something else may be running, a lesson say: this waits for its turn.
        while ((answer = await post('explore', {}, leave.signal)).status === 409) {
          this.tell('Waiting until what runs now has ended.');
          await new Promise((over) => setTimeout(over, 1000));
        }
        if (!answer.ok || !answer.body) told = await answer.text();
        else for await (const { event, data } of sse(answer.body)) {
          if (event === 'compile') this.tell(`Exploring… ${data.trim()}`);
          if (event === 'verdict') {
            this.show(data);
            told = this.found.querySelector('.explored') ? 'Explored as you saved it. Save again, and this changes.'
              : 'This can’t be explored:';
          }
          if (event === 'end' && !JSON.parse(data).ok) told = `Not explored: ${JSON.parse(data).why}.`;
        }
      } catch {
        told = "The local server doesn't answer. Is cargo book still running?";
      }
      if (this.running !== leave) return; // it was saved again meanwhile
      this.tell(told);
    }

    /** @param {string} text */
    tell(text) {
      this.status.textContent = text;
    }

    /** Shows a card as the server has made it. @param {string} card */
    show(card) {
      const focused = this.found.contains(document.activeElement);
      this.found.classList.remove('old');
      this.found.innerHTML = card;
      begin(this.found);
      if (focused) this.found.focus();
    }
  }

  begin(document);
  for (const root of document.querySelectorAll('[data-explore]:not([data-ready])')) {
    root.setAttribute('data-ready', '');
    new Own(/** @type {HTMLElement} */ (root));
  }
}
