// Chooses the encoder quality of a title from encoded samples that were compared with the source.

/** All samples of a rung at one encoder quality. */
export interface Measured {
  readonly crf: number;
  /** Structural similarity (SSIM) of the luma with the source, 0 to 1. */
  readonly ssim: number;
  readonly bytes: number;
}

/** SSIM 0.97, which viewers at screen distance take for the source. */
export const TARGET_DB = 15.5;
/** Quality above these looks the same; quality below looks worse even where SSIM is high, as in still pictures. */
const crfRange = { h264: { min: 19, max: 32 }, av1: { min: 26, max: 50 } } as const;
export const probedCrfs = { h264: [22, 30], av1: [30, 44] } as const;
/** Quality of usual films, used without a measurement. */
const defaultCrf = { h264: 23, av1: 35 } as const;

/** SSIM is roughly linear in encoder quality only in decibels. */
export const decibels = (ssim: number): number => -10 * Math.log10(Math.max(1e-6, 1 - ssim));

/** Returns the quality at which `codec` meets `targetDb`, and the bytes of the samples at that quality. */
export function qualityFor(
  points: readonly Measured[],
  codec: keyof typeof crfRange,
  targetDb = TARGET_DB,
): { readonly crf: number; readonly bytes: number } {
  const { min, max } = crfRange[codec];
  const sorted = [...points].sort((a, b) => a.crf - b.crf);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || first.crf === last.crf)
    return { crf: first === undefined ? defaultCrf[codec] : clamp(first.crf, min, max), bytes: first?.bytes ?? 0 };
  const [bestDb, worstDb] = [decibels(first.ssim), decibels(last.ssim)];
  const perDb = (last.crf - first.crf) / (bestDb - worstDb);
  // If more bytes are not better (a still, black picture), the fewest bytes are chosen.
  const wantedCrf = bestDb - worstDb > 0.01 ? first.crf + (bestDb - targetDb) * perDb : max;
  const crf = Math.round(clamp(wantedCrf, min, max) * 2) / 2;
  const share = (crf - first.crf) / (last.crf - first.crf);
  const logBytes = Math.log(first.bytes + 1) * (1 - share) + Math.log(last.bytes + 1) * share;
  return { crf, bytes: Math.exp(logBytes) };
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

/** Smaller savings do not make up for devices that decode AV1 without hardware. */
const SAVING_MIN = 0.25;
/** A shorter title ends before a player has switched to AV1. */
const AV1_MS_MIN = 60_000;
/** Encoding a second of 720p costs about as much as sending 5 MB, which all views together must save. */
const WORTH_BYTES_PER_SECOND = 5_000_000;

/** Decides whether AV1 pays, from its saving at equal quality and the bytes sent in all views. */
export function av1Pays(o: {
  readonly h264Bytes: number;
  readonly av1Bytes: number;
  readonly sampledMs: number;
  readonly durationMs: number;
  readonly views: number;
}): { readonly pays: boolean; readonly saving: number } {
  if (o.h264Bytes <= 0 || o.av1Bytes <= 0 || o.sampledMs <= 0) return { pays: false, saving: 0 };
  const saving = Math.round((1 - o.av1Bytes / o.h264Bytes) * 1000) / 1000;
  const savedPerSecond = ((o.h264Bytes - o.av1Bytes) * 1000) / o.sampledMs;
  const isWorthIt = savedPerSecond * o.views >= WORTH_BYTES_PER_SECOND && o.durationMs >= AV1_MS_MIN;
  return { pays: saving >= SAVING_MIN && isWorthIt, saving };
}

/** Returns start times of samples, spread over the whole so that they are not only titles or credits. */
export function sampleTimes(durationMs: number, sampleMs: number, samples: number): number[] {
  const count = Math.max(1, Math.min(samples, Math.floor(durationMs / sampleMs)));
  return Array.from({ length: count }, (_, at) => Math.max(0, ((at + 0.5) * durationMs) / count - sampleMs / 2));
}
