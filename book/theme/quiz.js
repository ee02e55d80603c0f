'use strict';
// A question with choices. In the page stand the question, the list of its choices, and a folded list of reasons. This
// script makes a button of each choice, which shows its own reason. What was chosen is kept in this browser, under the
// question's key, as the numbers of the choices that were tried: "201" means choice 2 first and choice 1 last.
{
  const KEPT = 'see-it-run.quiz.';

  class Quiz {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.key = KEPT + root.dataset.quiz;
      /** @param {string} part */
      const find = (part) => /** @type {HTMLElement} */ (root.querySelector(part));
      const [question, choices] = [find(':scope > p'), find(':scope > ol')];
      choices.setAttribute('role', 'list');
      this.reasons = [...root.querySelectorAll(':scope > details > ol > li')];
      this.buttons = [...choices.children].map((item, nth) => this.button(item, nth));
      this.reason = document.createElement('div');
      this.reason.className = 'quiz-reason';
      this.reason.setAttribute('role', 'status');
      const legend = document.createElement('legend');
      legend.append(...question.childNodes);
      const fieldset = document.createElement('fieldset');
      question.replaceWith(fieldset);
      fieldset.append(legend, choices, this.reason);
      // What can't be read stays kept until the next choice.
      try {
        const kept = localStorage.getItem(this.key) ?? '';
        this.tried = [...kept].every((nth) => this.buttons[Number(nth)]) ? kept : '';
      } catch {
        this.tried = '';
      }
      this.show();
    }

    /** @param {Element} item @param {number} nth */
    button(item, nth) {
      const button = document.createElement('button');
      button.type = 'button';
      // Where the choices stand apart, each is in a paragraph of its own.
      const text = item.firstElementChild?.matches('p') ? item.firstElementChild : item;
      button.append(...text.childNodes);
      button.classList.toggle('correct', !!this.reasons[nth].querySelector('.quiz-right'));
      button.onclick = () => this.choose(nth);
      item.replaceChildren(button);
      return button;
    }

    /** @param {number} nth */
    choose(nth) {
      const [first, ...others] = this.tried;
      this.tried = first === undefined ? `${nth}` : first + others.filter((other) => other !== `${nth}`).join('') + nth;
      try {
        localStorage.setItem(this.key, this.tried);
      } catch {
        // Without a store, the answer lasts as long as the page.
      }
      this.show();
    }

    show() {
      this.buttons.forEach((button, nth) => {
        button.classList.toggle('tried', this.tried.includes(`${nth}`));
        button.setAttribute('aria-pressed', String(this.tried.endsWith(`${nth}`)));
      });
      const reason = this.tried && this.reasons[Number(this.tried.at(-1))];
      if (!reason) return;
      const copy = /** @type {Element} */ (reason.cloneNode(true));
      // mdBook's buttons beside code do nothing in a copy.
      for (const buttons of copy.querySelectorAll('.buttons')) buttons.remove();
      this.reason.replaceChildren(...copy.childNodes);
    }
  }

  for (const root of document.querySelectorAll('[data-quiz]:not([data-ready])')) {
    // On the page of all chapters, this script stands once for each chapter.
    root.setAttribute('data-ready', '');
    new Quiz(/** @type {HTMLElement} */ (root));
  }
}
