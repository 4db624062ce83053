/* One metric's board: who gained most in a period, or who holds most now. */

const STANDING = 'now';
const HEAD = 50;

/**
 * @param {Clan} clan
 * @param {Metric} metric
 */
function boardPage(clan, metric) {
  const place = h('div', { class: 'panel flush board-panel' });
  const choices = [...clan.periods.map(({ key, label }) => ({ key, text: label })), { key: STANDING, text: 'Total now' }];
  const back = metric.kind === 'boss' ? h('a', { href: '#bosses' }, 'All bosses') : h('a', { href: '#skills' }, 'All skills and activities');
  const show = (/** @type {string} */ key) => showBoard(clan, metric, key, place);
  const first = choices[0]?.key ?? STANDING;
  show(first);
  return [
    h('p', { class: 'crumb' }, back),
    h('header', { class: 'story-head' }, emblem(metric, 'large'),
      h('div', {}, h('h1', { tabindex: '-1' }, metric.name), h('p', { class: 'muted' }, boardAbout(metric)))),
    chooser('Period', choices, first, show),
    place,
    trendPanel(metric),
  ];
}

/** What the clan gained of *metric* week by week, drawn when it is seen.
 * @param {Metric} metric
 */
function trendPanel(metric) {
  const panel = h('section', { class: 'panel', 'aria-labelledby': 'title-board-trend' }, h('h2', { id: 'title-board-trend' }, 'The clan, week by week'));
  late('history').then(() => panel.append(...trendOf(metric, window.CLAN_HISTORY)), (error) => panel.append(h('p', { class: 'muted' }, error.message)));
  return panel;
}

/**
 * @param {Metric} metric
 * @param {Weeks} told
 */
function trendOf(metric, told) {
  const totals = told.totals[metric.key];
  if (!totals || totals.length < 2) return [h('p', { class: 'muted' }, 'Nothing was seen to move in two weeks or more.')];
  const days = told.weeks.map(weekDays);
  const best = totals.indexOf(Math.max(...totals));
  const said = `This week ${amount(totals.at(-1) ?? 0, metric)}; the best of ${plural(totals.length, 'week')} was ${days[best]} with ${amount(totals[best] ?? 0, metric)}.`;
  const box = h('div', { class: 'chart', role: 'img', 'aria-label': `Columns of what the clan gained each week. ${said}` });
  const scale = metric.kind === 'computed' ? HOUR : 1;
  const [series] = told.chart.series;
  chartWhenSeen(box, {
    ...told.chart,
    xAxis: { .../** @type {object} */ (told.chart.xAxis), data: days },
    series: [{ ...series, data: totals.map((value) => Math.round((10 * value) / scale) / 10) }],
  });
  return [h('p', { class: 'muted' }, said), box];
}

/** @param {Metric} metric */
function boardAbout(metric) {
  return {
    skill: 'Experience of each account.', boss: 'Kills of each account.', activity: 'Score of each account.',
    computed: 'Hours at efficient rates, of each account.',
  }[metric.kind];
}

/**
 * @param {Clan} clan
 * @param {Metric} metric
 * @param {string} key
 * @param {HTMLElement} place
 */
async function showBoard(clan, metric, key, place) {
  place.dataset.shows = key;
  const period = clan.periods.find((candidate) => candidate.key === key);
  if (period) {
    place.replaceChildren(boardTable(clan.rows(period.boards[metric.key]), metric, new Set(period.newly[metric.key]), period.label), boardNote(clan, period));
    return;
  }
  await late('detail').catch((error) => place.replaceChildren(h('p', { class: 'muted' }, error.message)));
  if (place.dataset.shows === key && window.CLAN_DETAIL) {
    place.replaceChildren(boardTable(clan.rows(window.CLAN_DETAIL.standings[metric.key]), metric, new Set(), 'Total now'));
  }
}

/**
 * @param {Row[]} rows
 * @param {Metric} metric
 * @param {Set<number>} newly
 * @param {string} caption
 */
function boardTable(rows, metric, newly, caption) {
  const [first] = rows;
  if (!first) return h('p', { class: 'muted nobody' }, 'Nobody was seen to move this here.');
  const body = h('tbody');
  const fill = (/** @type {Row[]} */ part) => body.append(...part.map((row) => boardRow(row, first.value, metric, newly)));
  fill(rows.slice(0, HEAD));
  const table = h('table', { class: 'ledger board' },
    h('caption', { class: 'sr' }, `${metric.name}, ${caption}`),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col', class: 'num' }, '#'), h('th', { scope: 'col' }, 'Member'),
      h('th', { scope: 'col', class: 'wide' }, 'Rank'), h('th', { scope: 'col', class: 'wide' }, h('span', { class: 'sr' }, 'Share of the first')),
      h('th', { scope: 'col', class: 'num' }, UNITS[metric.kind]))),
    body);
  if (rows.length <= HEAD) return table;
  const more = h('button', { type: 'button', class: 'quiet-button more' }, `Show all ${rows.length}`);
  more.addEventListener('click', () => {
    fill(rows.slice(HEAD));
    more.remove();
  });
  return h('div', {}, table, more);
}

/**
 * @param {Row} row
 * @param {number} most
 * @param {Metric} metric
 * @param {Set<number>} newly
 */
function boardRow(row, most, metric, newly) {
  const fresh = newly.has(row.member.at) && h('span', { class: 'pill', title: 'Entered the hiscores in this time: part of it may be older' }, 'newly ranked');
  return h('tr', {},
    h('td', { class: 'num place' }, row.place),
    h('th', { scope: 'row' }, h('span', { class: 'clip' }, personLink(row.member)), fresh && ' ', fresh),
    h('td', { class: 'wide' }, roleName(row.member.role)),
    h('td', { class: 'wide bar-cell' }, bar((100 * row.value) / most)),
    h('td', { class: 'num' }, amount(row.value, metric)));
}

/**
 * @param {Clan} clan
 * @param {Period} period
 */
function boardNote(clan, period) {
  const unseen = clan.members.filter((member) => clan.silence(member, period)).length;
  const days = `${utcDay(period.since)} – ${utcDay(period.until - 1)} (UTC days)`;
  const rest = unseen ? `; ${plural(unseen, 'member')} without two looks in this time ${unseen === 1 ? 'is' : 'are'} left out` : '';
  return h('p', { class: 'muted small note' }, `${days}${rest}.`);
}
