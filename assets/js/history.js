/* The page History: a slider over the weeks, and the clan as it was at the end of the chosen one. */

const SETTLE_MS = 120;
const RANKS_CHANGED = 'Changed rank';

/** @typedef {{show: (day: string) => void}} Slider */

/** @type {Promise<Slider> | null} */
let historyMade = null;

/** Shows the week whose last day is *day*, or the newest.
 * @param {Clan} clan
 * @param {string} day
 * @param {(address: string) => void} moved told when the address follows the slider
 */
function showHistory(clan, day, moved) {
  const place = byId('history-view');
  if (!place) return;
  historyMade ??= late('history').then(() => historySlider(clan, window.CLAN_HISTORY, place, moved));
  historyMade.then((slider) => slider.show(day), (error) => place.replaceChildren(h('p', { class: 'panel muted' }, error.message)));
}

/**
 * @param {Clan} clan
 * @param {Weeks} told
 * @param {HTMLElement} place
 * @param {(address: string) => void} moved
 * @returns {Slider}
 */
function historySlider(clan, told, place, moved) {
  const { weeks } = told;
  const newest = weeks.length - 1;
  if (newest < 0) {
    place.replaceChildren(h('p', { class: 'panel muted' }, 'No week was seen to its end yet. Come back next week.'));
    return { show: () => {} };
  }
  const range = /** @type {HTMLInputElement} */ (h('input', { type: 'range', id: 'history-week', min: 0, max: newest, step: 1, value: newest }));
  const said = h('p', { class: 'lead', role: 'status' });
  const roll = h('div', {});
  const columns = weekColumns(weeks);
  let timer = 0;

  const turn = (/** @type {number} */ at) => {
    const week = weeks[at];
    if (!week) return;
    range.value = String(at);
    range.setAttribute('aria-valuetext', weekDays(week));
    [...columns.children].forEach((column, number) => column.classList.toggle('chosen', number === at));
    said.textContent = weekSaid(told, at);
    clearTimeout(timer);
    const left = location.hash;
    timer = setTimeout(() => {
      const sorted = roll.querySelector('th[aria-sort]');
      roll.replaceChildren(...weekRoll(clan, told, at));
      sortAgain(roll, sorted);
      // Whoever has gone on in the meantime is not called back: the address turns before the page does.
      if (location.hash !== left || parted(left)[0] !== 'history') return;
      const address = at === newest ? '#history' : `#history/${lastDay(week)}`;
      history.replaceState(null, '', address);
      moved(address);
    }, SETTLE_MS);
  };
  const step = (/** @type {string} */ word, /** @type {number} */ by) => {
    const button = h('button', { type: 'button', class: 'quiet-button' }, word);
    button.addEventListener('click', () => turn(Math.min(newest, Math.max(0, Number(range.value) + by))));
    return button;
  };
  range.addEventListener('input', () => turn(Number(range.value)));
  columns.addEventListener('click', ({ target }) => {
    const column = /** @type {Element} */ (target).closest('li');
    if (column) turn([...columns.children].indexOf(column));
  });
  place.replaceChildren(
    h('section', { class: 'panel history-slider', 'aria-label': 'Choose a week' },
      said, columns,
      h('label', { for: 'history-week', class: 'sr' }, 'Week'), range,
      h('div', { class: 'controls' }, step('← A week before', -1), step('A week later →', 1),
        h('p', { class: 'legend small muted' }, h('span', { class: 'swatch swatch-active' }), ' active ', h('span', { class: 'swatch swatch-inactive' }), ' inactive ',
          h('span', { class: 'swatch swatch-unknown' }), ' unknown'))),
    roll);
  return {
    show: (day) => {
      const at = weeks.findIndex((week) => lastDay(week) >= day);
      turn(day === '' || at < 0 ? newest : at);
    },
  };
}

/** @param {Week} week */
const headCount = ({ rows: [who = []] }) => who.length;

/** A column for each week: who was active, inactive, and of whom nobody could tell, or was not asked.
 * @param {Week[]} weeks
 */
