/* Time series, drawn by ECharts from options that name colour tokens; drawn again when the theme changes. */

/** @type {Set<{box: HTMLElement, option: ChartOption, chart: Chart}>} */
const drawn = new Set();

/** Draws *option* in *box* once it comes into view.
 * @param {HTMLElement} box
 * @param {ChartOption} option
 */
function chartWhenSeen(box, option) {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    late('echarts').then(() => draw(box, option), (error) => box.replaceChildren(h('p', { class: 'muted' }, error.message)));
  }, { rootMargin: '120px' });
  watcher.observe(box);
}

/**
 * @param {HTMLElement} box
 * @param {ChartOption} option
 */
function draw(box, option) {
  if (!box.isConnected) return;
  const chart = window.echarts.init(box, null, { renderer: 'svg' });
  chart.setOption(painted(option));
  drawn.add({ box, option, chart });
  box.classList.add('is-drawn');
}

/** Charts of a page that is gone give their memory back. */
function forgetCharts() {
  for (const entry of drawn) {
    if (!entry.box.isConnected) {
      entry.chart.dispose();
      drawn.delete(entry);
    }
  }
}

function repaintCharts() {
  for (const { chart, option } of drawn) chart.setOption(painted(option));
}

/** *option* with tokens turned into what they stand for now, and without motion for those who asked for none.
 * @param {ChartOption} option
 */
function painted(option) {
  const probe = h('span', { hidden: true });
  document.body.append(probe);
  const filled = /** @type {object} */ (filledIn(option, (token) => meaning(token, probe)));
  probe.remove();
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return { ...filled, animation: !still, animationDuration: 400 };
}

/** What *token* is now: fonts as they stand, colours as the theme resolves them on an element.
 * @param {string} token
 * @param {HTMLElement} probe
 */
function meaning(token, probe) {
  if (token.startsWith('--font')) return getComputedStyle(probe).getPropertyValue(token).trim();
  probe.style.color = `var(${token})`;
  return getComputedStyle(probe).color;
}

/**
 * @param {Json} part
 * @param {(token: string) => string} fill
 * @returns {unknown}
 */
function filledIn(part, fill) {
  if (typeof part === 'string') return part.startsWith('--') ? fill(part) : part;
  if (Array.isArray(part)) return part.map((each) => filledIn(each, fill));
  if (part === null || typeof part !== 'object') return part;
  const whole = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, filledIn(value, fill)]));
  if (whole.format === 'compact') whole.formatter = compact;
  if (whole.format === 'until') whole.formatter = (/** @type {string} */ days) => days.slice(days.indexOf('–') + 1).trim();
  if (whole.trigger === 'axis') whole.formatter = (/** @type {Hover[]} */ points) => told(points, String(whole.unit));
  return whole;
}

/** @typedef {{name: string, seriesName: string, value: number | [at: number, value: number]}} Hover */

/** What a hover says: the day or days, and each series' amount.
 * @param {Hover[]} points
 * @param {string} unit
 */
function told(points, unit) {
  const [first] = points;
  if (!first) return '';
  const day = Array.isArray(first.value) ? utcDay(first.value[0]) : first.name;
  return [day, ...points.map((point) => `${point.seriesName}: ${number(Array.isArray(point.value) ? point.value[1] : point.value)}${unit}`)].join('\n');
}

/** Charts take the width of their boxes; a box on a hidden page has none. */
function fitCharts() {
  for (const { box, chart } of drawn) if (box.clientWidth) chart.resize();
}

addEventListener('resize', fitCharts);
