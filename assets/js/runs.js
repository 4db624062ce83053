/* The nights in the page's foot, read when somebody opens them. */

function listRuns() {
  const details = /** @type {HTMLDetailsElement | null} */ (byId('runs'));
  if (!details || !details.dataset.src) return;
  details.addEventListener('toggle', () => {
    if (!details.open) return;
    late('runs', details.dataset.src).then(() => must('runs-list').replaceChildren(runsList(window.CLAN_RUNS)),
      () => must('runs-list').replaceChildren(h('p', { class: 'muted' }, 'runs.js does not lie beside the page.')));
  }, { once: true });
}

/** @param {Run[]} runs */
function runsList(runs) {
  if (!runs.length) return h('p', { class: 'muted' }, 'This is the first night.');
  return h('ul', { class: 'plain-list' }, ...runs.slice(0, 14).map(({ night, state, sentence }) => h('li', {},
    h('span', { class: `pill pill-${state === 'done' ? 'good' : 'warn'}` }, state), ' ', h('time', { datetime: night }, night), ' ',
    h('span', { class: 'muted' }, sentence))));
}
