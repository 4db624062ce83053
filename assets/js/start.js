/* Puts the page together once its HTML and `window.CLAN` are there. */

const LIGHT = 'light';
const DARK = 'dark';

/** @returns {string} */
function themeNow() {
  return document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? DARK : LIGHT);
}

function offerThemes() {
  const button = must('theme');
  const say = () => { must('theme-words').textContent = themeNow() === DARK ? 'Light theme' : 'Dark theme'; };
  button.addEventListener('click', () => {
    const theme = themeNow() === DARK ? LIGHT : DARK;
    document.documentElement.dataset.theme = theme;
    remember('theme', theme);
    say();
    repaintCharts();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    say();
    repaintCharts();
  });
  button.hidden = false;
  say();
}

/** @param {string} sentence */
function notice(sentence) {
  const place = must('notice');
  place.textContent = sentence;
  place.hidden = false;
}

function start() {
  offerThemes();
  if (!window.CLAN) {
    notice("The night's data does not lie beside this page, so members and boards cannot be opened. Copy the whole folder, or open the single-file page.");
  }
  const clan = new Clan(window.CLAN ?? { clan: '', asOf: document.documentElement.dataset.asOf ?? '', timeZone: 'UTC', metrics: [], memberFields: [], members: [], periods: [] });
  const table = /** @type {HTMLTableElement | null} */ (byId('members-table'));
  if (table) sortable(table);
  filterMembers();
  chooseColumns(clan);
  filterRoster();
  offerCopies();
  new Router(clan).start();
  drawTrends(clan);
  chooseHeat(clan);
  chooseHelpers();
  performance.mark('clan:drawn');
}

start();
