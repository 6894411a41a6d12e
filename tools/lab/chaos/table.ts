// What a fault may cost each kind of client, and how long the longest gap is. Pure.

export const clients = ['people', 'encoder', 'flv', 'hls'] as const;
export type ClientKind = (typeof clients)[number];
export const faults = ['kill', 'freeze'] as const;
export type Fault = (typeof faults)[number];

/** Longest gap, ms, on a quiet machine. `encoder`: its picture in a browser by WebRTC. */
export const aims: Readonly<Record<ClientKind, number>> = { people: 1000, encoder: 3000, flv: 2000, hls: 4000 };

export type Gaps = Readonly<Record<ClientKind, number>>;

/** One fault of one process. */
export interface Round {
  readonly victim: string;
  readonly fault: Fault;
  readonly gapsMs: Gaps;
  /** From the fault to another process in its place; NaN: there was none, and it ran on. */
  readonly replacedMs: number;
  /** From the fault to the start of another one that is complete; NaN: none was in time. */
  readonly startedMs: number;
}

/** The worst of some rounds. */
export function worstOf(rounds: readonly Round[]): Gaps {
  const worst = (kind: ClientKind): number => Math.max(...rounds.map(({ gapsMs }) => gapsMs[kind]));
  return { people: worst('people'), encoder: worst('encoder'), flv: worst('flv'), hls: worst('hls') };
}

/** Aims that the worst of the rounds of one fault misses, in words. */
export function missedOf(name: string, rounds: readonly Round[]): string[] {
  const worst = worstOf(rounds);
  const late = clients
    .filter((kind) => !(worst[kind] <= aims[kind]))
    .map((kind) => `${name}: ${kind} without anything new for ${worst[kind]} ms, aim ${aims[kind]} ms`);
  const left = rounds.some(({ fault, replacedMs }) => fault === 'freeze' && Number.isNaN(replacedMs));
  return left ? [...late, `${name}: it was not replaced`] : late;
}

/** A row for people: each figure beside its aim. */
export function rowOf(rounds: readonly Round[]): string {
  const worst = worstOf(rounds);
  const cells = clients.map((kind) => {
    const ms = worst[kind];
    return `${kind} ${String(ms).padStart(6)}/${aims[kind]}${ms <= aims[kind] ? '  ' : ' !'}`;
  });
  const latest = (of: (round: Round) => number): number => Math.max(...rounds.map(of));
  const next = `next process after ${latest(({ replacedMs }) => replacedMs)} ms, complete after ${latest(({ startedMs }) => startedMs)} ms`;
  return [...cells, next].join('  ');
}
