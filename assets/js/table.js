/* A table that is sorted by the buttons in its head. Cells say in `data-by` what they sort by; nothing sorts last. */

/**
 * @param {HTMLTableElement} table
 */
function sortable(table) {
  const [body] = table.tBodies;
  if (!body) return;
  const heads = [...table.querySelectorAll('th[data-sort]')];
  const rows = [...body.rows].map((row) => ({ row, keys: [...row.cells].map(sortKey) }));

  /**
   * @param {number} column
   * @param {string} direction
   */
  const sort = (column, direction) => {
    const sign = direction === 'ascending' ? 1 : -1;
    const sorted = [...rows].sort((one, other) => compare(one.keys[column] ?? null, other.keys[column] ?? null, sign));
    for (const head of heads) head.removeAttribute('aria-sort');
    heads[column]?.setAttribute('aria-sort', direction);
    body.append(...sorted.map(({ row }) => row));
  };

  heads.forEach((head, column) => {
    const first = head.getAttribute('data-first') ?? 'ascending';
    const second = first === 'ascending' ? 'descending' : 'ascending';
    head.querySelector('button')?.addEventListener('click', () => sort(column, head.getAttribute('aria-sort') === first ? second : first));
  });
}

/**
 * @param {HTMLTableCellElement} cell
 * @returns {number | string | null}
 */
function sortKey(cell) {
  const text = cell.dataset.by ?? '';
  if (text === '') return null;
  return /^-?\d+$/.test(text) && cell.tagName === 'TD' ? Number(text) : text;
}

/**
 * @param {number | string | null} one
 * @param {number | string | null} other
 * @param {number} sign
 */
function compare(one, other, sign) {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other ? -sign : sign;
}
