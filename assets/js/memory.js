/* What this reader chose before. Storage may be forbidden or full: then a choice holds for as long as the page is open. */

/** @param {string} key */
function recalled(key) {
  try {
    return localStorage.getItem(`clanstats-${key}`);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
function remember(key, value) {
  try {
    localStorage.setItem(`clanstats-${key}`, value);
  } catch {
    // See above.
  }
}
