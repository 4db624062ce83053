/* The remembered theme, set before the first paint. Without one the system's choice holds. */

const THEME_KEY = 'clanstats-theme';

/** @returns {string | null} what this reader chose before; storage may be forbidden */
function rememberedTheme() {
  try {
    return localStorage.getItem(THEME_KEY);
  } catch {
    return null;
  }
}

const remembered = rememberedTheme();
if (remembered === 'light' || remembered === 'dark') document.documentElement.dataset.theme = remembered;
document.documentElement.classList.add('js');

/* An address inside the page: nothing is shown until the page it names is there, lest the first one flashes by. */
if (location.hash.length > 1) {
  document.documentElement.dataset.deep = '';
  setTimeout(() => delete document.documentElement.dataset.deep, 3000);
}
