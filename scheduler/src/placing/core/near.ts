// Candidates as good as the nearest. Nearest first, because choosing for the room's sake alone is worse when people
// join one by one; but among sites that are nearly as near, the best for the room wins.
import type { Candidate, ScoreContext } from './rules.ts';

/** Acceptable extra round trip for the sake of present members; who is better off elsewhere later moves. */
export const NEARLY_AS_NEAR_MS = 10;
/** Utilisation from which a host is passed over for free: the rest is for members of its own rooms. */
export const BUSY_UTILISATION = 0.75;

/** A guess is not near when other sites were timed: the best of many guesses is an overestimate. */
export function isNear(
  { hasTimed, nearestRttMs }: Pick<ScoreContext, 'hasTimed' | 'nearestRttMs'>,
  { approach }: Candidate,
): boolean {
  return (approach.isTimed || !hasTimed) && approach.rttMs <= nearestRttMs + NEARLY_AS_NEAR_MS;
}

export function isBusy({ utilisation }: Candidate): boolean {
  return utilisation >= BUSY_UTILISATION;
}

/** Returns the least round trip, of timed candidates if there are any; `Infinity` without candidates. */
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
