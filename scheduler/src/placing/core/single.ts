// Mode `single`, cost first: a room is on one host. The host of a new room is found by hashing its key over the near
// hosts (rendezvous hashing, Thaler and Ravishankar 1998), walking past those above c times the mean load (consistent
// hashing with bounded loads, Mirrokni, Thorup and Zadimoghaddam 2017, c = 1.25), so that a returning participant finds
// the room without a look-up and no host is far above the mean.
import { hashOf } from '../../base/core/hash.ts';
import type { Candidate } from './rules.ts';
import type { ClusterView, PlaceRequest } from './view.ts';

const BOUND = 1.25;

/** Returns the room's host, or the near host of its key's hash; undefined: the room's host takes no sessions. */
export function singleHost(
  view: ClusterView,
  want: PlaceRequest,
  candidates: readonly Candidate[],
  nearCandidates: readonly Candidate[],
): Candidate | undefined {
  const { holders } = view.room;
  const holding = candidates.find(({ nodes }) => nodes.some((node) => holders.includes(node.nodeId)));
  if (holding !== undefined || holders.length > 0) return holding;
  const mean = nearCandidates.reduce((sum, { utilisation }) => sum + utilisation, 0) / nearCandidates.length;
  // An empty site has a mean of 0: the first by hash then wins.
  const isBelow = ({ utilisation }: Candidate): boolean => mean === 0 || utilisation <= BOUND * mean;
  const byHash = [...nearCandidates].sort((a, b) => rank(want, b) - rank(want, a));
  return byHash.find(isBelow) ?? byHash[0];
}

const rank = ({ roomKey }: PlaceRequest, { approach }: Candidate): number =>
  hashOf(`${roomKey}|${approach.host.hostId}`);
