'use strict';
// The card of a lesson: a view of its recorded run, or of a run on the reader's own machine, and the buttons for both.
{
  const { isEvent, isRecord, read } = trace;
  const { button, html } = timeline;
  const { View, calm, copyable, download } = view;
  const { post, sse, whenServed } = server;

  class Card extends View {
    /** @param {HTMLElement} root */
    constructor(root) {
      /** @param {string} part */
      const find = (part) => /** @type {HTMLElement} */ (root.querySelector('.lesson-' + part));
      super(root, find('output'), find('timeline'));
      this.command = find('command');
      this.choices = /** @type {HTMLFieldSetElement | null} */ (root.querySelector('.lesson-choices'));
      this.plain = this.command.textContent ?? '';
      this.buttons = find('buttons');
      /** @type {TraceEvent[]} what is shown, recorded or from here */ this.events = [];
      this.scale = 0;
      /** How long a run takes, as far as is known. */ this.usual = 0;
      this.frame = 0;
      this.compiling = html('details', 'lesson-compile', html('summary', ''), html('pre', ''));
      this.compiling.hidden = true;
      this.status.after(this.compiling);

      this.runButton = this.button('▶ Run here', () => this.start());
      this.runButton.classList.add('primary');
      this.runButton.hidden = true;
      this.replayButton = this.button('', () => this.replay());
      const speed = html('select', '');
      for (const [text, value] of [['×½', '0.5'], ['×1', '1'], ['×4', '4']]) speed.add(new Option(text, value));
      speed.value = '1';
      this.speed = speed;
      this.speedLabel = html('label', '', 'Speed ', speed);
      this.buttons.append(this.speedLabel);
      this.stopButton = this.button('Stop', () => this.stop());
      this.saveButton = this.button('Download trace', () => this.download());
      this.saveButton.title = 'Perfetto opens it (ui.perfetto.dev)';
      copyable(this.command);

      this.choices?.addEventListener('change', () => this.choose());
      calm.addEventListener('change', () => this.enable());
      this.choose();
      whenServed(() => { this.runButton.hidden = false; });
      // The first page opens with a run that moves, but not for a reader who wants no motion.
      if (root.closest('[data-plays]') && !calm.matches) this.replay();
    }

    /** @param {string} text @param {() => void} does */
    button(text, does) {
      const made = button(text, does);
      this.buttons.append(made);
      return made;
    }

    /** The arguments that the reader has chosen, in the order of the card. */
    chosen() {
      /** @type {string[]} */ const chosen = [];
      for (const field of this.choices?.elements ?? []) {
        if (field instanceof HTMLInputElement && field.checked) chosen.push(field.name);
        if (field instanceof HTMLSelectElement && field.value) chosen.push(field.name, field.value);
      }
      return chosen;
    }

    /** Shows the recorded run that has the chosen arguments. */
    choose() {
      this.stop();
      const chosen = this.chosen().join(' ');
      this.command.textContent = this.plain + (chosen && ' -- ' + chosen);
      const script = [...this.root.querySelectorAll('script')].find((s) => (s.dataset.arguments ?? '') === chosen);
      this.events = JSON.parse(script?.textContent ?? '[]').filter(isEvent);
      const recorded = this.events.find(isRecord)?.args;
      this.others = (recorded?.errors ?? []).map((line) => /** @type {[string, string]} */ (['error', line]));
      this.scale = 0;
      this.time = Infinity;
      this.compiling.hidden = true;
      this.update();
      this.usual = recorded ? this.run.end : 3e6;
      this.tell(script?.dataset.status ?? (chosen
        ? 'With these choices it was not recorded. Run it on your own machine to see it.' : 'Not recorded yet.'));
      this.enable();
    }

    /** Reads and shows the events again: after new ones, or at another scale. */
    update() {
      this.set(read(this.events, this.scale));
    }

    // Replay

    replay() {
      const { rows, end } = this.run;
      if (calm.matches) {
        // Nothing moves by itself: every press shows one line more.
        const next = rows.find((row) => this.time === Infinity || row.at > this.time);
        this.time = next ? next.at : Infinity;
        this.tell(next ? `Line ${next.index + 1} of ${rows.length}. Press again for the next.` : 'The end of the run.');
        this.show();
        return this.enable();
      }
      // What is over in a moment is shown more slowly, or nobody could follow.
      const slow = end < 1e6 ? Math.ceil(3e6 / end) : 1;
      this.stop();
      this.hold();
      this.time = 0;
      this.output.scrollTop = 0;
      this.tell(slow > 1 ? `Replay, ${slow} times slower than it was.` : 'Replay.');
      let before = performance.now();
      const tick = (/** @type {number} */ now) => {
        this.time += Math.max(now - before, 0) * 1e3 * Number(this.speed.value) / slow;
        before = now;
        if (this.time < end) this.frame = requestAnimationFrame(tick);
        else this.finish('The end of the run.');
        this.show();
      };
      this.frame = requestAnimationFrame(tick);
      this.show();
      this.enable();
    }

    /** @param {string} text */
    finish(text) {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      this.time = Infinity;
      for (const part of [this.output, this.body]) part.style.minHeight = '';
      this.tell(text);
      this.show();
      this.enable();
    }

    stop() {
      if (this.running) this.running.abort();
      else if (this.frame || this.time < Infinity) this.finish('Replay stopped. This is the whole run.');
    }

    /** Says which buttons can be pressed now; the focus never stays on one that can't. */
    enable() {
      const live = !!this.running;
      const busy = live || this.time < Infinity;
      const focus = document.activeElement;
      this.runButton.disabled = live;
      this.replayButton.disabled = live || !this.run.rows.length;
      this.replayButton.textContent = calm.matches ? (busy ? 'Next line' : 'Replay line by line') : 'Replay';
      this.speedLabel.hidden = calm.matches;
      this.stopButton.disabled = !busy;
      this.saveButton.disabled = live || !this.events.length;
      if (this.choices) this.choices.disabled = live;
      if (focus instanceof HTMLButtonElement && focus.disabled && this.buttons.contains(focus)) {
        (busy ? this.stopButton : this.runButton.hidden ? this.replayButton : this.runButton).focus();
      }
    }

    // Run here

    async start() {
      if (this.running) return;
      this.stop();
      const leave = this.running = new AbortController();
      this.tell('Starting…');
      this.enable();
      let told = '';
      let begun = false, ended = false;
      try {
        const answer = await post('run', { lesson: this.root.dataset.lesson, arguments: this.chosen() }, leave.signal);
        if (!answer.ok || !answer.body) {
          told = await answer.text();
          return;
        }
        this.compiling.hidden = true;
        told = 'The run broke off.';
        for await (const { event, data } of sse(answer.body)) {
          if (event === 'end') {
            const { ok, why } = JSON.parse(data);
            told = !begun ? `The lesson was not run: ${why}.`
              : ok ? `Ran here just now: ${why}.` : `Ran here just now, and didn't end well: ${why}.`;
            ended = true;
            this.compiling.open = !begun; // it did not compile: the lines say why
          } else {
            if (event !== 'compile' && !begun) this.begin();
            begun ||= event !== 'compile';
            this.take(event, data);
          }
        }
      } catch {
        told = !leave.signal.aborted ? "The local server doesn't answer. Is cargo book still running?"
          : begun ? 'Stopped. This is what had been done by then.' : 'Stopped before the run began.';
      } finally {
        this.running = undefined;
        this.scale = begun && !ended ? this.time : 0;
        if (begun) this.update();
        if (ended) this.usual = this.run.end;
        this.finish(told);
      }
    }

    /** Clears the stage for a run that goes on here; as long as the shown one, it is guessed. */
    begin() {
      this.hold();
      this.scale = this.usual;
      this.events = [];
      this.others = [];
      this.time = 0;
      this.update();
    }

    /** Keeps the page from jumping while lines and lanes come one by one. */
    hold() {
      for (const part of [this.output, this.body]) part.style.minHeight = part.offsetHeight + 'px';
    }

    /** Takes in one event of a run that goes on here. @param {string} event @param {string} data */
    take(event, data) {
      const [summary, lines] = this.compiling.children;
      if (event === 'compile') {
        if (this.compiling.hidden) lines.textContent = '';
        this.compiling.hidden = false;
        this.tell(/Blocking waiting/.test(data) ? 'Waiting for another cargo, which compiles in the same folder.'
          : 'Compiling. The run begins after that.');
        summary.textContent = data.trim();
        lines.append(data + '\n');
      } else if (event === 'start') {
        summary.textContent = 'Compiled';
        this.tell('Running here.');
        const begin = performance.now();
        const tick = () => {
          this.time = Math.max((performance.now() - begin) * 1e3, this.time);
          if (this.time > this.run.end) {
            this.scale = this.time * 1.5;
            this.update();
          } else this.show();
          if (this.running) this.frame = requestAnimationFrame(tick);
        };
        if (!calm.matches) tick();
      } else if (event === 'trace') {
        this.events.push(...JSON.parse(data).filter(isEvent));
        this.time = Math.max(this.time, ...this.events.slice(-1).map((e) => e.ts));
        if (this.time > this.scale) this.scale = this.time * 1.5;
        this.update();
      } else if (event === 'out' || event === 'err') {
        this.others.push([event === 'err' ? 'error' : 'other', data]);
        this.listing();
      }
    }

    // Taking it away

    download() {
      const lines = this.events.map((event) => JSON.stringify(event)).join(',\n');
      // As the recorded runs are called: pool.json, pool.kill-retry.json.
      const slug = this.chosen().map((argument) => argument.replace(/^--/, '')).join('-');
      download(`${this.root.dataset.lesson}${slug && '.' + slug}.json`, `[\n${lines}\n]\n`);
    }
  }

  for (const root of document.querySelectorAll('[data-lesson]')) new Card(/** @type {HTMLElement} */ (root));
}
