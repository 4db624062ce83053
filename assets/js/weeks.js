/* The roll of every week, undone from its arrangement. */

/** @typedef {{players: number[], name: string, alts: string[], type: string, status: string, joinedAt: number, joinSource: string,
 *   rank: string, place: number, state: Verdict[0] | null, seenAt: number | null, gainedAt: number | null, spokeAt: number | null,
 *   lately: boolean, xp: number | null, ehp: number | null, ehb: number | null, boss: string | null, kills: number | null,
 *   messages: number | null}} PastRow */

/** Everybody who was in the clan at the end of a week, in order of rank.
 * @param {Weeks} told
 * @param {Week} week
 * @returns {PastRow[]}
 */
function rollOf(told, week) {
  const columns = new Map(told.rowFields.map((field, at) => [field, week.rows[at] ?? []]));
  let who = 0;
  return (columns.get('who') ?? []).map((step, row) => {
    who += step ?? 0;
    const value = (/** @type {string} */ field) => columns.get(field)?.[row] ?? null;
    return pastRow(told, week, who, value);
  });
}

/**
 * @param {Weeks} told
 * @param {Week} week
 * @param {number} who
 * @param {(field: string) => number | null} value
 * @returns {PastRow}
 */
function pastRow(told, week, who, value) {
  const [, players = [], name = '', alts = [], type = '', status = '', joinedAt = 0, joinSource = ''] = told.people[who] ?? [];
  const [rank = '', place = 0] = told.ranks[value('rank') ?? -1] ?? [];
  const seen = value('seen');
  const instant = (/** @type {number | null} */ days) => (days === null ? null : week.until - days * DAY_MS);
  const later = (/** @type {number | null} */ days) => (days === null ? null : days + (seen ?? 0));
  return {
    players, name, alts, type, status, joinedAt, joinSource, rank, place,
    state: told.states[value('state') ?? -1] ?? null,
    seenAt: instant(seen), gainedAt: instant(later(value('gained'))), spokeAt: instant(later(value('spoke'))), lately: value('lately') === 1,
    xp: value('xp'), ehp: value('ehp'), ehb: value('ehb'),
    boss: told.bosses[value('boss') ?? -1] ?? null, kills: value('kills'), messages: value('messages'),
  };
}

/** The last day of a week, as addresses name it.
 * @param {Week} week
 */
const lastDay = (week) => new Date(week.until - DAY_MS).toISOString().slice(0, 10);

/** `14–20 Nov 2026`: whole UTC days.
 * @param {Week} week
 */
function weekDays({ since, until }) {
  const [first, last] = [new Date(since), new Date(until - DAY_MS)];
  const month = (/** @type {Date} */ day) => MONTHS[day.getUTCMonth()];
  const begins = month(first) === month(last) ? `${first.getUTCDate()}–` : `${first.getUTCDate()} ${month(first)} – `;
  return `${begins}${last.getUTCDate()} ${month(last)} ${last.getUTCFullYear()}`;
}
