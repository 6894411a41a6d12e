// Among near nodes the one that holds the room already saves a relay. Far ones get nothing for it: who is in Singapore gets Singapore's
// node although the room lives in Frankfurt, because the relay between nodes is better than a long last mile.
import type { Score } from '../rules.ts';
import { nodesOfRoom } from '../view.ts';

/** Near: within this of the nearest candidate, absolute or relative, whichever is more. */
const NEAR_MS = 3;
const NEAR_SHARE = 0.1;

export const roomAffinity = {
  name: 'room-affinity',
  score({ view, want, nearestRttMs }, candidate) {
    const holders = nodesOfRoom(view, want.roomKey);
    if (!candidate.nodes.some((node) => holders.includes(node.nodeId))) {
      return { score: 0, reason: 'does not hold the room' };
    }
    const extraMs = candidate.rttMs - nearestRttMs;
    if (extraMs > Math.max(NEAR_MS, nearestRttMs * NEAR_SHARE)) {
      return { score: 0, reason: `holds the room, but is ${Math.round(extraMs)} ms farther than the nearest` };
    }
    return { score: 100, reason: 'holds the room and is near' };
  },
} satisfies Score;
