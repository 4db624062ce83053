/* Buttons that copy a ready message. */

const COPIED_MS = 2500;
let saidTimer = 0;

function offerCopies() {
  document.addEventListener('click', ({ target }) => {
    const button = /** @type {HTMLButtonElement | null} */ (/** @type {Element} */ (target).closest('button[data-copy]'));
    if (button) copyOf(button).catch(() => showMessage(button));
  });
}

/** Where nothing may be copied, the message is shown, ready to be marked.
 * @param {HTMLButtonElement} button
 */
function showMessage(button) {
  const box = /** @type {HTMLTextAreaElement} */ (h('textarea', { class: 'message', readonly: true, 'aria-label': 'The message' }));
  box.value = button.dataset.copy ?? '';
  button.after(box);
  box.select();
  say('The browser would not copy it: mark the message and copy it yourself.');
}

/** @param {HTMLButtonElement} button */
async function copyOf(button) {
  const text = button.dataset.copy ?? '';
  await (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))).catch(() => copiedByHand(text));
  button.classList.add('is-copied');
  setTimeout(() => button.classList.remove('is-copied'), COPIED_MS);
  say('Copied. Paste it into Discord.');
}

/** The old way, for pages that a browser does not trust with its clipboard.
 * @param {string} text
 */
function copiedByHand(text) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const box = /** @type {HTMLTextAreaElement} */ (h('textarea', { class: 'sr', readonly: true, 'aria-hidden': 'true' }));
  box.value = text;
  document.body.append(box);
  box.select();
  const copied = document.execCommand('copy');
  box.remove();
  before?.focus({ preventScroll: true });
  if (!copied) throw new Error('not copied');
}

/** Says *sentence* to everybody, also to those who do not see.
 * @param {string} sentence
 */
function say(sentence) {
  const place = must('said');
  place.textContent = '';
  clearTimeout(saidTimer);
  setTimeout(() => { place.textContent = sentence; }, 0); // said again, if it is the same
  place.classList.add('is-said');
  saidTimer = setTimeout(() => place.classList.remove('is-said'), COPIED_MS);
}
