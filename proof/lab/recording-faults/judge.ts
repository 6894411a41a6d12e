// Compares what the files of a recording show with the seconds that they should have. Pure.
import { TONES } from '../../support/clock/burst.ts';

/** Times since 1970: of the moment in the recording, and of the clock in the picture. */
export interface SeenPicture {
  readonly wallMs: number;
  readonly drawnMs: number;
}

export interface HeardBurst {
  readonly wallMs: number;
  /** Second of the clock modulo `TONES`. */
  readonly tone: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RecordedFacts extends Span {
  /** Named holes, since 1970. */
  readonly holes: readonly Span[];
  /** Times in which the machine stood still, so that nothing can be said of them. */
  readonly stalls: readonly Span[];
  readonly pictures: readonly SeenPicture[];
  readonly bursts: readonly HeardBurst[];
}

export interface Verdict {
  /** Seconds that neither the files nor a named hole has. */
  readonly silent: readonly string[];
  readonly seconds: number;
  /** Lost seconds in which the machine stood still. */
  readonly unsure: number;
  /** Seconds within named holes. */
  readonly missing: number;
  readonly longestHoleMs: number;
  /** Time from the clock to the recording: encoder, gateway and media node. */
  readonly latencyMs: number;
  /** Largest distance of a picture from its place. */
  readonly apartMs: number;
}

/** A recording may begin or end with so much less: key frame, joining, last packets. */
const EDGE_MS = 2500;
/** A loss may begin or end so much beside its hole or stall: key frame, times of packets. */
const EDGES_MS = 1000;

/** `toMs - fromMs` is the time between the first and the last stint. */
export function judge({ fromMs, toMs, holes, stalls, pictures, bursts }: RecordedFacts): Verdict {
  // A composer shows the last picture again while none comes.
  const firsts = new Map(pictures.toReversed().map(({ wallMs, drawnMs }) => [drawnMs, wallMs - drawnMs]));
  const delays = [...firsts.values()].sort((a, b) => a - b);
  const latencyMs = delays[Math.floor(delays.length / 2)] ?? 0;
  const seen = new Set(pictures.map(({ drawnMs }) => Math.floor(drawnMs / 1000)));
  const heard = new Set(bursts.map((burst) => secondOf(burst, latencyMs)));
  const isIn = (spans: readonly Span[], second: number): boolean => {
    const atMs = second * 1000 + latencyMs;
    return spans.some((span) => atMs + 1000 > span.fromMs - EDGES_MS && atMs < span.toMs + EDGES_MS);
  };
  const silent: string[] = [];
  let [seconds, missing, unsure] = [0, 0, 0];
  const last = Math.floor((toMs - EDGE_MS - latencyMs) / 1000);
  for (let second = Math.ceil((fromMs + EDGE_MS - latencyMs) / 1000); second < last; second += 1) {
    seconds += 1;
    const lost = [seen.has(second) ? '' : 'picture', heard.has(second) ? '' : 'sound'].filter(Boolean);
    if (lost.length === 0) continue;
    if (isIn(holes, second)) missing += 1;
    else if (isIn(stalls, second)) unsure += 1;
    else silent.push(`second ${Math.round((second * 1000 + latencyMs - fromMs) / 1000)}: no ${lost.join(', no ')}`);
  }
  return {
    silent,
    seconds,
    unsure,
    missing,
    longestHoleMs: Math.round(Math.max(0, ...holes.map((hole) => hole.toMs - hole.fromMs))),
    latencyMs: Math.round(latencyMs),
    apartMs: Math.round(Math.max(0, ...delays.map((ms) => Math.abs(ms - latencyMs)))),
  };
}

/** Returns the second of the burst's tone that is nearest to the burst. */
export function secondOf({ wallMs, tone }: HeardBurst, latencyMs: number): number {
  const near = Math.round((wallMs - latencyMs) / 1000);
  const half = TONES / 2;
  const ahead = (((tone - near + half) % TONES) + TONES) % TONES;
  return near + ahead - half;
}
