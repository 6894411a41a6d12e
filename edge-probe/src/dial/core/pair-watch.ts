// Watches the media of a tester in another region. Times are monotonic milliseconds.
import { failed, type Result } from './results.ts';

/** Time within which a tester's first media must arrive, and longest gap in its media after that. */
export const SILENT_MS = 5000;

export class PairWatch {
  readonly region: string;
  /** Time from which media could arrive: the tester's tracks were known, and our side was connected. */
  readonly #sinceMs: number;
  #firstSoundMs: number | undefined;
  #firstPictureMs: number | undefined;
  #lastMs: number | undefined;
  #gapMs = 0;
  #goneMs: number | undefined;

  constructor(region: string, nowMs: number) {
    this.region = region;
    this.#sinceMs = nowMs;
  }

  /** Records a packet. `isKeyFrame`: it completes a key frame. */
  packet(kind: 'audio' | 'video', isKeyFrame: boolean, nowMs: number): void {
    if (this.#goneMs !== undefined) return;
    if (this.#lastMs !== undefined) this.#gapMs = Math.max(this.#gapMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    if (kind === 'audio') this.#firstSoundMs ??= nowMs;
    else if (isKeyFrame) this.#firstPictureMs ??= nowMs;
  }

  gone(nowMs: number): void {
    this.#goneMs ??= nowMs;
  }

  /** Returns the result so far; undefined when the tester was present for too short a time. */
  result(nowMs: number): Result | undefined {
    const untilMs = this.#goneMs ?? nowMs;
    const { region: toRegion } = this;
    const gapMs = this.#lastMs === undefined ? 0 : Math.max(this.#gapMs, untilMs - this.#lastMs);
    const silence = (code: string, text: string): Result => ({
      kind: 'pair',
      toRegion,
      ...failed({ stage: 'relay', code, text }),
      ...(this.#lastMs === undefined ? {} : { gapMs: Math.round(gapMs) }),
    });
    if (this.#firstSoundMs === undefined || this.#firstPictureMs === undefined) {
      if (untilMs - this.#sinceMs < SILENT_MS) return undefined;
      const presence = `in the room for ${Math.round(untilMs - this.#sinceMs)} ms`;
      if (this.#lastMs === undefined) return silence('NO_MEDIA', `${presence}, but none of its media arrived`);
      return this.#firstSoundMs === undefined
        ? silence('NO_SOUND', `${presence}, but none of its audio arrived`)
        : silence('NO_PICTURE', `${presence}, but none of its pictures arrived complete`);
    }
    if (gapMs >= SILENT_MS) return silence('MEDIA_STOPPED', `none of its media arrived for ${Math.round(gapMs)} ms`);
    const firstFrameMs = Math.max(0, Math.round(this.#firstPictureMs - this.#sinceMs));
    return { kind: 'pair', toRegion, isOk: true, firstFrameMs, gapMs: Math.round(gapMs) };
  }
}

/** Returns the result of the worst tester of each region. */
export function pairsOf(watches: Iterable<PairWatch>, nowMs: number): Result[] {
  const worst = new Map<string, Result>();
  for (const watch of watches) {
    const result = watch.result(nowMs);
    if (result === undefined) continue;
    const known = worst.get(watch.region);
    if (known === undefined || isWorse(result, known)) worst.set(watch.region, result);
  }
  return [...worst.values()];
}

function isWorse(one: Result, other: Result): boolean {
  if (one.isOk !== other.isOk) return !one.isOk;
  return (one.firstFrameMs ?? 0) > (other.firstFrameMs ?? 0);
}
