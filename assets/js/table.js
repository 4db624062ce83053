/* A table that is sorted by the buttons in its head. Cells say in `data-by` what they sort by; nothing sorts last. */

/**
 * @param {HTMLTableElement} table
 */
function sortable(table) {
  const body = table.tBodies[0];
  const heads = [...table.querySelectorAll('th[data-sort]')];
  const rows = [...body.rows];
  const keys = heads.map((_, column) => rows.map((row) => sortKey(row.cells[column])));
  const order = rows.map((_, place) => place);

  /**
   * @param {number} column
   * @param {string} direction
   */
  function sort(column, direction) {
    const sign = direction === 'ascending' ? 1 : -1;
    const key = keys[column];
    const sorted = [...order].sort((one, other) => compare(key[one], key[other], sign) || one - other);
    for (const head of heads) head.removeAttribute('aria-sort');
    heads[column].setAttribute('aria-sort', direction);
    body.append(...sorted.map((place) => rows[place]));
  }

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
