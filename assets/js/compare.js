/* Two members side by side: who they are, what they gained, and where the one is ahead of the other. */

const COMPARED = 14;

/** A field in which the other member is named; leaves for the comparison once it is somebody.
 * @param {Clan} clan
 * @param {Member} member
 */
function compareField(clan, member) {
  const others = clan.members.filter((other) => other !== member);
  const input = /** @type {HTMLInputElement} */ (h('input', { type: 'search', id: 'compare-with', list: 'compare-names', autocomplete: 'off', spellcheck: 'false', placeholder: 'Another name' }));
  const go = () => {
    const wanted = folded(input.value.trim());
    const other = others.find(({ name }) => folded(name) === wanted);
    if (other) location.hash = `#compare/${member.id}/${other.id}`;
    else if (wanted) say('Nobody in the clan is called that.');
  };
  input.addEventListener('change', go);
  const form = h('form', { class: 'field compare-field', role: 'search', 'aria-label': 'Compare' },
    h('label', { for: 'compare-with' }, 'Compare with'), input,
    h('datalist', { id: 'compare-names' }, ...others.map(({ name }) => h('option', { value: name }))));
  form.addEventListener('submit', (event) => event.preventDefault());
  const peer = nearest(member, others);
  if (peer) form.append(h('span', {}, 'or ', h('a', { href: `#compare/${member.id}/${peer.id}` }, h('bdi', {}, peer.name)), ', nearest in level'));
  return form;
}

/** Who of *others* has about as many levels as *member*; null where nobody's are known.
 * @param {Member} member
 * @param {Member[]} others
 */
function nearest(member, others) {
  const { totalLevel } = member;
  if (totalLevel === null) return null;
  const gap = (/** @type {Member} */ other) => (other.totalLevel === null ? Infinity : Math.abs(other.totalLevel - totalLevel));
  const [peer] = [...others].sort((one, other) => gap(one) - gap(other));
  return peer && gap(peer) < Infinity ? peer : null;
}

/**
 * @param {Clan} clan
 * @param {Member} one
 * @param {Member} other
 */
function comparePage(clan, one, other) {
  const gains = h('div', {});
  const [first] = clan.periods;
  const show = (/** @type {string} */ key) => {
    const period = clan.periods.find((candidate) => candidate.key === key);
    if (period) gains.replaceChildren(comparedGains(clan, period, one, other));
  };
  if (first) show(first.key);
  return [
    h('p', { class: 'crumb' }, h('a', { href: `#member/${one.id}` }, h('bdi', {}, one.name))),
    h('h1', { tabindex: '-1' }, h('bdi', {}, one.name), ' and ', h('bdi', {}, other.name)),
    h('section', { class: 'panel', 'aria-label': 'Who they are' }, factsTable(clan, one, other)),
    h('section', { class: 'panel', 'aria-labelledby': 'title-compared' },
      h('h2', { id: 'title-compared' }, 'Gained'),
      chooser('Period', clan.periods.map(({ key, label }) => ({ key, text: label })), first?.key ?? '', show), gains),
  ];
}

/**
 * @param {Clan} clan
 * @param {Member} one
 * @param {Member} other
 */
function factsTable(clan, one, other) {
  const { calendar } = clan;
  /** @type {[string, (member: Member) => Child][]} */
  const facts = [
    ['Rank', ({ role }) => roleName(role)],
    ['Account', ({ type }) => account(type)],
    ['In the clan', ({ tenureDays }) => duration(tenureDays)],
    ['Total level', ({ totalLevel }) => (totalLevel === null ? 'not known' : number(totalLevel))],
    ['Last gain', ({ lastChangedAt }) => (lastChangedAt === null ? 'not known' : calendar.time(lastChangedAt))],
    ['Last seen', ({ updatedAt }) => calendar.time(updatedAt)],
  ];
  return h('table', { class: 'ledger facts-table' },
    h('thead', {}, h('tr', {}, h('td', {}), ...[one, other].map((member) => h('th', { scope: 'col' }, personLink(member))))),
    h('tbody', {}, ...facts.map(([word, of]) => h('tr', {}, h('th', { scope: 'row' }, word), h('td', {}, of(one)), h('td', {}, of(other))))));
}

/** What both gained, the largest share of the two first; hours and experience, then skills, bosses and activities.
 * @param {Clan} clan
 * @param {Period} period
 * @param {Member} one
 * @param {Member} other
 */
function comparedGains(clan, period, one, other) {
  const silent = [one, other].filter((member) => clan.silence(member, period));
  if (silent.length) {
    return h('p', { class: 'muted' }, ...silent.flatMap((member) => [h('bdi', {}, member.name), `: ${clan.silence(member, period)} in this time. `]), 'So they cannot be compared.');
  }
  const sides = [one, other].map((member) => new Map(clan.moves(member, period).map(({ metric, value }) => [metric, value])));
  const whole = ['overall', 'ehp', 'ehb'].map((key) => clan.metric(key)).filter((metric) => metric !== null);
  const share = (/** @type {Metric} */ metric) => Math.max(...sides.map((side) => side.get(metric) ?? 0));
  const parts = [...new Set(sides.flatMap((side) => [...side.keys()]))].filter((metric) => !whole.includes(metric));
  const ranked = ['skill', 'boss', 'activity'].flatMap((kind) => parts.filter((metric) => metric.kind === kind)
    .sort((first, second) => share(second) - share(first)).slice(0, COMPARED));
  return h('table', { class: 'ledger compared' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col', class: 'num' }, h('bdi', {}, one.name)), h('th', { scope: 'col', class: 'middle' }, 'In'),
      h('th', { scope: 'col' }, h('bdi', {}, other.name)))),
    h('tbody', {}, ...[...whole, ...ranked].map((metric) => comparedRow(metric, sides.map((side) => side.get(metric) ?? 0)))));
}

/** A row with two bars that lean against its middle.
 * @param {Metric} metric
 * @param {number[]} values
 */
function comparedRow(metric, [left = 0, right = 0]) {
  const most = Math.max(left, right, 1);
  const side = (/** @type {number} */ value, /** @type {boolean} */ mirrored) => svg('svg', { class: 'versus', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { class: value === most ? 'bar-fill' : 'bar-less', x: mirrored ? 100 - (100 * value) / most : 0, width: (100 * value) / most, height: 6 }));
  const word = metric.key === 'overall' ? 'XP' : metric.name;
  return h('tr', {},
    h('td', { class: 'num' }, h('span', { class: left >= right ? 'ahead-of' : 'muted' }, amount(left, metric, true)), side(left, true)),
    h('th', { scope: 'row', class: 'middle' }, h('a', { href: boardHref(metric) }, emblem(metric), h('span', {}, word))),
    h('td', {}, h('span', { class: right >= left ? 'ahead-of' : 'muted' }, amount(right, metric, true)), side(right, false)));
}
