/* Finding a member, and choosing what the roster log shows. */

/** @param {string} text */
const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

function filterMembers() {
  const table = /** @type {HTMLTableElement | null} */ (byId('members-table'));
  const search = /** @type {HTMLInputElement | null} */ (byId('member-search'));
  const rank = /** @type {HTMLSelectElement | null} */ (byId('member-rank'));
  if (!table || !search || !rank) return;
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).map((row) => ({
    row, rank: row.dataset.rank, text: folded([...row.cells].slice(0, 3).map((cell) => cell.textContent).join(' ')),
  }));

  const apply = () => {
    const words = folded(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, rank: held, text } of rows) {
      const fits = (!rank.value || rank.value === held) && words.every((word) => text.includes(word));
      row.hidden = !fits;
      shown += Number(fits);
    }
    must('member-count').textContent = shown === rows.length ? plural(shown, 'member') : `${number(shown)} of ${plural(rows.length, 'member')}`;
    must('member-none').hidden = shown > 0;
  };

  search.addEventListener('input', apply);
  rank.addEventListener('change', apply);
  must('member-controls').addEventListener('submit', (event) => event.preventDefault());
  apply();
}

function filterRoster() {
  const group = byId('roster-kinds');
  if (!group) return;
  group.addEventListener('click', (event) => {
    const button = /** @type {Element} */ (event.target).closest('button');
    if (!button) return;
    press(group, button);
    for (const day of /** @type {Iterable<HTMLElement>} */ (must('roster-days').children)) {
      const lines = /** @type {HTMLElement[]} */ ([...day.querySelectorAll('li[data-kind]')]);
      for (const line of lines) line.hidden = Boolean(button.dataset.kind) && line.dataset.kind !== button.dataset.kind;
      day.hidden = lines.every((line) => line.hidden);
    }
  });
}
