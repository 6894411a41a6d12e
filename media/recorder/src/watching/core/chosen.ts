// Which tracks of a room are looked at and heard: all of a small room, of a large one those that matter most.

/** Pictures of one room that are decoded: a grid of three by three. */
export const WATCHED_PICTURES_MAX = 9;
/** Voices of one room: more do not speak in turn. */
export const WATCHED_SOUNDS_MAX = 16;

export interface Candidate {
  readonly trackId: string;
  readonly kind: 'audio' | 'video';
  readonly isScreen: boolean;
  /** Its publisher is among the speakers. */
  readonly isSpeaking: boolean;
}

/**
 * The tracks to watch, of those that are published and not muted: screens first, then those of speakers, then those
 * that were watched `before`, so that a picture does not go because another one comes. The rest in the given order.
 */
export function chosenOf(candidates: readonly Candidate[], before: ReadonlySet<string>): ReadonlySet<string> {
  const rank = (one: Candidate): number => {
    if (one.kind === 'video' && one.isScreen) return 0;
    if (one.isSpeaking) return 1;
    return before.has(one.trackId) ? 2 : 3;
  };
  const best = (kind: Candidate['kind'], most: number): readonly Candidate[] =>
    candidates
      .filter((one) => one.kind === kind)
      .toSorted((a, b) => rank(a) - rank(b))
      .slice(0, most);
  const chosen = [...best('video', WATCHED_PICTURES_MAX), ...best('audio', WATCHED_SOUNDS_MAX)];
  return new Set(chosen.map(({ trackId }) => trackId));
}
