/* What this reader chose before. Storage may be forbidden or full: then a choice holds for as long as the page is open. */

/** @param {string} key
 * @param {'localStorage' | 'sessionStorage'} store  what is only for this tab stands in the second
 */
function recalled(key, store = 'localStorage') {
  try {
    return window[store].getItem(`clanstats-${key}`);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 * @param {'localStorage' | 'sessionStorage'} store
 */
function remember(key, value, store = 'localStorage') {
  try {
    window[store].setItem(`clanstats-${key}`, value);
  } catch {
    // See above.
  }
}
