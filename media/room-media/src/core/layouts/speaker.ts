// Which of several voices is the speaker of a composed picture. The rule is that of the large video meetings: a cough
// does not turn the picture, and it never turns twice in a moment.
import type { LayoutParticipant } from './layout.ts';

/** A voice must have lasted so long before the picture turns to it: longer than a cough or a "yes". */
export const SPOKEN_MS = 1000;
/** The picture stays so long where it turned to: an eye needs it to find its way. */
export const STAYS_MS = 2000;

export interface Speaker {
  readonly identity: string | undefined;
  readonly sinceMs: number;
}

export const noSpeaker: Speaker = { identity: undefined, sinceMs: Number.NEGATIVE_INFINITY };

/**
 * The speaker at `nowMs`, of the one before. A speaker that falls silent stays until another voice has lasted; one that
 * left is replaced at once. Of several that speak, the one that began first is taken.
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
