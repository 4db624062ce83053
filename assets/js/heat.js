/* When people write: the map that a reader chooses. Says the same as pipeline/outputs/dashboard/heat.py. */

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const LEVELS = 5;
const STRETCH = 3;
const FEW = 100;
const HOUR_MS = 3600000;

/** @param {Clan} clan */
function chooseHeat(clan) {
  const place = byId('heat-controls');
  if (!clan.talk || !place) return;
  const { talk } = clan;
  const own = ownClock(clan.asOf);
  const chosen = { source: 'discord', key: talk.shown, zone: 'clan' };
  const show = (/** @type {Partial<typeof chosen>} */ change) => {
    Object.assign(chosen, change);
    const period = talk.heat.find((candidate) => candidate.key === chosen.key);
    if (period) showHeat(period, chosen.source === 'chat' ? 'chat' : 'discord', clockOf(chosen.zone, talk, own), talk.unheard);
  };
  place.append(
    chooser('Where', [{ key: 'discord', text: 'Discord' }, { key: 'chat', text: 'Clan chat' }], chosen.source, (source) => show({ source })),
    chooser('Period', talk.heat.map(({ key, label }) => ({ key, text: label })), chosen.key, (key) => show({ key })),
    chooser('Whose hours', zoneChoices(talk, own), chosen.zone, (zone) => show({ zone })));
}

/** A zone is offered once, by the first of its names.
 * @param {{zone: string, zoneWords: string}} talk
 * @param {Clock} own
 */
function zoneChoices(talk, own) {
  const choices = [{ key: 'clan', text: `Clan: ${talk.zoneWords}` }];
  if (talk.zone !== 'UTC') choices.push({ key: 'utc', text: 'UTC' });
  if (own.zone !== talk.zone && own.zone !== 'UTC') choices.push({ key: 'own', text: `Yours: ${own.words}` });
  return choices;
}

/** @typedef {{zone: string, words: string, about: string, shift: number | null}} Clock how hours are read; a `shift` of UTC in whole hours, or null for the clan's own map */

/** The reader's clock. Only today's offset is known for sure, so one offset holds for all days.
 * @param {string} asOf
 * @returns {Clock}
 */
function ownClock(asOf) {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  const minutes = -new Date(asOf).getTimezoneOffset();
  const shift = Math.floor(minutes / 60);
  const half = minutes % 60 ? ' Your clock is not a whole hour from UTC: hours are rounded down.' : '';
  const about = `Hours of your own clock, ${zone}, ${shift < 0 ? MINUS : '+'}${Math.abs(shift)} h from UTC as it is today; a change of summer time in these days is left out.${half}`;
  return { zone, words: zoneWords(zone), about, shift };
}

/**
 * @param {string} zone `clan`, `utc` or `own`
 * @param {{zone: string, zoneWords: string}} talk
 * @param {Clock} own
 * @returns {Clock}
 */
function clockOf(zone, talk, own) {
  if (zone === 'own') return own;
  if (zone === 'utc') return { zone: 'UTC', words: 'UTC', about: 'Hours of UTC.', shift: 0 };
  return { zone: talk.zone, words: talk.zoneWords, about: `Hours of the clan's zone, ${talk.zone}.`, shift: null };
}

/**
 * @param {HeatPeriod} period
 * @param {'discord' | 'chat'} source
 * @param {Clock} clock
 * @param {string | null} unheard since when clan chat is not known
 */
function showHeat(period, source, clock, unheard) {
  const maps = period[source];
  const cells = clock.shift === null ? maps.clan : shifted(maps.utc, clock.shift);
  const most = Math.max(...cells);
  const partly = source === 'chat' && !period.chatHeard;
  must('heat').querySelectorAll('tbody td').forEach((cell, place) => paint(/** @type {HTMLElement} */ (cell), partly && !most ? null : cells[place] ?? null, most, place));
  const told = heatSaid(cells, source === 'chat' ? 'clan chat line' : 'message', period.label, clock.words);
  must('heat-said').textContent = partly ? [most ? told : '', unheard].join(' ').trim() : told;
  const about = `${clock.about} ${period.days}, whole UTC days.`;
  for (const id of ['heat-about', 'heat-caption']) must(id).textContent = about;
}

/**
 * @param {HTMLElement} cell
 * @param {number | null} count null: nobody knows
 * @param {number} most
 * @param {number} place
 */
function paint(cell, count, most, place) {
  const hour = place % 24;
  const text = count === null ? '–' : number(count);
  cell.textContent = text;
  cell.className = `heat-${most ? Math.ceil((LEVELS * (count ?? 0)) / most) : 0}`;
  cell.title = `${WEEKDAYS[Math.floor(place / 24)]} ${clockHour(hour)}–${clockHour((hour + 1) % 24)}: ${text}`;
}

/** *cells* as a clock shows them that is *hours* ahead.
 * @param {number[]} cells
 * @param {number} hours
 */
const shifted = (cells, hours) => [...cells.slice(-hours), ...cells.slice(0, -hours)];

/**
 * @param {number[]} cells
 * @param {string} noun
 * @param {string} days
 * @param {string} zone
 */
function heatSaid(cells, noun, days, zone) {
  const everything = sum(cells);
  const counted = plural(everything, noun);
  if (!everything) return `Not one ${noun} in ${days}.`;
  if (everything < FEW) return `Only ${counted} in ${days}: too few to speak of habits.`;
  const byHour = Array.from({ length: 24 }, (_, hour) => sum(cells.filter((_count, place) => place % 24 === hour)));
  const stretches = byHour.map((_, start) => sum([...byHour, ...byHour].slice(start, start + STRETCH)));
  const most = Math.max(...stretches);
  const first = stretches.indexOf(most);
  const byDay = WEEKDAYS.map((_, day) => sum(cells.slice(24 * day, 24 * day + 24)));
  const share = Math.floor((200 * most + everything) / (2 * everything));
  return `Most is written from ${clockHour(first)} to ${clockHour((first + STRETCH) % 24)} (${zone}): ${share} % of ${counted}. `
    + `${WEEKDAYS[byDay.indexOf(Math.max(...byDay))]} is the busiest day, ${WEEKDAYS[byDay.indexOf(Math.min(...byDay))]} the quietest.`;
}

/** @param {number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** @param {number} hour */
const clockHour = (hour) => `${String(hour).padStart(2, '0')}:00`;

/** @param {string} zone */
function zoneWords(zone) {
  const place = zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
  return place === 'UTC' || place === 'GMT' ? place : `${place} time`;
}
