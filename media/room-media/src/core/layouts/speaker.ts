// Chooses the speaker of a composed picture among several voices, by the rule of large video meeting services: a cough
// does not switch the picture, and it never switches twice in quick succession.
import type { LayoutParticipant } from './layout.ts';

/** A voice must last this long before the picture switches to it: longer than a cough or a "yes". */
export const VOICE_MS_MIN = 1000;
/** Minimum time between switches, so that viewers can orient themselves. */
export const SPEAKER_MS_MIN = 2000;

export interface Speaker {
  readonly identity: string | undefined;
  readonly sinceMs: number;
}

export const noSpeaker: Speaker = { identity: undefined, sinceMs: Number.NEGATIVE_INFINITY };

/**
 * Returns the speaker at `nowMs`. A speaker who falls silent stays until another voice has lasted; a speaker who left
 * is replaced at once. Among several voices, the earliest wins.
 */
export function nextSpeaker(current: Speaker, participants: readonly LayoutParticipant[], nowMs: number): Speaker {
  const present = participants.find(({ identity }) => identity === current.identity);
  if (present !== undefined && (present.speakingSinceMs !== undefined || nowMs - current.sinceMs < SPEAKER_MS_MIN))
    return current;
  const [first] = participants
    .filter((one) => one !== present && hasLasted(one, nowMs))
    .sort((a, b) => (a.speakingSinceMs ?? 0) - (b.speakingSinceMs ?? 0));
  if (first !== undefined) return { identity: first.identity, sinceMs: nowMs };
  return present === undefined ? noSpeaker : current;
}

function hasLasted({ speakingSinceMs, isMuted }: LayoutParticipant, nowMs: number): boolean {
  return !isMuted && speakingSinceMs !== undefined && nowMs - speakingSinceMs >= VOICE_MS_MIN;
}
