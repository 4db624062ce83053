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
