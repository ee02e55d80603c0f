'use strict';
// The page of all chapters is there to be printed: what is folded is open on it, and answers and hints stand at the end of
// their chapter.
if (/\/print(\.html)?$/.test(location.pathname)) {
  /** @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} inside */
  const make = (name, attributes, ...inside) => {
    const element = document.createElement(name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    element.append(...inside);
    return element;
  };

  /** @param {Element} folded */
  const isAnswer = (folded) => folded.matches('.quiz, .exercise-hint')
    || folded.querySelector('summary')?.textContent === 'Answer';

  /** Its parts, without the fold: what was folded in it has its summary as a title. @param {Element} folded */
  const unfolded = (folded) => {
    for (const inner of folded.querySelectorAll('details')) {
      const title = inner.querySelector('summary');
      title?.replaceWith(make('p', {}, make('strong', {}, ...title.childNodes)));
      inner.replaceWith(...inner.childNodes);
    }
    const title = folded.querySelector('summary');
    const name = title?.textContent ?? '';
    title?.remove();
    return { name: name.startsWith('A hint') ? 'Hints' : name, parts: [...folded.childNodes] };
  };

  /** Moves the answers of a chapter to its end. @param {Element[]} chapter */
  const moveAnswers = (chapter) => {
    const folded = chapter.flatMap((part) => part.matches('details') ? [part] : [...part.querySelectorAll('details')]);
    const answers = folded.filter((one) => isAnswer(one) && !one.parentElement?.closest('details'));
    const heading = chapter.find((part) => part.matches('h1'));
    if (!heading || !answers.length) return;
    const end = make('section', { class: 'print-answers' }, make('h2', { id: `${heading.id}-answers` }, 'Answers and hints'));
    answers.forEach((answer, i) => {
      const { name, parts } = unfolded(answer);
      const [here, there] = [`${heading.id}-asked-${i + 1}`, `${heading.id}-answer-${i + 1}`];
      end.append(make('div', { class: 'print-answer', id: there },
        make('p', {}, make('a', { href: `#${here}` }, `${name} ${i + 1}`)), ...parts));
      answer.replaceWith(make('p', { class: 'print-asked', id: here },
        make('a', { href: `#${there}` }, `${name} ${i + 1}`), ' at the end of this chapter'));
    });
    chapter.at(-1)?.after(end);
  };

  // mdBook puts a break before each chapter but the first.
  /** @type {Element[][]} */ const chapters = [[]];
  for (const part of document.querySelectorAll('main > *')) {
    if (part.matches('[style*="break-before"]')) chapters.push([]);
    else chapters.at(-1)?.push(part);
  }
  // Questions stay as they are written, without buttons: the script that makes these comes later.
  for (const quiz of document.querySelectorAll('[data-quiz]')) quiz.setAttribute('data-ready', '');
  chapters.forEach(moveAnswers);
  for (const folded of document.querySelectorAll('main details')) folded.setAttribute('open', '');
}
