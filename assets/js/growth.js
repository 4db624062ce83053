/* What nights cost and whether it grows, a column a night; and what is to be seen to before it goes wrong. */

const GROWTH_NIGHTS = 60;
const FEWEST_COLUMNS = 14;

/** A `held` one grows or shrinks from night to night, the others begin anew with each.
 * @typedef {{title: string, of: (run: Run) => number | null | undefined, say: (value: number) => string, held: boolean, hint: string}} Gauge */

const GAUGES = /** @type {Gauge[]} */ ([
  { title: 'Database', of: (run) => run.database_bytes, say: bytes, held: true, hint: 'All that is remembered of the clan.' },
  { title: 'Disk left', of: (run) => run.free_bytes, say: bytes, held: true, hint: 'On the disk that nights are written to.' },
  { title: 'Requests', of: (run) => run.requests, say: number, held: false, hint: 'To Wise Old Man and Discord, in one night.' },
  { title: 'Time', of: (run) => run.seconds, say: clockTime, held: false, hint: 'From the beginning of the night to its end.' },
]);

/** What is to be seen to soon; nothing if there is nothing.
 * @param {Run[]} runs newest first
 * @returns {HTMLElement[]}
 */
function concernPanels(runs) {
  const concerns = runs[0]?.warnings ?? [];
  if (!concerns.length) return [];
  return [h('section', { class: 'panel advice', 'aria-labelledby': 'title-concerns' },
    h('h2', { id: 'title-concerns' }, 'See to this before it goes wrong'),
    h('ul', { class: 'concerns' }, ...concerns.map(({ severity, said, remedy }) => h('li', {},
      h('p', {}, severity === 'high' && h('span', { class: 'pill pill-warn' }, 'soon'), severity === 'high' && ' ', h('strong', {}, said)),
      h('p', { class: 'muted' }, remedy)))))];
}

/** Sizes, requests and time of the last nights.
 * @param {Run[]} runs newest first
 * @returns {HTMLElement[]}
 */
function growthPanels(runs) {
  const nights = nightsOf(runs);
  const last = nights[nights.length - 1];
  if (!last) return [];
  return [h('section', { class: 'panel', 'aria-labelledby': 'title-growth' },
    h('h2', { id: 'title-growth' }, 'Is it growing too fast?'),
    h('p', { class: 'answer' }, growthAnswer(runs, nights, last)),
    h('div', { class: 'gauges' }, ...GAUGES.map((gauge) => gaugeOf(gauge, nights))),
    nights.length > 1 && h('details', { class: 'small' }, h('summary', {}, 'The same as a table'), growthTable(nights)))];
}

/** The last run of each night that wrote down what it cost, oldest first.
 * @param {Run[]} runs newest first
 */
function nightsOf(runs) {
  /** @type {Map<string, Run>} */
  const byNight = new Map();
  for (const run of runs) {
    if (typeof run.database_bytes === 'number' && !byNight.has(run.night)) byNight.set(run.night, run);
  }
  const newest = Date.parse(runs[0]?.night ?? '');
  return [...byNight.values()].filter(({ night }) => newest - Date.parse(night) < GROWTH_NIGHTS * DAY_MS).reverse();
}

/** Too fast is what foresight warns of.
 * @param {Run[]} runs
 * @param {Run[]} nights
 * @param {Run} last
 */
function growthAnswer(runs, nights, last) {
  const grows = (runs[0]?.warnings ?? []).some(({ kind }) => kind !== 'nights' && kind !== 'backups');
  if (grows) return 'It may be: see above.';
  const left = typeof last.free_bytes === 'number' ? ` ${bytes(last.free_bytes)} of the disk are left.` : '';
  if (nights.length < 5) return `Nothing speaks for it so far; after five nights there is a pace to tell it by.${left}`;
  return `No, nothing needs to be done.${left}`;
}

/**
 * @param {Gauge} gauge
 * @param {Run[]} nights
 */
