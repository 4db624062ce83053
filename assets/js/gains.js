/* What a member gained: in numbers by period, and in which skills, bosses and activities. */

const MOVES = 8;

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
