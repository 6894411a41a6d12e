import type { SayTimeline } from '../text.ts';
import type { Measure } from './series.ts';

export interface ValueSpeech {
  readonly say: SayTimeline;
  readonly locale: string;
}

export function measuredText(measure: Measure, value: number, { say, locale }: ValueSpeech): string {
  const number = (digits: number): string => value.toLocaleString(locale, { maximumFractionDigits: digits });
  switch (measure) {
    case 'rttMs':
    case 'jitterMs':
      return say('ms', { value: number(0) });
    case 'inboundLoss':
    case 'outboundLoss':
    case 'freezeShare':
    case 'concealed':
      return shareText(value, locale);
    case 'sentBps':
    case 'receivedBps':
      return rateText(value, { say, locale });
    case 'sentHeight':
    case 'receivedHeight':
      return value === 0 ? '—' : say('lines', { value: Math.round(value) });
    case 'receivedFps':
      return number(0);
    case 'layer':
      return value < 0 ? '—' : number(0);
  }
}

/** Formats 0.034 as 3.4 %. */
export const shareText = (share: number, locale: string): string =>
  share.toLocaleString(locale, { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 });

function rateText(bps: number, { say, locale }: ValueSpeech): string {
  if (bps >= 1_000_000) return say('mbps', { value: (bps / 1e6).toLocaleString(locale, { maximumFractionDigits: 1 }) });
  return say('kbps', { value: Math.round(bps / 1000).toLocaleString(locale) });
}

/** Formats a value briefly for an axis: 120, 5%, 1.5M. */
export function axisText(measure: Measure, value: number, locale: string): string {
  if (measure.endsWith('Loss') || measure === 'freezeShare' || measure === 'concealed') return shareText(value, locale);
  if (measure.endsWith('Bps')) {
    const [divisor, unit] = value >= 1_000_000 ? [1e6, 'M'] : [1000, 'k'];
    return value === 0 ? '0' : `${(value / divisor).toLocaleString(locale, { maximumFractionDigits: 1 })}${unit}`;
  }
  return value.toLocaleString(locale, { maximumFractionDigits: 0 });
}
