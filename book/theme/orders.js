'use strict';
// The card of all orders of a lesson's steps: the reader says which thread takes the next step, or has the
// shortest order to an outcome shown. Everything that can happen is in the page.
{
  /**
   * One state of the program: the steps that can be taken from it, who waits, and who is stuck at an end.
   * @typedef {{thread: string, text: string, line: number}} Wait
   * @typedef {{values: string[], steps: {thread: number, text: string, line: number, to: number}[],
   *   waiting?: Wait[], end?: {outcome: string, stuck?: Wait[]}}} State
   * @typedef {{threads: string[], variables: string[], states: State[], orders: number,
   *   outcomes: {text: string, orders: number, deadlock: boolean, shortest: number[]}[]}} Orders
   */
  const { View, calm, html, steps } = stage;

  const PACE = 900; // milliseconds from one shown step to the next

  /** Text with `names` set off. @param {string} text */
  const marked = (text) => text.split('`').map((part, i) => i % 2 ? html('code', '', part) : part);
  /** The same text without them, to be read out. @param {string} text */
  const plain = (text) => text.replaceAll('`', '');

  /** @param {string} text @param {() => void} does */
  function button(text, does) {
    const button = html('button', '', text);
    button.type = 'button';
    button.onclick = does;
    return button;
  }

  class Explorer {
    /** @param {HTMLElement} root @param {Orders} orders */
    constructor(root, orders) {
      this.orders = orders;
      /** @type {number[]} which thread took each step so far */ this.taken = [];
      this.timer = 0;
      // Threads that only wait for others to end have no say in the order.
      const acting = new Set(orders.states.flatMap((state) => state.steps.map((step) => step.thread)));
      this.threads = [...acting].sort((a, b) => a - b);

      this.choices = html('div', 'orders-choices');
      this.choices.setAttribute('role', 'group');
      this.choices.setAttribute('aria-label', 'Which thread takes the next step?');
      this.buttons = this.threads.map((thread, i) => {
        const choice = button('', () => { this.stop(); this.take(thread); });
        // The colour of the thread's lane; 0 is main's.
        choice.className = `c${this.threads[0] === 0 ? i && (i - 1) % 6 + 1 : i % 6 + 1}`;
        this.choices.append(choice);
        return choice;
      });
      this.ask = html('p', 'orders-ask');
      this.values = html('p', 'orders-values');
      this.undo = button('Undo one step', () => { this.stop(); this.go(this.taken.slice(0, -1)); });
      this.again = button('Start again', () => { this.stop(); this.go([]); });
      const output = html('ol', 'lesson-output');
      output.setAttribute('aria-label', 'Steps taken so far');
      output.tabIndex = 0;
      const timeline = html('div', 'lesson-timeline');
      const table = /** @type {HTMLElement} */ (root.querySelector('.orders-all'));
      table.before(this.values, this.ask, this.choices, html('div', 'lesson-buttons', this.undo, this.again), output, timeline);
      this.view = new View(root, output, timeline);

      table.querySelectorAll('tbody tr').forEach((row, i) => {
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
      const steps = taken.map((thread) => {
        const step = state.steps.find((step) => step.thread === thread);
        if (!step) throw new Error('the order can not be followed');
        state = this.orders.states[step.to];
        return { thread: this.orders.threads[thread], text: step.text, line: step.line };
      });
      return { state, steps };
    }

    /** @param {number} thread */
    take(thread) {
      const { state } = this.after(this.taken);
      if (state.steps.some((step) => step.thread === thread)) this.go([...this.taken, thread]);
    }

    /** Shows the program after these steps. @param {number[]} taken @param {boolean} aloud */
    go(taken, aloud = true) {
      const before = this.after(this.taken).state.values;
      this.taken = taken;
      const { state, steps: done } = this.after(taken);
      const { threads, variables } = this.orders;
      this.threads.forEach((thread, i) => {
        const step = state.steps.find((step) => step.thread === thread);
        const says = step?.text ?? state.waiting?.find((one) => one.thread === threads[thread])?.text ?? 'is done';
        this.buttons[i].replaceChildren(html('strong', '', threads[thread]), ' ', html('span', '', ...marked(says)));
        // Not `disabled`: that would take the focus away.
        this.buttons[i].setAttribute('aria-disabled', String(!step));
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
      if (this.undo.disabled && [this.undo, this.again].some((button) => button === document.activeElement)) this.buttons[0].focus();
      const acting = this.threads.map((thread) => threads[thread]);
      this.view.set(steps(acting, done, state.end?.stuck?.filter((stuck) => acting.includes(stuck.thread)) ?? []));
      this.view.output.scrollTop = this.view.output.scrollHeight;
      const last = done.at(-1);
      if (aloud) {
        this.view.tell([last ? `Step ${taken.length}: ${last.thread} ${plain(last.text)}.` : 'At the start.',
          ...values.map((value) => value + '.'), state.end ? this.ask.textContent : ''].join(' ').trim());
      }
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

  for (const root of document.querySelectorAll('[data-orders]:not([data-ready])')) {
    // On the page of all chapters, this script stands once for each chapter.
    root.setAttribute('data-ready', '');
    const data = root.querySelector('script')?.textContent ?? '';
    new Explorer(/** @type {HTMLElement} */ (root), JSON.parse(data));
  }
}
