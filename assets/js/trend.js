/* The clan's weeks, drawn when they scroll into view. */

/** @param {Clan} clan */
function drawTrend(clan) {
  const box = byId('trend');
  if (box) chartWhenSeen(box, clan.trend);
}
