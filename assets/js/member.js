/* A member's story: who they are, what they gained, what they moved, where they stand. */

const TOP_PLACES = 5;
const MOVES = 8;
const DEEDS = 12;
const VERDICTS = /** @type {Record<Verdict[0], [word: string, look: string]>} */ ({
  active: ['Active', 'pill-good'], inactive: ['Inactive', 'pill-warn'], unknown: ['Nobody can tell', ''],
});

/**
 * @param {Clan} clan
 * @param {Member} member
 */
function memberPage(clan, member) {
  const rest = h('div', { class: 'story-rest' }, h('p', { class: 'muted' }, 'Loading …'));
  late('detail').then(() => rest.replaceChildren(...memberDetail(clan, member, window.CLAN_DETAIL)),
    (error) => rest.replaceChildren(h('p', { class: 'muted' }, error.message)));
  return [
    h('p', { class: 'crumb' }, h('a', { href: '#members' }, 'All members')),
    memberHead(clan, member),
    h('div', { class: 'story-main' }, gainsPanel(clan, member), movesPanel(clan, member)),
    rest,
  ];
}

/**
 * @param {Clan} clan
 * @param {Member} member
 */
function memberHead(clan, member) {
  const { calendar } = clan;
  const learned = member.joinSource === 'wom' ? ' (first seen by Wise Old Man)' : '';
  const facts = [
    ['Rank', roleName(member.role)],
    ['Account', account(member.type) + (['main', ''].includes(member.build) ? '' : `, ${roleName(member.build)}`)],
    ['In the clan', `${duration(member.tenureDays)}, since ${calendar.day(member.joinedAt)}${learned}`],
    ['Total level', member.totalLevel === null ? 'not known' : number(member.totalLevel)],
    ['Last gain', member.lastChangedAt === null ? 'not known' : calendar.time(member.lastChangedAt)],
    ['Last seen', calendar.time(member.updatedAt)],
  ];
  return h('header', { class: 'story-title' },
    h('h1', { tabindex: '-1' }, h('bdi', {}, member.name), member.status !== 'active' && h('span', { class: 'pill pill-warn' }, roleName(member.status))),
    h('dl', { class: 'facts' }, ...facts.map(([word, value]) => h('div', {}, h('dt', {}, word), h('dd', {}, value)))));
}

/**
 * @param {Clan} clan
 * @param {Member} member
 */
function gainsPanel(clan, member) {
  const lines = ['overall', 'ehp', 'ehb'].map((key) => clan.metric(key)).filter((metric) => metric !== null);
  const head = h('tr', {}, h('th', { scope: 'col' }, 'In'),
    ...lines.map((metric) => h('th', { scope: 'col', class: 'num' }, metric.key === 'overall' ? 'XP' : metric.name)));
  const rows = clan.periods.map((period) => h('tr', {},
    h('th', { scope: 'row' }, period.label), ...lines.map((metric) => gainCell(clan, member, metric, period))));
  return h('section', { class: 'panel', 'aria-labelledby': 'title-gains' },
    h('h2', { id: 'title-gains' }, 'Gained'),
    h('table', { class: 'ledger gains' }, h('thead', {}, head), h('tbody', {}, ...rows)));
}

/**
 * @param {Clan} clan
 * @param {Member} member
 * @param {Metric} metric
 * @param {Period} period
 */
function gainCell(clan, member, metric, period) {
  const silence = clan.silence(member, period);
  if (silence) return h('td', { class: 'num muted' }, silence);
  const value = scoreOf(period.boards[metric.key] ?? [], member.at) ?? 0;
  return h('td', { class: value ? 'num' : 'num muted', title: metric.kind === 'computed' ? null : number(value) }, amount(value, metric, true));
}

/**
 * @param {Clan} clan
 * @param {Member} member
 */
function movesPanel(clan, member) {
  const place = h('div', { class: 'story-moves' });
  const show = (/** @type {string} */ key) => {
    const period = clan.periods.find((candidate) => candidate.key === key);
    if (period) place.replaceChildren(...movesOf(clan, member, period));
  };
  const choices = clan.periods.map(({ key, label }) => ({ key, text: label }));
  const first = choices[0]?.key ?? '';
  show(first);
  return h('section', { class: 'panel', 'aria-labelledby': 'title-moves' },
    h('h2', { id: 'title-moves' }, 'Skills and bosses'),
    chooser('Period', choices, first, show),
    place);
}

/**
 * @param {Clan} clan
 * @param {Member} member
 * @param {Period} period
 */
function movesOf(clan, member, period) {
  const look = period.looks[member.at];
  if (!look) return [h('p', { class: 'muted' }, 'Not seen in this time: nobody looked at the account, so nothing can be said.')];
  const [from, to] = look.map((at) => clan.calendar.moment(at));
  if (clan.silence(member, period)) return [h('p', { class: 'muted' }, `Looked at only once in this time, ${from}: there is nothing to compare it with.`)];
  const moves = clan.moves(member, period);
  const seen = h('p', { class: 'muted small note' }, `Between the looks of ${from} and ${to}.`);
  const kinds = /** @type {[string, Move[]][]} */ ([
    ['Skills', moves.filter(({ metric }) => metric.kind === 'skill' && metric.key !== 'overall')],
    ['Bosses', moves.filter(({ metric }) => metric.kind === 'boss')],
    ['Activities', moves.filter(({ metric }) => metric.kind === 'activity')],
  ]);
  return [h('div', { class: 'columns' }, ...kinds.filter(([title, part]) => part.length || title !== 'Activities').map(([title, part]) => moveList(title, part))), seen];
}

/**
 * @param {string} title
 * @param {Move[]} moves
 */
