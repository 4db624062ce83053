/* Levels of the game: the same rule as pipeline/domain/levels.py. */

const TOP_LEVEL = 99;

/** Experience at which each level begins, level 1 first. */
const LEVEL_XP = (() => {
  const begins = [0];
  let points = 0;
  for (let level = 1; level < TOP_LEVEL; level += 1) {
    points += Math.floor(level + 300 * 2 ** (level / 7));
    begins.push(Math.floor(points / 4));
  }
  return begins;
})();

/** @param {number} xp */
const levelOf = (xp) => LEVEL_XP.findLastIndex((begins) => begins <= xp) + 1;
