// Finds encoders that make no IDR pictures, or too rarely for those that begin later, and the pictures from which
// ffmpeg can make others.
import { GOP_BYTES_MAX, GOP_MS_MAX, Gop, type VideoUnit } from '@meridian/room-media/core';

/** No encoder with IDR pictures at intervals below this is taken for one without, whatever its bitrate. */
export const WITHOUT_IDR_MS_MIN = 4000;
/** Bound of the group from which ffmpeg begins: 12 s at 8 Mbit/s. */
export const GROUP_BYTES_MAX = 12 * 1024 * 1024;
/** A larger step between pictures is another clock of the encoder, and counts as none. */
const LEAP_MS = 10_000;

export class IdrWatch {
  readonly #group = new Gop<VideoUnit>(({ nals }) => nals, GROUP_BYTES_MAX);
  /** Media time, without leaps: of the last picture, and of the last IDR picture or the beginning. */
  #atMs = 0;
  #sinceMs = 0;
  #bytes = 0;
  #hasIdr = false;
  #lastDtsMs: number | undefined;

  /**
   * Takes the next picture. Once the last IDR picture lies so far back that no group is kept for viewers, returns the
   * pictures with which a decoder begins: those since the last recovery point, or else since the IDR picture. Returns
   * none before, and without either.
   */
  push(unit: VideoUnit): readonly VideoUnit[] {
    const { isKey, nals, entry } = unit;
    this.#advance(unit.dtsMs);
    if (isKey) {
      this.#hasIdr = true;
      this.#sinceMs = this.#atMs;
      this.#bytes = 0;
    }
    for (const { length } of nals) this.#bytes += length;
    const group = this.#group.push(unit, { isKey, atMs: this.#atMs });
    if (!this.#isTooLong) return [];
    if (entry !== undefined) {
      this.#group.clear();
      return [unit];
    }
    if (group.length === 0) return [];
    const pictures = [...group, unit];
    return pictures.slice(
      Math.max(
        0,
        pictures.findLastIndex((picture) => picture.entry !== undefined),
      ),
    );
  }

  get #isTooLong(): boolean {
    const withoutMs = this.#atMs - this.#sinceMs;
    if (withoutMs < WITHOUT_IDR_MS_MIN) return false;
    return !this.#hasIdr || withoutMs > GOP_MS_MAX || this.#bytes > GOP_BYTES_MAX;
  }

  #advance(dtsMs: number): void {
    const stepMs = dtsMs - (this.#lastDtsMs ?? dtsMs);
    this.#lastDtsMs = dtsMs;
    if (stepMs > 0 && stepMs <= LEAP_MS) this.#atMs += stepMs;
  }
}