function moveList(title, moves) {
  const most = moves[0]?.value ?? 0;
  const list = h('ul', { class: 'board-head' }, ...moves.slice(0, MOVES).map(({ metric, value, newly }) => h('li', {},
    emblem(metric),
    h('span', { class: 'clip' }, h('a', { href: boardHref(metric) }, metric.name), newly && ' ', newly && h('span', { class: 'pill' }, 'newly ranked')),
    h('span', { class: 'num' }, amount(value, metric, true)),
    bar((100 * value) / most))));
  const more = moves.length > MOVES && h('p', { class: 'muted small' }, `and ${moves.length - MOVES} more`);
  return h('div', {}, h('h3', {}, title), moves.length ? list : h('p', { class: 'muted' }, 'None in this time.'), more);
}

/**
 * @param {Clan} clan
 * @param {Member} member
 * @param {Detail} detail
 */
function memberDetail(clan, member, detail) {
  return [
    ...verdictPanel(detail.verdicts[member.at]),
    growthPanel(member, detail),
    ...talkPanels(clan, member, detail.talk),
    h('div', { class: 'columns' }, placesPanel(clan, member, detail), deedsPanel(clan, member, detail), rosterPanel(clan, member, detail)),
  ];
}

/** Whether they still take part, what shows it, and what would change it; nothing where nobody was judged.
 * @param {Verdict | undefined} verdict
 */
function verdictPanel(verdict) {
  if (!verdict) return [];
  const [state, proof, flipsIf, exempt] = verdict;
  const [word, look] = VERDICTS[state];
  return [h('section', { class: 'panel', 'aria-labelledby': 'title-verdict' },
    h('h2', { id: 'title-verdict' }, 'Still taking part? ', h('span', { class: `pill ${look}` }, word)),
    h('p', {}, h('bdi', {}, proof), exempt !== null && ' ', exempt !== null && h('strong', {}, 'Exempt: ', h('bdi', {}, exempt), '.')),
    h('p', { class: 'small muted' }, 'What would change this: ', h('bdi', {}, flipsIf)))];
}

/**
 * @param {Member} member
 * @param {Detail} detail
 */
function growthPanel(member, detail) {
  const line = lineUntilSeen(member, points(detail.series[member.at] ?? []));
  const panel = h('section', { class: 'panel', 'aria-labelledby': 'title-growth' }, h('h2', { id: 'title-growth' }, 'Total XP over time'));
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || first === last) {
    panel.append(h('p', { class: 'muted' }, 'Too few looks to draw a line yet.'));
    return panel;
  }
  const summary = `From ${number(first[1])} on ${utcDay(first[0])} to ${number(last[1])} on ${utcDay(last[0])}.`;
  const box = h('div', { class: 'chart', role: 'img', 'aria-label': `Line of total XP. ${summary}` });
  const [series] = detail.chart.series;
  chartWhenSeen(box, { ...detail.chart, series: [{ ...series, data: line }] });
  panel.append(h('p', { class: 'muted' }, summary), box);
  return panel;
}

/** The line drawn on to the day of the last look: until then nothing more moved.
 * @param {Member} member
 * @param {[number, number][]} line
 * @returns {[number, number][]}
 */
function lineUntilSeen(member, line) {
  const last = line.at(-1);
  const day = Math.floor((member.updatedAt ?? 0) / DAY_MS) * DAY_MS;
  return last && day > last[0] ? [...line, [day, last[1]]] : line;
}

/**
 * @param {Clan} clan
 * @param {Member} member
 * @param {Detail} detail
 */
function placesPanel(clan, member, detail) {
  const places = clan.places(member, detail).slice(0, TOP_PLACES);
  const list = h('ul', { class: 'board-head' }, ...places.map(({ metric, place, of, value }) => h('li', {},
    emblem(metric),
    h('span', { class: 'clip' }, h('a', { href: boardHref(metric) }, metric.name), ' ', h('span', { class: 'muted' }, amount(value, metric, true))),
    h('span', { class: 'num', title: `of ${of}` }, `#${place}`))));
  return panelOf('Best places in the clan', places.length, list, 'Not ranked in anything yet.');
}

/**
 * @param {Clan} clan
 * @param {Member} member
 * @param {Detail} detail
 */
function deedsPanel(clan, member, detail) {
  const deeds = detail.achievements.filter(([at]) => at === member.at);
  const list = h('ul', { class: 'events' }, ...deeds.slice(0, DEEDS).map(([, title, , at]) => h('li', {},
    h('span', {}, title), h('span', { class: 'muted when' }, at === null ? 'date unknown' : clan.calendar.time(at, clan.calendar.day(at))))));
  const more = deeds.length > DEEDS && h('li', { class: 'muted' }, `and ${deeds.length - DEEDS} more`);
  if (more) list.append(more);
  return panelOf('Reached', deeds.length, list, 'No achievement known yet.');
}

/**
 * @param {Clan} clan
 * @param {Member} member
 * @param {Detail} detail
 */
function rosterPanel(clan, member, detail) {
  const lines = detail.roster.filter(([at]) => at === member.at);
  const list = h('ul', { class: 'events' }, ...lines.map(([, , text, at]) => h('li', {},
    h('span', {}, h('bdi', {}, text)), h('span', { class: 'muted when' }, clan.calendar.time(at, clan.calendar.day(at))))));
  return panelOf('In the roster log', lines.length, list, 'Nothing in the log.');
}

/**
 * @param {string} title
 * @param {number} count
 * @param {HTMLElement} list
 * @param {string} otherwise
 */
const panelOf = (title, count, list, otherwise) =>
  h('section', { class: 'panel' }, h('h2', {}, title), count ? list : h('p', { class: 'muted' }, otherwise));
