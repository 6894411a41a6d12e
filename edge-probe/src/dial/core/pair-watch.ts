// What is heard and seen of one tester of another region. Pure: times are arguments, monotonic milliseconds.
import { failed, type Result } from './results.ts';

/** For so long a tester may be there before something of it has come, and be silent later. */
export const SILENT_MS = 5000;

export class PairWatch {
  readonly region: string;
  /** Since media of it could come: its tracks are known here, and our side is connected. */
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

  /** A packet of it. `isKeyFrame`: with it a whole key frame is there. */
  packet(kind: 'audio' | 'video', isKeyFrame: boolean, nowMs: number): void {
    if (this.#goneMs !== undefined) return;
    if (this.#lastMs !== undefined) this.#gapMs = Math.max(this.#gapMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    if (kind === 'audio') this.#firstSoundMs ??= nowMs;
    else if (isKeyFrame) this.#firstPictureMs ??= nowMs;
  }

  /** It has left the room. */
  gone(nowMs: number): void {
    this.#goneMs ??= nowMs;
  }

  /** What is known by now; undefined: it was there too shortly for any judgement. */
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
      const there = `in the room for ${Math.round(untilMs - this.#sinceMs)} ms`;
      if (this.#lastMs === undefined) return silence('NO_MEDIA', `${there}, and nothing of it came`);
      return this.#firstSoundMs === undefined
        ? silence('NO_SOUND', `${there}, and no sound of it came`)
        : silence('NO_PICTURE', `${there}, and no whole picture of it came`);
    }
    if (gapMs >= SILENT_MS) return silence('MEDIA_STOPPED', `nothing of it came for ${Math.round(gapMs)} ms`);
    const firstFrameMs = Math.max(0, Math.round(this.#firstPictureMs - this.#sinceMs));
    return { kind: 'pair', toRegion, isOk: true, firstFrameMs, gapMs: Math.round(gapMs) };
  }
}

/** One result for each region: that of the tester there which fares worst. */
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
