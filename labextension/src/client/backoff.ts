/** How long to wait before the next try. */

const FIRST = 500;
const LONGEST = 15_000;

/**
 * Milliseconds to wait before try number `attempt`, from 0: doubling, up to a limit, each made up to a
 * quarter shorter by `chance` (0 to 1) so that many pages do not come back in the same moment.
 */
export function backoff(attempt: number, chance: number): number {
  return Math.min(FIRST * 2 ** attempt, LONGEST) * (1 - chance / 4);
}
