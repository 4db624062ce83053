/* Buttons that copy a ready message. */

const COPIED_MS = 2500;

function offerCopies() {
  document.addEventListener('click', ({ target }) => {
    const button = /** @type {HTMLButtonElement | null} */ (/** @type {Element} */ (target).closest('button[data-copy]'));
    if (button) copyOf(button).catch(() => say('The browser would not copy it: the message shows when you rest on the button.'));
  });
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
  place.textContent = sentence;
  place.classList.add('is-said');
  setTimeout(() => place.classList.remove('is-said'), COPIED_MS);
}
