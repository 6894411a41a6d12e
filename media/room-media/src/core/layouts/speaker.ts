// Chooses the speaker of a composed picture among several voices, by the rule of large video meeting services: a cough
// does not switch the picture, and it never switches twice in quick succession.
import type { LayoutParticipant } from './layout.ts';

/** A voice must last this long before the picture switches to it: longer than a cough or a "yes". */
export const SPOKEN_MS = 1000;
/** Minimum time between switches, so that viewers can orient themselves. */
export const STAYS_MS = 2000;

export interface Speaker {
  readonly identity: string | undefined;
  readonly sinceMs: number;
}

export const noSpeaker: Speaker = { identity: undefined, sinceMs: Number.NEGATIVE_INFINITY };

/**
 * Returns the speaker at `nowMs`. A speaker who falls silent stays until another voice has lasted; a speaker who left
 * is replaced at once. Among several voices, the earliest wins.
 */
export function nextSpeaker(now: Speaker, participants: readonly LayoutParticipant[], nowMs: number): Speaker {
  const present = participants.find(({ identity }) => identity === now.identity);
  if (present !== undefined && (present.speakingSinceMs !== undefined || nowMs - now.sinceMs < STAYS_MS)) return now;
  const [first] = participants
    .filter((one) => one !== present && hasLasted(one, nowMs))
    .sort((a, b) => (a.speakingSinceMs ?? 0) - (b.speakingSinceMs ?? 0));
  if (first !== undefined) return { identity: first.identity, sinceMs: nowMs };
  return present === undefined ? noSpeaker : now;
}

function hasLasted({ speakingSinceMs, isMuted }: LayoutParticipant, nowMs: number): boolean {
  return !isMuted && speakingSinceMs !== undefined && nowMs - speakingSinceMs >= SPOKEN_MS;
}
