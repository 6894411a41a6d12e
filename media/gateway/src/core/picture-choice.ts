// Whose picture a programme shows, when it shows one at a time: a shared screen before cameras, else the last
// speaker's. The picture stays when no participant speaks, and for a moment when one does: a cough is no speech.

/** A picture that may be shown, in the order in which they were published. */
export interface Picture {
  readonly trackId: string;
  readonly sessionId: string;
  readonly isScreen: boolean;
  readonly isMuted: boolean;
}

/** A picture is shown for so long before another speaker takes its place. */
export const SHOWN_MS_MIN = 2500;

export interface Shown {
  readonly trackId: string;
  readonly sinceMs: number;
}

/**
 * What to show now; undefined: there is no picture. `speakers`: sessions, the loudest first. A present picture that has
 * gone or is muted is replaced at once, if there is another.
 */
export function choosePicture(o: {
  readonly pictures: readonly Picture[];
  readonly speakers: readonly string[];
  readonly present: Shown | undefined;
  readonly nowMs: number;
}): Shown | undefined {
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

/** The newest screen, else the camera of the loudest speaker that has one on. */
function wantedOf(visible: readonly Picture[], speakers: readonly string[]): Picture | undefined {
  const screen = visible.findLast(({ isScreen }) => isScreen);
  if (screen !== undefined) return screen;
  for (const speaker of speakers) {
    const camera = visible.find(({ sessionId }) => sessionId === speaker);
    if (camera !== undefined) return camera;
  }
  return undefined;
}
