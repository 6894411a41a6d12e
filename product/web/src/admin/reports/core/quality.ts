import type { Tone } from '../../traffic/tone.ts';
import type { Stay } from '../api.ts';
import type { SayReport } from '../text.ts';

/** Unknown values are absent. */
export interface ConnectionQuality {
  readonly rttP95Ms?: number;
  readonly sentLoss?: number;
  readonly receivedLoss?: number;
  readonly freezeShare?: number;
}

export type Grade = 'good' | 'fair' | 'poor';

/**
 * Lower bounds of the grades. Round trips reach only the media node: people notice 150 ms one way, and talk over each
 * other from 400 ms on. Loss: Opus and retransmission hide 1 %, not 5 %. Freezes: a second in two minutes is noticed,
 * three in a minute disturb.
 */
const limits = {
  rttP95Ms: { fair: 250, poor: 500 },
  sentLoss: { fair: 0.01, poor: 0.05 },
  receivedLoss: { fair: 0.01, poor: 0.05 },
  freezeShare: { fair: 0.01, poor: 0.05 },
} as const;
type Measure = keyof typeof limits;
const measures = Object.keys(limits) as readonly Measure[];

/** Grades by the worst known number; undefined if none is known. */
export function gradeOf(quality: ConnectionQuality | undefined): Grade | undefined {
  const known = measures.flatMap((name) => {
    const value = quality?.[name];
    return value === undefined || !Number.isFinite(value) ? [] : [{ value, ...limits[name] }];
  });
  if (known.length === 0) return undefined;
  if (known.some(({ value, poor }) => value >= poor)) return 'poor';
  return known.some(({ value, fair }) => value >= fair) ? 'fair' : 'good';
}

const tones: Readonly<Record<Grade, Tone>> = { good: 'good', fair: 'warn', poor: 'bad' };
export const gradeTone = (grade: Grade): Tone => tones[grade];

export function connectionQualityOf(quality: Stay['quality']): ConnectionQuality | undefined {
  if (quality === undefined) return undefined;
  const { rttP95Ms, sentLoss, receivedLoss, freezeMs, measuredS } = quality;
  return {
    ...(rttP95Ms !== undefined && { rttP95Ms }),
    ...(sentLoss !== undefined && { sentLoss }),
    ...(receivedLoss !== undefined && { receivedLoss }),
    ...(measuredS > 0 && { freezeShare: freezeMs / (measuredS * 1000) }),
  };
}

/** Returns the numbers worth showing: round trips always, loss and freezes only if there were any. */
export function qualityTexts(
  quality: ConnectionQuality,
  { say, locale }: { say: SayReport; locale: string },
): string[] {
  const format = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const { rttP95Ms, ...shares } = quality;
  const part = (key: 'sentLoss' | 'receivedLoss' | 'freezes', share = 0): string[] =>
    share < 0.0005 ? [] : [say(key, { percent: format.format(share) })];
  return [
    ...(rttP95Ms === undefined ? [] : [say('roundTrip', { ms: rttP95Ms.toLocaleString(locale) })]),
    ...part('sentLoss', shares.sentLoss),
    ...part('receivedLoss', shares.receivedLoss),
    ...part('freezes', shares.freezeShare),
  ];
}
