// Chooses the single picture of a programme: a shared screen before cameras, else the last speaker's. The picture stays
// while all are silent, and when another participant speaks only for a moment.

/** Candidate picture; candidates are in the order of publication. */
export interface Picture {
  readonly trackId: string;
  readonly sessionId: string;
  readonly isScreen: boolean;
  readonly isMuted: boolean;
}

export const SHOWN_MS_MIN = 2500;

export interface ShownPicture {
  readonly trackId: string;
  readonly sinceMs: number;
}

/**
 * Returns the picture to show now; undefined without pictures. `speakers` are sessions, the loudest first. A present
 * picture that has gone or is muted is replaced at once if possible.
 */
export function choosePicture(o: {
  readonly pictures: readonly Picture[];
  readonly speakers: readonly string[];
  readonly present: ShownPicture | undefined;
  readonly nowMs: number;
}): ShownPicture | undefined {
  const { pictures, speakers, present, nowMs } = o;
  const visible = pictures.filter(({ isMuted }) => !isMuted);
  const shown = visible.find(({ trackId }) => trackId === present?.trackId);
  const wanted = wantedOf(visible, speakers);
  if (present !== undefined && shown !== undefined) {
    const isEarly = nowMs - present.sinceMs < SHOWN_MS_MIN && shown.isScreen === (wanted?.isScreen ?? false);
    if (wanted === undefined || wanted.trackId === shown.trackId || isEarly) return present;
  }
  const next = wanted ?? shown ?? visible[0] ?? pictures.find(({ trackId }) => trackId === present?.trackId);
  if (next === undefined) return undefined;
  return next.trackId === present?.trackId ? present : { trackId: next.trackId, sinceMs: nowMs };
}

function wantedOf(visible: readonly Picture[], speakers: readonly string[]): Picture | undefined {
  const screen = visible.findLast(({ isScreen }) => isScreen);
  if (screen !== undefined) return screen;
  for (const speaker of speakers) {
    const camera = visible.find(({ sessionId }) => sessionId === speaker);
    if (camera !== undefined) return camera;
  }
  return undefined;
}