function gaugeOf(gauge, nights) {
  const { title, of, say, hint } = gauge;
  const told = /** @type {[Run, number][]} */ (nights.map((run) => [run, of(run)]).filter(([, value]) => typeof value === 'number'));
  const [first, last] = [told[0], told[told.length - 1]];
  if (!first || !last) return h('div', { class: 'gauge' }, h('h3', {}, title), h('p', { class: 'muted small' }, 'Not known.'));
  const said = told.length > 1 ? courseOf(gauge, told, first) : hint;
  return h('div', { class: 'gauge' },
    h('h3', { title: hint }, title), h('p', { class: 'big' }, say(last[1])),
    told.length > 1 && nightColumns(told, say, `${title}, night by night: ${say(last[1])}. ${said}`),
    h('p', { class: 'muted small' }, said));
}

/** What a size was at first; what is usual of the others, and the most that there was.
 * @param {Gauge} gauge
 * @param {[Run, number][]} told
 * @param {[Run, number]} first
 */
function courseOf({ held, say }, told, first) {
  if (held) return `${say(first[1])} on ${shortDay(first[0].night)}.`;
  const sorted = told.map(([, value]) => value).sort((a, b) => a - b);
  return `Mostly ${say(sorted[Math.floor(sorted.length / 2)] ?? 0)}, at most ${say(sorted[sorted.length - 1] ?? 0)}.`;
}

/** A column a night, the last one gold; a night without a run leaves a gap.
 * @param {[Run, number][]} told
 * @param {(value: number) => string} say
 * @param {string} label
 */
function nightColumns(told, say, label) {
  const at = told.map(([{ night }]) => Math.round(Date.parse(night) / DAY_MS));
  const end = Math.max(...at) + 1;
  const columns = Math.max(FEWEST_COLUMNS, end - Math.min(...at));
  const most = Math.max(1, ...told.map(([, value]) => value));
  const bars = told.map(([{ night }, value], which) => {
    const height = Math.max(1, Math.round((40 * value) / most));
    const place = { class: which === told.length - 1 ? 'last' : null, x: 4 * ((at[which] ?? 0) - end + columns), y: 40 - height, width: 3, height };
    return svg('rect', place, svg('title', {}, `${utcDay(Date.parse(night))}: ${say(value)}`));
  });
  return svg('svg', { class: 'nights-chart', viewBox: `0 0 ${4 * columns - 1} 41`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('rect', { class: 'bar-ground', y: 40, width: 4 * columns - 1, height: 1 }), ...bars);
}

/** @param {Run[]} nights */
function growthTable(nights) {
  const heads = [...GAUGES.map(({ title }) => title), 'Raw answers', 'Backups'];
  const say = (/** @type {number | null | undefined} */ value, /** @type {(value: number) => string} */ words) =>
    h('td', { class: 'num' }, typeof value === 'number' ? words(value) : '–');
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'title-growth' }, h('table', { class: 'ledger by-night' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Night'), ...heads.map((text) => h('th', { scope: 'col', class: 'num' }, text)))),
    h('tbody', {}, ...[...nights].reverse().map((run) => h('tr', {}, h('th', { scope: 'row' }, utcDay(Date.parse(run.night))),
      ...GAUGES.map((gauge) => say(gauge.of(run), gauge.say)), say(run.landing_bytes, bytes), say(run.backup_bytes, bytes))))));
}

/** Bytes as people say them, as in pipeline/domain/foresight.py.
 * @param {number} count
 */
function bytes(count) {
  const [unit, name] = count >= 1e9 ? [1e9, 'GB'] : [1e6, 'MB'];
  return `${count >= 10 * unit ? number(Math.round(count / unit)) : (count / unit).toFixed(1)} ${name}`;
}

/** @param {number} seconds */
function clockTime(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** @param {string} night */
const shortDay = (night) => utcDay(Date.parse(night)).slice(0, -5);
