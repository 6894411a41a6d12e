// Chooses the quantisation scale of each picture, so that a bit rate is kept with the finest pictures possible.
import { quantScaleMax } from './block-writer.ts';

export interface RateControlOptions {
  readonly bitrateKbps: number;
  readonly keyIntervalMs: number;
  readonly pictureMs: number;
}

/** Finest scale; a finer one would be invisible, and would spend more bits on camera noise than on the picture. */
const quantScaleMin = 2;
/** Unused bits are saved for at most this time. */
const creditMaxMs = 300;
/** A picture's scale is at least this part of the previous one. */
const finerStepMin = 0.85;
const catchUpPictures = 6;
/** Guessed bits at scale 1 of the first key picture and of the first other picture, in seconds of the bit rate. */
const firstComplexity = { key: 1.5, other: 0.5 } as const;
/** A key picture gets at most this many times the bits of another picture. */
const keyWeightMax = 16;
/** The scale rises within a picture when it is ahead of its share of bits by more than this part. */
const rowTolerance = 0.25;

export class RateControl {
  readonly #options: RateControlOptions;
  readonly #complexity: { key: number; other: number };
  #lastMs: number | undefined;
  #keyMs = 0;
  /** Bits spent above the bit rate so far; negative: saved. */
  #debtBits = 0;
  #keyExtraBits = 0;
  #targetBits = 0;
  #scale = 8;
  #isKey = false;
  #scaleSum = 0;
  #rowCount = 0;

  constructor(options: RateControlOptions) {
    this.#options = options;
    const perSecond = options.bitrateKbps * 1000;
    this.#complexity = { key: perSecond * firstComplexity.key, other: perSecond * firstComplexity.other };
  }

  begin(isKey: boolean, ptsMs: number): void {
    const { bitrateKbps, keyIntervalMs, pictureMs } = this.#options;
    const passedMs =
      this.#lastMs === undefined ? pictureMs : Math.min(Math.max(ptsMs - this.#lastMs, 0), keyIntervalMs);
    this.#lastMs = ptsMs;
    // Bits per millisecond are kilobits per second.
    this.#debtBits = Math.max(this.#debtBits - passedMs * bitrateKbps, -creditMaxMs * bitrateKbps);
    if (isKey) this.#keyMs = ptsMs;
    const phase = Math.min((ptsMs - this.#keyMs) / keyIntervalMs, 1);

    const pictures = Math.max(keyIntervalMs / pictureMs, 1);
    const { key, other } = this.#complexity;
    const weight = Math.min(Math.max(key / other, 1), keyWeightMax);
    const otherBits = (keyIntervalMs * bitrateKbps) / (pictures - 1 + weight);
    const plannedBits = isKey ? 0 : this.#keyExtraBits * (1 - phase);
    if (isKey) this.#keyExtraBits = otherBits * weight - pictureMs * bitrateKbps;
    const share = isKey ? otherBits * weight : otherBits * Math.min(Math.max(passedMs / pictureMs, 0.5), 2);
    const correction = (this.#debtBits - plannedBits) / (isKey ? 2 : catchUpPictures);
    this.#targetBits = Math.min(Math.max(share - correction, share / 4), share * 2);

    const wantedScale = (isKey ? key : other) / this.#targetBits;
    // A still picture gets finer gradually, so that the scale is still suitable when movement begins.
    const finestScale = isKey ? quantScaleMin : Math.min(this.#scale - 1, this.#scale * finerStepMin);
    this.#scale = clampScale(Math.max(wantedScale, finestScale));
    this.#isKey = isKey;
    this.#scaleSum = 0;
    this.#rowCount = 0;
  }

  /** Returns the scale of the next row of macroblocks, when the share `doneShare` (0 to 1) of the rows cost `bits`. */
  rowScale(doneShare: number, bits: number): number {
    const aheadShare = bits / this.#targetBits - doneShare;
    const scale = clampScale(
      aheadShare > rowTolerance ? this.#scale * (1 + 2 * (aheadShare - rowTolerance)) : this.#scale,
    );
    this.#scaleSum += scale;
    this.#rowCount += 1;
    return Math.round(scale);
  }

  end(bits: number): void {
    this.#debtBits += bits;
    const meanScale = this.#scaleSum / Math.max(this.#rowCount, 1);
    const complexity = Math.max(bits * meanScale, 1);
    if (this.#isKey) this.#complexity.key = complexity;
    else this.#complexity.other = (this.#complexity.other + complexity) / 2;
    if (!this.#isKey) this.#scale = meanScale;
  }
}

function clampScale(scale: number): number {
  return Math.min(Math.max(scale, quantScaleMin), quantScaleMax);
}
