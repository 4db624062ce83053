/* Discord's weeks, drawn when they scroll into view. */

/** @param {Clan} clan */
function drawTrends(clan) {
  const box = byId('talk-trend');
  if (box && clan.talk) chartWhenSeen(box, clan.talk.trend);
}
