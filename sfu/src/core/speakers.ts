// Loudest speakers of one room on one node. Each node reports the levels of the tracks published on it, and the room's
// owner merges the reports.
import { limits } from '@meridian/protocol';

export interface SpeakerLevel {
  readonly sessionId: string;
  /** 0 loudest … -127 silence. */
  readonly levelDbov: number;
}

/** Returns the `max` loudest sessions, each by its loudest track; ties by session id. */
export function loudestSpeakers(levels: readonly SpeakerLevel[], max: number = limits.speakersMax): SpeakerLevel[] {
  const loudestLevels = new Map<string, number>();
  for (const { sessionId, levelDbov } of levels) {
    const level = Math.min(0, Math.max(-127, Math.round(levelDbov)));
    if (level > (loudestLevels.get(sessionId) ?? Number.NEGATIVE_INFINITY)) loudestLevels.set(sessionId, level);
  }
  return [...loudestLevels]
    .map(([sessionId, levelDbov]) => ({ sessionId, levelDbov }))
    .sort((a, b) => b.levelDbov - a.levelDbov || (a.sessionId < b.sessionId ? -1 : 1))
    .slice(0, max);
}
