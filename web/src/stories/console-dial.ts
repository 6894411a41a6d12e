// What the api would answer about dial tests: seven regions, of which one fails, a pair, and a silent tester. The same
// numbers each time.
import type { DialCell, DialFault, DialHistory, DialState } from '../console/types.ts';
import { seeded, storyNowMs } from './console-answers.ts';

const names = ['frankfurt', 'london', 'new york', 'singapore', 'sao-paulo', 'sydney', 'tokyo'] as const;
const at = (agoMs: number): string => new Date(storyNowMs - agoMs).toISOString();
const MINUTE_MS = 60_000;
const cause = { stage: 'media', code: 'TIMED_OUT', text: 'no frame came within 8 s' };
const lost = { stage: 'relay', code: 'MEDIA_MISSING', text: 'nothing was received for 6 s' };

/** `isGood`: nothing fails. */
export function dialState({ isGood = false } = {}): DialState {
  const random = seeded(17);
  const cell = (region: string, kind: string, toRegion: string): DialCell => {
    const isPair = !isGood && kind === 'pair' && region === 'tokyo' && toRegion === 'london';
    const isCall = !isGood && region === 'frankfurt' && (kind === 'call' || kind === 'pair');
    const isFailing = isPair || isCall || (!isGood && kind === 'pair' && toRegion === 'frankfurt');
    const failed = isFailing ? 12 + Math.floor(random() * 8) : random() > 0.92 && !isGood ? 1 : 0;
    const failure = { at: at(9000), ...(isPair ? lost : cause), probe: `edge-${region}` };
    return {
      region,
      kind,
      toRegion,
      tried: 45,
      failed,
      isFailing,
      isOk: !isFailing,
      lastAt: at(4000 + random() * 14_000),
      ...(kind !== 'booking' && { firstFrameMs: Math.round(320 + random() * 500), gapMs: Math.round(random() * 90) }),
      ...(kind === 'call' && { joinMs: Math.round(180 + random() * 240), servedBy: `sfu-${region.slice(0, 3)}-1` }),
      ...(failed > 0 && { lastFailure: failure }),
    };
  };
  return {
    at: at(0),
    regions: names.map((region, index) => ({
      region,
      reportedAt: at(!isGood && region === 'sydney' ? 84_000 : 2000 + index * 2500),
      everyS: 20,
      probe: `edge-${region.slice(0, 3)}-1`,
      hostId: `host-${region.slice(0, 3)}-9`,
    })),
    cells: names.flatMap((region) => [
      cell(region, 'call', ''),
      cell(region, 'booking', ''),
      ...names.filter((other) => other !== region).map((other) => cell(region, 'pair', other)),
      ...(region === 'sydney' ? [] : [cell(region, 'stream', 'london')]),
    ]),
    faults: isGood ? [] : faults,
  };
}

const faults: readonly DialFault[] = [
  { what: 'call', region: 'frankfurt', others: [], ...cause, since: at(6 * MINUTE_MS) },
  { what: 'pair', region: 'tokyo', others: ['london'], ...lost, since: at(26 * 60 * MINUTE_MS) },
  { what: 'silent', region: 'sydney', others: [], stage: '', code: '', text: '', since: at(84_000) },
];

export function dialHistory(): DialHistory {
  const random = seeded(5);
  const STEPS = 288;
  return {
    stepS: 300,
    points: Array.from({ length: STEPS }, (_, step) => {
      const isLate = step > STEPS - 3;
      const failed = isLate ? 11 : random() > 0.97 ? 1 : 0;
      return {
        at: at((STEPS - step) * 5 * MINUTE_MS),
        tried: 15,
        failed,
        joinMs: Math.round(240 + 60 * Math.sin(step / 30) + random() * 50),
        firstFrameMs: Math.round(460 + 90 * Math.sin(step / 30) + random() * 90),
        gapMs: Math.round(random() ** 6 * 400),
      };
    }).filter((_, step) => step < 100 || step > 112),
    failures: Array.from({ length: 14 }, (_, index) => ({
      at: at(9000 + index * 20_000),
      ...cause,
      probe: 'edge-fra-1',
      servedBy: 'sfu-fra-1',
    })),
  };
}
