// A busy host is left for another one that is nearly as near. How much less busy another one is does not count here:
// that is for power of two choices. Hosts that are farther get nothing, so a busy near host goes before an idle far
// one; a full one was filtered out.
import { isBusy, isNear } from '../near.ts';
import type { Score } from '../rules.ts';

export const load: Score = {
  name: 'load',
  score: (context, candidate) => (isNear(context, candidate) && !isBusy(candidate) ? 100 : 0),
  reason(context, candidate) {
    const charged = `${Math.round(Math.max(0, candidate.utilisation) * 100)} % of its capacity charged`;
    return isNear(context, candidate) ? charged : `${charged}, is farther than the nearest`;
  },
};
