/* Where a member stands: their best places in the clan, every skill with its level, every boss with its kills. */

const TOP_PLACES = 5;

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

/** All that a member is ranked in, kind by kind, folded away until somebody asks.
 * @param {Clan} clan
 * @param {Member} member
 * @param {Detail} detail
 */
function valuesPanel(clan, member, detail) {
  const held = (/** @type {Kind} */ kind) => [...clan.metrics.values()].filter((metric) => metric.kind === kind && metric.key !== 'overall')
    .map((metric) => ({ metric, value: scoreOf(detail.standings[metric.key] ?? [], member.at) })).filter(({ value }) => value !== null);
  const skills = held('skill').map(({ metric, value }) => ({ metric, text: String(levelOf(value ?? 0)), title: `${number(value ?? 0)} XP` }));
  const others = (/** @type {Kind} */ kind) => held(kind).sort((one, other) => (other.value ?? 0) - (one.value ?? 0))
    .map(({ metric, value }) => ({ metric, text: number(value ?? 0), title: UNITS[kind] ?? '' }));
  return h('section', { class: 'panel', 'aria-label': 'Skills, bosses and activities now' },
    valuesList('Skills', skills, true), valuesList('Bosses', others('boss'), false), valuesList('Activities', others('activity'), false));
}

/**
 * @param {string} title
 * @param {{metric: Metric, text: string, title: string}[]} values
 * @param {boolean} open
 */
function valuesList(title, values, open) {
  return h('details', { open: open && values.length > 0 }, h('summary', {}, h('h2', {}, title), ' ', h('span', { class: 'muted' }, values.length || 'not ranked')),
    h('ul', { class: 'values' }, ...values.map(({ metric, text, title: hint }) => h('li', { title: hint },
      h('a', { href: boardHref(metric) }, emblem(metric), h('span', { class: 'clip' }, metric.name)), h('span', { class: 'num' }, text)))));
}
