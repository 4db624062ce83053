/* Emblems: the page carries one symbol for every metric. */

/**
 * @param {Metric} metric
 * @param {string} [size] `medium` or `large`
 */
function emblem(metric, size = '') {
  return svg('svg', { class: size ? `emblem emblem-${size}` : 'emblem', 'aria-hidden': 'true', focusable: 'false' },
    svg('use', { href: `#${metric.emblem}` }));
}

/** @param {Metric} metric */
const boardHref = (metric) => `#${metric.kind === 'computed' ? 'activity' : metric.kind}/${encodeURIComponent(metric.key)}`;

/** @param {Member} member */
const personLink = (member) => h('a', { class: 'person', href: `#member/${member.id}` }, h('bdi', {}, member.name));
