/* The board of helpers, one period at a time; without scripts, and on paper, all of them stand below each other. */

function chooseHelpers() {
  const place = byId('helper-periods');
  if (!place) return;
  const boards = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.helper-board')]);
  const show = (/** @type {string} */ key) => {
    for (const board of boards) board.hidden = board.dataset.period !== key;
  };
  const choices = boards.map((board) => ({ key: board.dataset.period ?? '', text: board.querySelector('h3')?.textContent ?? '' }));
  const [first] = choices;
  if (!first) return;
  place.append(chooser('Period', choices, first.key, show));
  show(first.key);
}
