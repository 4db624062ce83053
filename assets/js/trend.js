/* The clan's weeks, drawn when they scroll into view. */

/** @param {Clan} clan */
function drawTrends(clan) {
  const boxes = /** @type {const} */ ([[byId('trend'), clan.trend], [byId('talk-trend'), clan.talk?.trend]]);
  for (const [box, option] of boxes) if (box && option) chartWhenSeen(box, option);
}
