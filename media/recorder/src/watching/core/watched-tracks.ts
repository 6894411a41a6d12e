// Chooses the watched tracks of a room: all of a small room, the most important of a large one.

/** Decoded pictures of one room: a grid of three by three. */
export const WATCHED_PICTURES_MAX = 9;
/** Decoded voices of one room; more participants seldom speak in turn. */
export const WATCHED_SOUNDS_MAX = 16;

export interface Candidate {
  readonly trackId: string;
  readonly kind: 'audio' | 'video';
  readonly isScreen: boolean;
  readonly isSpeaking: boolean;
}

/**
 * Chooses among published, unmuted tracks: screens, then speakers' tracks, then tracks watched `before`, so that a new
 * picture displaces no old one; then in the given order.
 */
export function chooseWatched(candidates: readonly Candidate[], before: ReadonlySet<string>): ReadonlySet<string> {
  const rank = (one: Candidate): number => {
    if (one.kind === 'video' && one.isScreen) return 0;
    if (one.isSpeaking) return 1;
    return before.has(one.trackId) ? 2 : 3;
  };
  const mostImportant = (kind: Candidate['kind'], countMax: number): readonly Candidate[] =>
    candidates
      .filter((one) => one.kind === kind)
      .toSorted((a, b) => rank(a) - rank(b))
      .slice(0, countMax);
  const chosen = [...mostImportant('video', WATCHED_PICTURES_MAX), ...mostImportant('audio', WATCHED_SOUNDS_MAX)];
  return new Set(chosen.map(({ trackId }) => trackId));
}
