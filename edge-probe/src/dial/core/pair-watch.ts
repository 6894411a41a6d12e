// Watches the media of a tester in another region. Times are monotonic milliseconds.
import { failureFields, type Result } from './results.ts';

/** Time within which a tester's first media must arrive, and longest gap in its media after that. */
export const SILENCE_MS_MAX = 5000;

export class PairWatch {
  readonly region: string;
  /** Time from which media could arrive: the tester's tracks were known, and our side was connected. */
  readonly #sinceMs: number;
  #firstSoundMs: number | undefined;
  #firstPictureMs: number | undefined;
  #lastPacketMs: number | undefined;
  #gapMs = 0;
  #goneMs: number | undefined;

  constructor(region: string, nowMs: number) {
    this.region = region;
    this.#sinceMs = nowMs;
  }

  /** Records a packet. `isKeyFrame`: it completes a key frame. */
  recordPacket(kind: 'audio' | 'video', isKeyFrame: boolean, nowMs: number): void {
    if (this.#goneMs !== undefined) return;
    if (this.#lastPacketMs !== undefined) this.#gapMs = Math.max(this.#gapMs, nowMs - this.#lastPacketMs);
    this.#lastPacketMs = nowMs;
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
    const gapMs = this.#lastPacketMs === undefined ? 0 : Math.max(this.#gapMs, untilMs - this.#lastPacketMs);
    const failedResult = (code: string, text: string): Result => ({
      kind: 'pair',
      toRegion,
      ...failureFields({ stage: 'relay', code, text }),
      ...(this.#lastPacketMs === undefined ? {} : { gapMs: Math.round(gapMs) }),
    });
    if (this.#firstSoundMs === undefined || this.#firstPictureMs === undefined) {
      if (untilMs - this.#sinceMs < SILENCE_MS_MAX) return undefined;
      const presence = `in the room for ${Math.round(untilMs - this.#sinceMs)} ms`;
      if (this.#lastPacketMs === undefined)
        return failedResult('NO_MEDIA', `${presence}, but none of its media arrived`);
      return this.#firstSoundMs === undefined
        ? failedResult('NO_SOUND', `${presence}, but none of its audio arrived`)
        : failedResult('NO_PICTURE', `${presence}, but none of its pictures arrived complete`);
    }
    if (gapMs >= SILENCE_MS_MAX)
      return failedResult('MEDIA_STOPPED', `none of its media arrived for ${Math.round(gapMs)} ms`);
    const firstFrameMs = Math.max(0, Math.round(this.#firstPictureMs - this.#sinceMs));
    return { kind: 'pair', toRegion, isOk: true, firstFrameMs, gapMs: Math.round(gapMs) };
  }
}

/** Returns the result of the worst tester of each region. */
export function pairResultsOf(watches: Iterable<PairWatch>, nowMs: number): Result[] {
  const worst = new Map<string, Result>();
  for (const watch of watches) {
    const result = watch.result(nowMs);
    if (result === undefined) continue;
    const worstSoFar = worst.get(watch.region);
    if (worstSoFar === undefined || isWorse(result, worstSoFar)) worst.set(watch.region, result);
  }
  return [...worst.values()];
}

function isWorse(one: Result, other: Result): boolean {
  if (one.isOk !== other.isOk) return !one.isOk;
  return (one.firstFrameMs ?? 0) > (other.firstFrameMs ?? 0);
}
