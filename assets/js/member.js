/* A member's story: who they are, what they gained, what they moved, where they stand. */

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
  const verdict = h('section', { class: 'panel story-verdict', 'aria-labelledby': 'title-verdict' }, h('h2', { id: 'title-verdict' }, 'Still taking part?'));
  late('detail').then(() => {
    tellVerdict(verdict, window.CLAN_DETAIL.verdicts[member.at]);
    rest.replaceChildren(...memberDetail(clan, member, window.CLAN_DETAIL));
  }, (error) => {
    verdict.remove();
    rest.replaceChildren(h('p', { class: 'muted' }, error.message));
  });
  return [
    h('div', { class: 'story-top' }, h('p', { class: 'crumb' }, h('a', { href: '#members' }, 'All members')), clan.members.length > 1 && compareField(clan, member)),
    memberHead(clan, member),
    h('div', { class: 'story-main' }, h('div', {}, gainsPanel(clan, member), verdict), movesPanel(clan, member)),
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
    altsLine(clan, member),
    h('dl', { class: 'facts' }, ...facts.map(([word, value]) => h('div', {}, h('dt', {}, word), h('dd', {}, value)))));
}

/** The other accounts of the same person.
 * @param {Clan} clan
 * @param {Member} member
 */
function altsLine(clan, member) {
  const alts = clan.alts(member);
  return alts.length > 0 && h('p', { class: 'muted' }, 'Also plays ', ...alts.flatMap((alt, at) => [at > 0 && ', ', personLink(alt)]));
}

/**
 * @param {Clan} clan
 * @param {Member} member
 * @param {Detail} detail
 */
function memberDetail(clan, member, detail) {
  return [
    growthPanel(member, detail),
    ...talkPanels(clan, member, detail.talk),
    h('div', { class: 'columns' }, placesPanel(clan, member, detail), comingPanel(clan, member, detail), deedsPanel(clan, member, detail), rosterPanel(clan, member, detail)),
    valuesPanel(clan, member, detail),
  ];
}

/** Whether they still take part, what shows it, and what would change it; no *panel* where nobody was judged.
 * @param {HTMLElement} panel
 * @param {Verdict | undefined} verdict
 */
function tellVerdict(panel, verdict) {
  if (!verdict) {
    panel.remove();
    return;
  }
  const [state, proof, flipsIf, exempt] = verdict;
  const [word, look] = VERDICTS[state];
  panel.querySelector('h2')?.append(' ', h('span', { class: `pill ${look}` }, word));
  panel.append(
    h('p', {}, h('bdi', {}, proof), exempt !== null && ' ', exempt !== null && h('strong', {}, 'Exempt: ', h('bdi', {}, exempt), '.')),
    h('p', { class: 'small muted' }, 'What would change this: ', h('bdi', {}, flipsIf)));
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

/** Milestones ahead, with the stretch of time in which each is likely.
 * @param {Clan} clan
 * @param {Member} member
 * @param {Detail} detail
 */
function comingPanel(clan, member, detail) {
  const coming = detail.upcoming.filter(([at]) => at === member.at).slice(0, DEEDS);
  const list = h('ul', { class: 'events' }, ...coming.map(([, title, , low, mid, high]) => h('li', {},
    h('span', {}, title, h('span', { class: 'under' }, `likely from ${clan.calendar.day(low)}${high === null ? ' on' : ` to ${clan.calendar.day(high)}`}`)),
    h('span', { class: 'muted when' }, clan.calendar.time(mid, clan.calendar.day(mid))))));
  return panelOf('Coming next', coming.length, list, 'No milestone in sight.');
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
