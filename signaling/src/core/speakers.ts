// Active speakers of a room: each media node reports its loudest publishers, the owner merges them into at most five.
// A change of levels alone is not announced, since levels change with every syllable.
import { limits, type Speaker } from '@meridian/protocol';

interface NodeLevels {
  readonly atMs: number;
  readonly speakers: readonly Speaker[];
}

export interface SpeakerState {
  readonly byNode: ReadonlyMap<string, NodeLevels>;
  readonly active: readonly Speaker[];
}

/** Nodes report every 800 ms while a participant speaks; three missed reports mean silence. */
const STALE_MS = 2400;
/** Level below which sound is no speech: mediasoup's examples use -80 to -50 dBov, and rooms are quieter than -60. */
const QUIET_DBOV = -60;

export const noSpeakers: SpeakerState = { byNode: new Map(), active: [] };

/** Takes a node's report at `nowMs`. `changed`: the new list if it has to be sent. */
export function withLevels(
  state: SpeakerState,
  nodeId: string,
  speakers: readonly Speaker[],
  nowMs: number,
): { state: SpeakerState; changed?: readonly Speaker[] } {
  const byNode = new Map(state.byNode);
  byNode.set(nodeId, { atMs: nowMs, speakers: speakers.slice(0, limits.speakersMax) });
  return merge(state, byNode, nowMs);
}

/** Drops stale reports; call it regularly, so that a dead node's speakers end. */
export function withoutStaleLevels(
  state: SpeakerState,
  nowMs: number,
): { state: SpeakerState; changed?: readonly Speaker[] } {
  return merge(state, new Map(state.byNode), nowMs);
}

export function withoutSpeaker(
  state: SpeakerState,
  sessionId: string,
  nowMs: number,
): { state: SpeakerState; changed?: readonly Speaker[] } {
  const byNode = new Map(
    [...state.byNode].map(([nodeId, levels]) => [
      nodeId,
      { ...levels, speakers: levels.speakers.filter((speaker) => speaker.sessionId !== sessionId) },
    ]),
  );
  return merge(state, byNode, nowMs);
}

function merge(
  state: SpeakerState,
  byNode: Map<string, NodeLevels>,
  nowMs: number,
): { state: SpeakerState; changed?: readonly Speaker[] } {
  const loudest = new Map<string, number>();
  for (const [nodeId, levels] of byNode) {
    if (nowMs - levels.atMs > STALE_MS || levels.speakers.length === 0) {
      byNode.delete(nodeId);
      continue;
    }
    for (const { sessionId, levelDbov } of levels.speakers) {
      if (levelDbov > QUIET_DBOV && levelDbov > (loudest.get(sessionId) ?? -128)) loudest.set(sessionId, levelDbov);
    }
  }
  const active = [...loudest]
    .map(([sessionId, levelDbov]) => ({ sessionId, levelDbov }))
    .sort((a, b) => b.levelDbov - a.levelDbov || (a.sessionId < b.sessionId ? -1 : 1))
    .slice(0, limits.speakersMax);
  const same =
    active.length === state.active.length &&
    active.every((speaker, index) => speaker.sessionId === state.active[index]?.sessionId);
  if (same) return { state: { byNode, active: state.active } };
  return { state: { byNode, active }, changed: active };
}
