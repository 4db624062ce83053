/* The Discord half of a member's story; nothing where no Discord is set up. */

/**
 * @param {Clan} clan
 * @param {Member} member
 * @param {TalkDetail | undefined} talk
 * @returns {HTMLElement[]}
 */
function talkPanels(clan, member, talk) {
  if (!talk) return [];
  const place = talk.stories[member.at];
  const story = place === undefined ? undefined : talk.people[place];
  const unknown = talk.unknown[member.at] ?? (story ? null : { guess: null, account: null, command: talk.confirm });
  const panel = h('section', { class: 'panel', 'aria-labelledby': 'title-talk' }, h('h2', { id: 'title-talk' }, 'In Discord and clan chat'));
  if (unknown) panel.append(...untied(unknown));
  if (story) panel.append(h('div', { class: 'talk-story' }, talkFacts(clan, story, talk, !unknown), story.channels.length > 0 && talkPlaces(story, talk)));
  return [panel];
}

/** How an account is tied to a member.
 * @param {Unknown} unknown
 */
function untied({ guess, account: id, command }) {
  return [
    h('p', {}, h('strong', {}, 'No Discord account known.'), ' ', guess !== null && 'It may be ', guess !== null && h('bdi', { class: 'name' }, guess), guess !== null && '.'),
    h('p', { class: 'small muted' }, id ? 'If that is so: ' : 'If you know which one it is: ', h('code', {}, command),
      id ? '' : ', with the account’s number from the workbook’s sheet Identities', '.'),
  ];
}

/**
 * @param {Clan} clan
 * @param {TalkStory} story
 * @param {TalkDetail} talk
 * @param {boolean} tied
 */
function talkFacts(clan, story, talk, tied) {
  const { calendar } = clan;
  const head = h('tr', {}, h('th', { scope: 'col' }, 'In'), tied && h('th', { scope: 'col', class: 'num' }, 'Discord'), h('th', { scope: 'col', class: 'num' }, 'Clan chat'));
  const count = (/** @type {number | null | undefined} */ value) => h('td', { class: value ? 'num' : 'num muted' }, typeof value === 'number' ? number(value) : '–');
  const rows = talk.periods.map((label, at) => h('tr', {},
    h('th', { scope: 'row' }, label), tied && count(story.messages[at]), count(story.clanChat[at])));
  const facts = /** @type {[string, Child][]} */ ([
    ['Discord name', tied && story.nick !== null && h('bdi', {}, story.nick)],
    ['Last word in Discord', tied && calendar.time(story.lastWordAt)],
    ['Last word in clan chat', calendar.time(story.lastClanChatAt)],
  ]).filter(([, value]) => value !== false);
  return h('div', {},
    h('dl', { class: 'facts' }, ...facts.map(([word, value]) => h('div', {}, h('dt', {}, word), h('dd', {}, value)))),
    tied && story.inGuild === false && h('p', { class: 'muted small' }, 'Not in Discord any more.'),
    h('table', { class: 'ledger' }, h('thead', {}, head), h('tbody', {}, ...rows)),
    tied && h('p', {}, helpSaid(story, talk.unasked)));
}

/** *unasked* says since when nobody knows what was asked; null where all is known, and nothing is nothing.
 * @param {TalkStory} story
 * @param {string | null} unasked
 */
function helpSaid({ questions, answered, answers, helped, welcomes }, unasked) {
  if (!questions && !answers && !welcomes) return unasked ?? 'Asked nothing and answered nothing so far.';
  const asked = questions ? `So far asked ${plural(questions, 'question')}, ${number(answered)} of them answered.` : !unasked && 'Asked nothing so far.';
  const gave = answers ? `Answered ${plural(answers, 'question')} of ${helped === 1 ? 'one person' : `${number(helped)} different people`}.` : !unasked && 'Answered nobody yet.';
  const greeted = welcomes && `Was the first to greet ${plural(welcomes, 'newcomer')}.`;
  return [asked, gave, greeted, unasked].filter(Boolean).join(' ');
}

/**
 * @param {TalkStory} story
 * @param {TalkDetail} talk
 */
function talkPlaces(story, talk) {
  const most = story.channels[0]?.[1] ?? 0;
  return h('div', {},
    h('h3', {}, `The last ${talk.days} days in Discord`), dayBars(story, talk),
    h('h3', {}, 'Where, in a year'),
    h('ul', { class: 'board-head plain' }, ...story.channels.map(([name, count]) => h('li', {},
      h('span', { class: 'clip' }, h('bdi', {}, name)), h('span', { class: 'num' }, number(count)), bar((100 * count) / most)))));
}

/** A bar a day, the night's day last.
 * @param {TalkStory} story
 * @param {TalkDetail} talk
 */
function dayBars({ days }, talk) {
  if (!days.length) return h('p', { class: 'muted small' }, 'Not a word.');
  const until = Date.parse(talk.until);
  const [fullest, most] = days.reduce((best, day) => (day[1] > best[1] ? day : best));
  const said = `Wrote on ${plural(days.length, 'day')}, most on ${utcDay(until - (talk.days - 1 - fullest) * DAY_MS)}: ${plural(most, 'message')}.`;
  const bars = days.map(([day, count]) => {
    const height = Math.max(2, Math.round((40 * count) / most));
    return svg('rect', { x: 4 * day, y: 40 - height, width: 3, height }, svg('title', {}, `${utcDay(until - (talk.days - 1 - day) * DAY_MS)}: ${number(count)}`));
  });
  return h('div', {},
    svg('svg', { class: 'days', viewBox: `0 0 ${4 * talk.days} 41`, preserveAspectRatio: 'none', role: 'img', 'aria-label': said },
      svg('rect', { class: 'bar-ground', x: 0, y: 40, width: 4 * talk.days, height: 1 }), ...bars),
    h('p', { class: 'muted small' }, said));
}
