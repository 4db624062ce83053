/* Finding a member, and choosing what the roster log shows. */

/** @param {string} text */
const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const SEARCHED = 3;

function filterMembers() {
  const table = /** @type {HTMLTableElement | null} */ (byId('members-table'));
  const search = /** @type {HTMLInputElement | null} */ (byId('member-search'));
  if (!table || !search) return;
  const selects = /** @type {HTMLSelectElement[]} */ ([...must('member-controls').querySelectorAll('select[data-filter]')]);
  const read = () => [...table.tBodies].flatMap((body) => [...body.rows]).map((row) => ({
    row, text: folded([...row.cells].slice(0, SEARCHED).map((cell) => cell.textContent).join(' ')),
  }));
  /** @type {ReturnType<typeof read> | null} */
  let rows = null;

  const apply = () => {
    rows ??= read();
    const words = folded(search.value).split(/\s+/).filter(Boolean);
    const wanted = selects.filter(({ value }) => value).map(({ value, dataset }) => [dataset.filter ?? '', value]);
    let shown = 0;
    afar(rows.map(({ row }) => row));
    for (const { row, text } of rows) {
      const fits = wanted.every(([key = '', value]) => row.dataset[key] === value) && words.every((word) => text.includes(word));
      if (row.hidden === fits) row.hidden = !fits;
      shown += Number(fits);
    }
    must('member-count').textContent = shown === rows.length ? people(shown) : `${number(shown)} of ${people(rows.length)}`;
    must('member-none').hidden = shown > 0;
  };

  search.addEventListener('input', apply);
  for (const select of selects) select.addEventListener('change', apply);
  must('member-controls').addEventListener('submit', (event) => event.preventDefault());
  if (search.value || selects.some(({ value }) => value)) apply();
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