function weekColumns(weeks) {
  const most = Math.max(1, ...weeks.map(headCount));
  return h('ol', { class: 'history-columns', 'aria-hidden': 'true' }, ...weeks.map((week) => {
    const { active, inactive } = week.counts;
    let top = 100;
    const part = (/** @type {Verdict[0]} */ state, /** @type {number} */ count) => {
      const height = (100 * count) / most;
      top -= height;
      return svg('rect', { class: `part-${state}`, y: top, width: 10, height });
    };
    return h('li', { title: weekDays(week) }, svg('svg', { viewBox: '0 0 10 100', preserveAspectRatio: 'none', focusable: 'false' }, part('active', active), part('inactive', inactive), part('unknown', headCount(week) - active - inactive)));
  }));
}

/** A week in a sentence.
 * @param {Weeks} told
 * @param {number} at
 */
function weekSaid(told, at) {
  const week = /** @type {Week} */ (told.weeks[at]);
  const { active, inactive, unknown } = week.counts;
  const earned = told.totals.overall?.[at];
  const gained = earned === undefined ? '' : ` They gained ${compact(earned)} XP.`;
  const judged = active + inactive + unknown ? `, ${number(active)} active, ${number(inactive)} inactive, ${number(unknown)} unknown` : '';
  return `${weekDays(week)}: ${people(headCount(week))}${judged}.${gained}`;
}

/** A new week stays sorted as the one before it was.
 * @param {Element} roll
 * @param {Element | null} sorted the head by which that was sorted
 */
function sortAgain(roll, sorted) {
  if (!sorted) return;
  const head = roll.querySelector(`th[data-sort="${sorted.getAttribute('data-sort')}"]`);
  for (let click = 0; click < 2 && head && head.getAttribute('aria-sort') !== sorted.getAttribute('aria-sort'); click += 1) {
    head.querySelector('button')?.click();
  }
}

/** Who came and went since the week before, and everybody's row.
 * @param {Clan} clan
 * @param {Weeks} told
 * @param {number} at
 */
function weekRoll(clan, told, at) {
  const week = /** @type {Week} */ (told.weeks[at]);
  const rows = rollOf(told, week);
  const before = told.weeks[at - 1];
  const table = /** @type {HTMLTableElement} */ (pastTable(clan, rows, week));
  sortable(table);
  return [
    before && changesLine(clan, rollOf(told, before), rows),
    h('div', { class: 'scroll panel flush history-roll', tabindex: '0', role: 'region', 'aria-label': `Members at the end of ${weekDays(week)}` }, table),
  ].filter((part) => part instanceof HTMLElement);
}

/**
 * @param {Clan} clan
 * @param {PastRow[]} before
 * @param {PastRow[]} now
 */
function changesLine(clan, before, now) {
  const key = (/** @type {PastRow} */ row) => row.players[0];
  const known = new Map(before.map((row) => [key(row), row]));
  const here = new Set(now.map(key));
  const groups = /** @type {[string, PastRow[]][]} */ ([
    ['Joined', now.filter((row) => !known.has(key(row)))],
    ['Left', before.filter((row) => !here.has(key(row)))],
    [RANKS_CHANGED, now.filter((row) => known.has(key(row)) && known.get(key(row))?.rank !== row.rank)],
  ]);
  const told = groups.filter(([, rows]) => rows.length);
  if (!told.length) return h('p', { class: 'muted' }, 'Nobody joined, left or changed rank since the week before.');
  return h('dl', { class: 'facts week-changes' }, ...told.map(([word, rows]) => h('div', {}, h('dt', {}, word),
    h('dd', {}, ...rows.flatMap((row, place) => [place > 0 && ', ', pastLink(clan, row), word === RANKS_CHANGED && ` (${roleName(known.get(key(row))?.rank ?? '')} → ${roleName(row.rank)})`])))));
}

/**
 * @param {Clan} clan
 * @param {PastRow} row
 */
function pastLink(clan, row) {
  const member = row.players.map((id) => clan.byId.get(id)).find((found) => found !== undefined);
  return member ? h('a', { class: 'person', href: `#member/${member.id}` }, h('bdi', {}, row.name)) : h('bdi', { class: 'name' }, row.name);
}

/** @typedef {{key: string, word: string, look: string, cell: (row: PastRow, place: number) => [text: Child, by: string | number | null]}} PastColumn */

/** The columns of the Members page, as far as a past week knows them.
 * @param {Clan} clan
 * @param {Week} week
 * @returns {PastColumn[]}
 */
