// Nearness decides what people hear and see, so it weighs most. Hosts nearly as near as the nearest count the same. A
// point is 4 ms of round trip. An untimed site beside timed sites gets its guess plus the guess's deviation.
import { isNear } from '../near.ts';
import type { Candidate, Score, ScoreContext } from '../rules.ts';

/** End of the scale: farther than any two cities on the Internet. */
const RTT_MS_WORST = 400;

export const access: Score = {
  name: 'access',
  score(context, candidate) {
    return 100 * (1 - Math.min(countedMs(context, candidate), RTT_MS_WORST) / RTT_MS_WORST);
  },
  reason({ hasTimed }, { approach: { rttMs, sdMs, isTimed } }) {
    const ms = Math.round(rttMs);
    if (isTimed) return `${ms} ms from the client, timed`;
    return hasTimed
      ? `about ${ms} ms from the client, give or take ${Math.round(sdMs)}`
      : `about ${ms} ms from the client`;
  },
};

function countedMs(context: ScoreContext, candidate: Candidate): number {
  const { nearestRttMs, hasTimed } = context;
  const { rttMs, sdMs, isTimed } = candidate.approach;
  if (isNear(context, candidate)) return nearestRttMs;
  // Never as good as the near hosts, whatever the guess is.
  return isTimed || !hasTimed ? rttMs : Math.max(rttMs, nearestRttMs) + sdMs;
}
