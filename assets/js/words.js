/* Numbers and dates as people read them: the same words as pipeline/outputs/dashboard/filters.py. */

const MINUS = '−';
const HOUR = 100000;
const DAY_MS = 86400000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FULL = 10000;
const STEPS = /** @type {[number, string][]} */ ([[1e9, 'B'], [1e6, 'M'], [1e3, 'K']]);
const ACCOUNTS = /** @type {Record<string, string>} */ ({
  regular: 'Main', ironman: 'Ironman', hardcore: 'Hardcore', ultimate: 'Ultimate', unknown: 'Unknown',
});
const UNITS = /** @type {Record<Kind, string>} */ ({ skill: 'XP', boss: 'Kills', activity: 'Score', computed: 'Hours' });
const grouped = new Intl.NumberFormat('en-GB');

/** @param {number} value */
const number = (value) => grouped.format(value).replace('-', MINUS);

/** Cut off, never rounded up to a milestone not yet reached; below ten thousand written out.
 * @param {number} value
 */
function compact(value) {
  const size = Math.abs(value);
  for (const [step, letter] of STEPS) {
    if (size >= Math.max(step, FULL)) {
      const whole = Math.floor(size / step);
      const places = whole < 10 ? 2 : whole < 100 ? 1 : 0;
      const cut = Math.floor((size * 10 ** places) / step) / 10 ** places;
      return `${value < 0 ? MINUS : ''}${cut.toFixed(places)}${letter}`;
    }
  }
  return number(value);
}

/** @param {number} value in a hundred thousandth of an hour */
function hours(value) {
  if (!value) return '0';
  const tenths = Math.floor((Math.abs(value) * 10 + HOUR / 2) / HOUR);
  return `${value < 0 && tenths ? MINUS : ''}${number(Math.floor(tenths / 10))}.${tenths % 10}`;
}

/**
 * @param {number} value in the metric's stored unit
 * @param {Metric} metric
 * @param {boolean} [short]
 */
function amount(value, metric, short = false) {
  if (metric.kind === 'computed') return hours(value);
  return short ? compact(value) : number(value);
}

/**
 * @param {number} count
 * @param {string} one
 */
const plural = (count, one) => `${number(count)} ${count === 1 ? one : `${one}s`}`;

/** 1 person, 2 people.
 * @param {number} count
 */
const people = (count) => `${number(count)} ${count === 1 ? 'person' : 'people'}`;

/** `deputy_owner` → Deputy Owner.
 * @param {string} role
 */
const roleName = (role) =>
  role.replace(/[\s_]+/g, ' ').trim().toLowerCase().replace(/(^|[^\p{L}])(\p{L})/gu, (_, gap, letter) => gap + letter.toUpperCase()) || 'No Rank';

/** @param {string} type */
const account = (type) => ACCOUNTS[type] || roleName(type);

/** @param {number} days */
function duration(days) {
  if (days < 60) return plural(Math.max(days, 0), 'day');
  const months = Math.floor(days / 30.44);
  if (months < 12) return plural(months, 'month');
  const years = Math.floor(months / 12);
  return plural(years, 'year') + (months % 12 ? ` ${plural(months % 12, 'month')}` : '');
}

/** The UTC day of *at*: windows are whole UTC days, whatever the clan's zone.
 * @param {number} at
 */
function utcDay(at) {
  const day = new Date(at);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}

/** Dates in the clan's zone, seen from the night of the page. */
class Calendar {
  /**
   * @param {string} zone
   * @param {string} asOf
   */
  constructor(zone, asOf) {
    this.parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    });
    this.today = this.dayNumber(Date.parse(asOf));
    this.year = String(this.fields(Date.parse(asOf)).year);
  }

  /** @param {number} at */
  fields(at) {
    return Object.fromEntries(this.parts.formatToParts(at).map((part) => [part.type, part.value]));
  }

  /** @param {number} at */
  dayNumber(at) {
    const { year, month, day } = this.fields(at);
    return Date.UTC(Number(year), Number(month) - 1, Number(day)) / DAY_MS;
  }

  /** @param {number | null} at */
  day(at) {
    if (at === null) return '–';
    const { year, month, day } = this.fields(at);
    return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
  }

  /** @param {number} at */
  moment(at) {
    const { hour, minute } = this.fields(at);
    return `${this.day(at)}, ${hour}:${minute}`;
  }

  /** @param {number | null} at */
  ago(at) {
    if (at === null) return 'never';
    const days = this.today - this.dayNumber(at);
    if (days < 2) return days === 1 ? 'yesterday' : 'today';
    if (days < 31) return `${days} d ago`;
    const day = this.day(at);
    return day.endsWith(this.year) ? day.slice(0, -5) : day;
  }

  /** @param {number | null} at */
  time(at, text = this.ago(at)) {
    return at === null ? text : h('time', { datetime: new Date(at).toISOString(), title: this.moment(at) }, text);
  }
}
