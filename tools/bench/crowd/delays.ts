// What viewers of a show saw, beside what they may see: aims, figures and words. Pure.
import { figuresOf, type Sight, since } from '../../support/clock/measure.ts';
import { longestGap } from '../../support/longest-gap.ts';

/** From the publisher's canvas to the viewer's screen, in ms: so late is the picture of 95 in 100 at most. */
export const aims = { webrtc: 400, flv: 1200, llhls: 2500, hls: 8000 } as const;
export type Way = keyof typeof aims;
export const ways = Object.keys(aims) as readonly Way[];

/** Of the pictures that were drawn; a delay of fewer says nothing of the others. */
const SEEN_SHARE_MIN = 0.5;

/** What the page said of its player, when it changed. */
export interface Said {
  /** Since 1970. */
  readonly atMs: number;
  readonly at: string;
  readonly isStalled: boolean;
}

export interface Watched {
  readonly way: Way;
  /** Where the viewer is, beside the publisher. */
  readonly place: 'sameRegion' | 'otherRegion';
  readonly sight: Sight;
  readonly said: readonly Said[];
}

export interface Row {
  readonly way: Way;
  readonly place: Watched['place'];
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** How often the page began to say that its picture stands, or had none. */
  readonly stalls: number;
  /** Without a new picture. */
  readonly longestGapMs: number;
  /** Of the pictures that were drawn, 0 to 1. */
  readonly seenShare: number;
}

export interface Window {
  /** Since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly picturesPerSecond: number;
}

/** Figures of one viewer; delays of a viewer that saw nothing are NaN. */
export function rowOf({ way, place, sight, said }: Watched, { fromMs, toMs, picturesPerSecond }: Window): Row {
  const pictures = since(sight, fromMs).pictures.filter(({ shownMs }) => shownMs <= toMs);
  const { latencyMs, latencyMsP95 } = figuresOf({ pictures, bursts: [] });
  return {
    way,
    place,
    p50Ms: latencyMs,
    p95Ms: latencyMsP95,
    stalls: stallsOf(said, fromMs, toMs),
    longestGapMs: longestGap(
      pictures.map(({ shownMs }) => shownMs),
      fromMs,
      toMs,
    ),
    seenShare: (pictures.length * 1000) / (picturesPerSecond * (toMs - fromMs)),
  };
}

/** Times at which the page stopped to play in the window. One that stands when it begins counts too. */
function stallsOf(said: readonly Said[], fromMs: number, toMs: number): number {
  const stands = ({ at, isStalled }: Said): boolean => at !== 'playing' || isStalled;
  const before = said.findLast(({ atMs }) => atMs < fromMs);
  const within = said.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const all = before === undefined ? within : [before, ...within];
  return all.filter((one, at) => stands(one) && (at === 0 || !stands(all[at - 1] as Said))).length;
}

/** Aims that rows miss, in words. `p95` is judged: one picture in twenty may be later. A figure that is none misses. */
export function missedOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ way, place, p95Ms, seenShare }) => {
    const name = `${way}.${place}`;
    const late = p95Ms <= aims[way] ? [] : [`${name}: p95 ${text(p95Ms)}, aim ${aims[way]} ms`];
    const few = seenShare >= SEEN_SHARE_MIN ? [] : [`${name}: ${percent(seenShare)} of the pictures were seen`];
    return [...late, ...few];
  });
}

/** A row for people. */
export const lineOf = ({ way, p50Ms, p95Ms, stalls, longestGapMs, seenShare }: Row): string =>
  [
    p95Ms <= aims[way] ? 'met   ' : 'MISSED',
    `p50 ${text(p50Ms)}`,
    `p95 ${text(p95Ms)}, aim ${aims[way]} ms`,
    `${stalls} stalls`,
    `longest gap ${text(longestGapMs)}`,
    `${percent(seenShare)} seen`,
  ].join('  ');

const text = (ms: number): string => (Number.isFinite(ms) ? `${Math.round(ms)} ms` : 'nothing measured');
const percent = (share: number): string => `${Math.round(share * 100)} %`;
