/* A table that is sorted by the buttons in its head. Cells say in `data-by` what they sort by; nothing sorts last. */

/** @param {HTMLTableElement} table */
function sortable(table) {
  const [body] = table.tBodies;
  if (!body) return;
  const rows = [...body.rows];

  /**
   * @param {HTMLTableCellElement} head
   * @param {string} direction
   */
  const sort = (head, direction) => {
    const sign = direction === 'ascending' ? 1 : -1;
    const keyed = rows.map((row) => ({ row, key: sortKey(row.cells[head.cellIndex]) }));
    keyed.sort((one, other) => inOrder(one.key, other.key, sign));
    for (const other of table.querySelectorAll('th[aria-sort]')) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', direction);
    afar(rows);
    body.append(...keyed.map(({ row }) => row));
  };

  table.tHead?.addEventListener('click', ({ target }) => {
    const head = /** @type {HTMLTableCellElement | null} */ (/** @type {Element} */ (target).closest('button')?.closest('th[data-sort]') ?? null);
    if (!head) return;
    const first = head.dataset.first ?? 'ascending';
    const second = first === 'ascending' ? 'descending' : 'ascending';
    sort(head, head.getAttribute('aria-sort') === first ? second : first);
  });
}

/**
 * @param {HTMLTableCellElement | undefined} cell
 * @returns {number | string | null}
 */
function sortKey(cell) {
  const text = cell?.dataset.by ?? '';
  if (text === '') return null;
  return /^-?\d+$/.test(text) && cell?.tagName === 'TD' ? Number(text) : text;
}

/**
 * @param {number | string | null} one
 * @param {number | string | null} other
 * @param {number} sign
 */
function inOrder(one, other, sign) {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other ? -sign : sign;
}
