// Which candidates are as good as the nearest. Nearest first, because choosing for the room's sake alone is worse than
// that when people join one by one; but of sites that are nearly as near, the one best for the room.
import type { Candidate, ScoreContext } from './rules.ts';

/**
 * What a first pick may be farther for the sake of the members that are there; a participant that is better off
 * elsewhere later, moves.
 */
export const NEARLY_AS_NEAR_MS = 10;
/**
 * From here on a host is left for the next one where that costs nothing: what is left is for members of its own rooms.
 */
export const BUSY_UTILISATION = 0.75;

/** A guess is not near when others were timed: the best of many guesses is an overestimate. */
export function isNear(
  { hasTimed, nearestRttMs }: Pick<ScoreContext, 'hasTimed' | 'nearestRttMs'>,
  { approach }: Candidate,
): boolean {
  return (approach.isTimed || !hasTimed) && approach.rttMs <= nearestRttMs + NEARLY_AS_NEAR_MS;
}

export function isBusy({ utilisation }: Candidate): boolean {
  return utilisation >= BUSY_UTILISATION;
}

/** Least round trip of those that count: of timed ones if there are any; `Infinity` without candidates. */
export function nearestOf(candidates: readonly Candidate[]): Pick<ScoreContext, 'hasTimed' | 'nearestRttMs'> {
  let hasTimed = false;
  let nearestTimedMs = Number.POSITIVE_INFINITY;
  let nearestMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < candidates.length; index += 1) {
    const { rttMs, isTimed } = (candidates[index] as Candidate).approach;
    nearestMs = Math.min(nearestMs, rttMs);
    if (!isTimed) continue;
    hasTimed = true;
    nearestTimedMs = Math.min(nearestTimedMs, rttMs);
  }
  return { hasTimed, nearestRttMs: hasTimed ? nearestTimedMs : nearestMs };
}
