/* Long tables answer at once: while their rows are moved or hidden, those out of view are left aside, and laid out when all is quiet. */

const MANY = 120;
const AT_ONCE = 40;

/** @type {Set<HTMLElement>} */
const waiting = new Set();
let isComing = false;

/** Leaves *rows* aside until the browser is idle; a short table is laid out as it is.
 * @param {HTMLElement[]} rows
 */
function afar(rows) {
  if (rows.length < MANY) return;
  for (const row of rows) {
    row.classList.add('is-afar');
    waiting.add(row);
  }
  if (!isComing) soon();
  isComing = true;
}

/** A few rows at a time, so that nobody notices. */
function near() {
  for (const row of [...waiting].slice(0, AT_ONCE)) {
    row.classList.remove('is-afar');
    waiting.delete(row);
  }
  isComing = waiting.size > 0;
  if (isComing) soon();
}

/** Safari has no idle time to give. */
const soon = () => (typeof requestIdleCallback === 'function' ? requestIdleCallback(() => setTimeout(near, 0)) : setTimeout(near, 100));
