// Among hosts that are nearly as near, prefers the least delay to the room's members and, among equals, a host that
// holds the room, which saves a relay. Far hosts get nothing: a participant in Singapore gets Singapore's node although
// the room lives in Frankfurt, because the relay between nodes is better than a long last mile.
import { isBusy, isNear } from '../near.ts';
import type { Candidate, Score, ScoreContext } from '../rules.ts';
import { onewayToMembersMs, type RoomMembers } from '../view.ts';

/** Points for being near: more than any difference in delay to the room can offset within the window. */
const NEAR_POINTS = 40;
/** Points for holding the room: as much as 2 ms a member. A host whose rest is needed by its own rooms gets nothing. */
const HOLDER_POINTS = 2;
/** Extra delay per member at which the remaining points reach 0. */
const EXTRA_MS_WORST = 60;

export const room: Score = {
  name: 'room',
  score(context, candidate) {
    if (!isNear(context, candidate)) return 0;
    const extraMs = Math.max(0, candidate.feltMs - context.leastFeltMs) / memberCount(context);
    const delayPoints = (100 - NEAR_POINTS - HOLDER_POINTS) * (1 - Math.min(extraMs, EXTRA_MS_WORST) / EXTRA_MS_WORST);
    return NEAR_POINTS + delayPoints + (isHolder(context, candidate) && !isBusy(candidate) ? HOLDER_POINTS : 0);
  },
  reason(context, candidate) {
    const { holders, members } = context.view.room;
    // In an empty room, "does not hold the room" would read like a fault of the node.
    const isNew = holders.length === 0 && members.length === 0;
    const holderText = isHolder(context, candidate) ? 'holds the room' : 'does not hold the room';
    const words = isNew ? 'the room is new' : holderText;
    if (!isNear(context, candidate)) return `${words}, is farther than the nearest`;
    if (members.length === 0) return words;
    return `${words}, ${Math.round(meanOnewayMs(context, candidate))} ms one way to the participants in it`;
  },
};

function isHolder({ view }: ScoreContext, { nodes }: Candidate): boolean {
  const { holders } = view.room;
  return holders.length > 0 && nodes.some((node) => holders.includes(node.nodeId));
}

/** Returns the mean in real ms, for words: the score weighs long delays more, so its sum is not a time. */
function meanOnewayMs(context: ScoreContext, { approach }: Candidate): number {
  const { members } = context.view.room;
  const totalMs = members.reduce((sum, some, at) => sum + some.sessions * onewayToMembersMs(approach, some, at), 0);
  return totalMs / memberCount(context);
}

function memberCount({ view }: ScoreContext): number {
  let count = 0;
  const { members } = view.room;
  for (let index = 0; index < members.length; index += 1) count += (members[index] as RoomMembers).sessions;
  return Math.max(1, count);
}