function pastColumns(clan, week) {
  const day = (/** @type {number | null} */ at) => /** @type {[Child, number | null]} */ ([at === null ? '–' : pastDay(at, week), at]);
  const hour = (/** @type {number | null} */ value) => /** @type {[Child, number | null]} */ ([value === null ? 'not seen' : hours(value), value]);
  const talk = clan.talk !== null;
  return [
    { key: 'rank', word: 'Rank', look: 'c-rank wide', cell: (row, place) => [roleName(row.rank), place] },
    { key: 'name', word: 'Name', look: 'c-name', cell: (row) => [h('span', {}, pastLink(clan, row), row.alts.length > 0 && h('span', { class: 'muted' }, ` + ${row.alts.join(', ')}`)), row.name.toLowerCase()] },
    { key: 'account', word: 'Account', look: 'c-account wide', cell: (row) => [account(row.type), account(row.type)] },
    { key: 'verdict', word: 'Verdict', look: 'c-verdict', cell: ({ state }) => [state === null ? '–' : h('span', { class: `verdict verdict-${state}` }, VERDICT_WORDS[state]), state] },
    { key: 'gained', word: 'Last gain', look: 'c-when num wide', cell: ({ gainedAt }) => day(gainedAt) },
    ...(talk ? [/** @type {PastColumn} */ ({ key: 'word', word: 'Last word', look: 'c-when num wide', cell: ({ spokeAt }) => day(spokeAt) })] : []),
    { key: 'xp', word: 'XP 7 d', look: 'c-xp num', cell: ({ xp }) => [xp === null ? 'not seen' : compact(xp), xp] },
    { key: 'ehp', word: 'EHP 7 d', look: 'c-few num wide', cell: ({ ehp }) => hour(ehp) },
    { key: 'ehb', word: 'EHB 7 d', look: 'c-few num wide', cell: ({ ehb }) => hour(ehb) },
    { key: 'boss', word: 'Top boss 7 d', look: 'c-boss wide', cell: ({ boss, kills }) => [boss === null ? '–' : `${number(kills ?? 0)} ${clan.metric(boss)?.name ?? boss}`, kills] },
    ...(talk ? [/** @type {PastColumn} */ ({ key: 'messages', word: 'Messages 7 d', look: 'c-few num wide', cell: ({ messages }) => [messages === null ? '–' : number(messages), messages] })] : []),
    { key: 'joined', word: 'Joined', look: 'c-joined wide', cell: (row) => [`${clan.calendar.day(row.joinedAt)}${row.joinSource === 'wom' ? ' W' : ''}`, row.joinedAt] },
    { key: 'seen', word: 'Seen', look: 'c-when num wide', cell: ({ seenAt }) => day(seenAt) },
  ];
}

const VERDICT_WORDS = /** @type {Record<Verdict[0], string>} */ ({ active: 'Active', inactive: 'Inactive', unknown: 'Unknown' });

/** A day of the past as that week's end sees it.
 * @param {number} at
 * @param {Week} week
 */
function pastDay(at, week) {
  const day = new Date(at);
  const months = `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}`;
  return day.getUTCFullYear() === new Date(week.until - DAY_MS).getUTCFullYear() ? months : `${months} ${day.getUTCFullYear()}`;
}

/**
 * @param {Clan} clan
 * @param {PastRow[]} rows
 * @param {Week} week
 */
function pastTable(clan, rows, week) {
  const columns = pastColumns(clan, week);
  return h('table', { class: 'ledger members', role: 'table' },
    h('caption', { class: 'sr' }, `Members at the end of ${weekDays(week)}`),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...columns.map(({ key, word, look }) => h('th', {
      role: 'columnheader', scope: 'col', class: look, 'data-sort': key, 'data-first': look.includes('num') || key === 'boss' ? 'descending' : null,
      'aria-sort': key === 'rank' ? 'ascending' : null,
    }, h('button', { type: 'button' }, word))))),
    h('tbody', { role: 'rowgroup' }, ...rows.map((row, place) => h('tr', { role: 'row' }, ...columns.map(({ key, look, cell }) => {
      const [text, by] = cell(row, place);
      const name = key === 'name';
      return h(name ? 'th' : 'td', { role: name ? 'rowheader' : 'cell', scope: name ? 'row' : null, class: by === null || (by === 0 && look.includes('num')) ? `${look} muted` : look, 'data-by': by ?? '' }, text);
    })))));
}
