/* The night, put in order; `night.d.ts` says how it comes. */

/** @typedef {{key: string, name: string, kind: Kind, emblem: string}} Metric */
/** @typedef {{id: number, name: string, role: string, type: string, build: string, status: string, joinedAt: number,
 *   joinSource: string, tenureDays: number, lastChangedAt: number | null, updatedAt: number | null,
 *   totalLevel: number | null, person: number, at: number}} Member */
/** @typedef {{place: number, member: Member, value: number}} Row */
/** @typedef {{metric: Metric, value: number, newly: boolean}} Move */

class Clan {
  /** @param {Night} night */
  constructor(night) {
    this.name = night.clan;
    this.asOf = night.asOf;
    this.calendar = new Calendar(night.timeZone, night.asOf);
    /** @type {Map<string, Metric>} */
    this.metrics = new Map(night.metrics.map(([key, name, kind, emblem]) => [key, { key, name, kind, emblem }]));
    this.members = night.members.map((values, at) => /** @type {Member} */ ({
      ...Object.fromEntries(night.memberFields.map((field, place) => [field, values[place]])), at,
    }));
    this.periods = night.periods;
    /** Discord's half of the night; null where no Discord is set up. */
    this.talk = night.talk ?? null;
    /** @type {Map<number, Member>} */
    this.byId = new Map(this.members.map((member) => [member.id, member]));
  }

  /** @param {string} key */
  metric(key) {
    return this.metrics.get(key) ?? null;
  }

  /** The other accounts of *member* in the clan.
   * @param {Member} member
   */
  alts(member) {
    return this.members.filter((other) => other.person === member.person && other !== member);
  }

  /** A flat board as rows; equal values share a place.
   * @param {number[] | undefined} flat
   * @returns {Row[]}
   */
  rows(flat = []) {
    /** @type {Row[]} */
    const rows = [];
    for (const [at, value] of scores(flat)) {
      const before = rows.at(-1);
      const place = before?.value === value ? before.place : rows.length + 1;
      const member = this.members[at];
      if (member) rows.push({ place, member, value });
    }
    return rows;
  }

  /** Why nothing can be said of *member* in *period*: a gain lies between two looks. Null when there were two.
   * @param {Member} member
   * @param {Period} period
   * @returns {string | null}
   */
  silence(member, period) {
    const look = period.looks[member.at];
    if (!look) return 'not seen';
    return look[0] === look[1] ? 'one look' : null;
  }

  /** What *member* gained in *period*, most first.
   * @param {Member} member
   * @param {Period} period
   * @returns {Move[]}
   */
  moves(member, period) {
    const moves = [];
    for (const [key, flat] of Object.entries(period.boards)) {
      const value = scoreOf(flat, member.at);
      const metric = this.metric(key);
      if (value !== null && metric) moves.push({ metric, value, newly: (period.newly[key] ?? []).includes(member.at) });
    }
    return moves.sort((one, other) => other.value - one.value);
  }

  /** Where *member* stands in the clan, best places first; needs the detail.
   * @param {Member} member
   * @param {Detail} detail
   * @returns {{metric: Metric, place: number, of: number, value: number}[]}
   */
  places(member, detail) {
    const places = [];
    for (const [key, flat] of Object.entries(detail.standings)) {
      const metric = this.metric(key);
      const row = metric && this.rows(flat).find((candidate) => candidate.member === member);
      if (metric && row) places.push({ metric, place: row.place, of: flat.length / 2, value: row.value });
    }
    return places.sort((one, other) => one.place - other.place || other.of - one.of);
  }
}

/** Members and values of a board, best first: the values come as the best one and the falls from one to the next.
 * @param {number[]} flat
 */
function* scores(flat) {
  const count = flat.length / 2;
  let value = 0;
  for (let at = 0; at < count; at += 1) {
    const step = flat[count + at] ?? 0;
    value = at ? value - step : step;
    yield /** @type {[member: number, value: number]} */ ([flat[at], value]);
  }
}

/** A flat list, two by two.
 * @param {number[]} flat
 */
function* pairs(flat) {
  for (let at = 0; at < flat.length; at += 2) yield /** @type {[number, number]} */ ([flat[at], flat[at + 1]]);
}

/**
 * @param {number[]} flat
 * @param {number} at
 */
function scoreOf(flat, at) {
  for (const [member, value] of scores(flat)) if (member === at) return value;
  return null;
}

/** Days and values of a member's line, undone from their differences.
 * @param {number[]} steps
 * @returns {[number, number][]}
 */
function points(steps) {
  const line = /** @type {[number, number][]} */ ([]);
  let day = 0;
  let value = 0;
  for (const [days, more] of pairs(steps)) {
    day += days;
    value += more;
    line.push([day * DAY_MS, value]);
  }
  return line;
}
