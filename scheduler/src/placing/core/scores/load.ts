// A busy host yields to another that is nearly as near. The difference in load does not count here: it is for power of
// two choices. Farther hosts get nothing, so a busy near host goes before an idle far host; full hosts were filtered
// out.
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
