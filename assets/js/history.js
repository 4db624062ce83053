/* The page History: the clan as it was in any week. */

/** @param {Clan} _clan */
function showHistory(_clan) {}
