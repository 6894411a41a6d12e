// Requests for contents, each at the edge that the shipping choice names, and what ideal caches make of them. Pure.
import type { Rng } from '@meridian/runtime';
import { chooseEdge, type EdgeState } from '../../../../node-shell/src/edges/choose.ts';
import { Lru } from './lru.ts';
import { zipf } from './viewing.ts';

export interface Asked {
  /** 0 is the most popular. */
  readonly content: number;
  readonly edge: number;
}

export interface TraceOptions {
  readonly contents: number;
  readonly requests: number;
  /** Of Zipf's law. */
  readonly exponent: number;
  readonly edges: number;
  /** How many of those who asked last are still there, and are the load of edges. */
  readonly viewers: number;
}

/** Name of a content in keys, of caches and of the choice. */
export const contentName = (content: number): string => `up_bench-${content}`;

const ORIGIN = { originId: 'lib', originUrl: 'http://lib' };
const PLACE = { latitude: 50, longitude: 8 };

/** Edges of one site that all have the same capacity, without viewers. */
export function idleEdges(capacities: readonly number[]): EdgeState[] {
  return capacities.map((capacity, at) => ({
    edge: Object.assign({ url: `http://edge-${at}`, region: 'fra', tier: 'edge' as const, capacity }, PLACE),
    isAlive: true,
    load: 0,
    originIds: new Set([ORIGIN.originId]),
  }));
}

/** What the choice is given for a viewer of this content beside these edges. */
export const choiceOf = (content: number) =>
  Object.assign({ location: PLACE, fence: '', contentKey: contentName(content) }, ORIGIN);

/** Throws a RangeError without edges or without viewers. */
export function traceOf(o: TraceOptions, rng: Pick<Rng, 'next'>): Asked[] {
  if (!Number.isSafeInteger(o.viewers) || o.viewers < 1) throw new RangeError(`${o.viewers} viewers`);
  const draw = zipf(o.contents, o.exponent);
  const loads = Array.from({ length: o.edges }, () => 0);
  const idle = idleEdges(loads.map(() => 2 * o.viewers));
  const trace: Asked[] = [];
  while (trace.length < o.requests) {
    const content = draw(rng);
    const states = idle.map((state, at) => Object.assign({}, state, { load: loads[at] }));
    const chosen = chooseEdge(states, choiceOf(content));
    if (chosen === undefined) throw new RangeError('a trace needs edges');
    const edge = states.indexOf(chosen);
    loads[edge] = (loads[edge] ?? 0) + 1;
    const left = trace[trace.length - o.viewers];
    if (left !== undefined) loads[left.edge] = (loads[left.edge] ?? 0) - 1;
    trace.push({ content, edge });
  }
  return trace;
}

/** Share of requests that are answered by one ideal cache of this size; 0 without requests. */
export function idealHits(trace: readonly Asked[], bytesMax: number, fileBytes: number): number {
  const cache = new Lru(bytesMax);
  return shareOf(trace, ({ content }) => cache.ask(contentName(content), fileBytes));
}

/** The same by ideal caches at the edges, of these sizes: what the choice costs, whatever the caches are. */
export function idealHitsAtEdges(trace: readonly Asked[], bytesMax: readonly number[], fileBytes: number): number {
  const caches = bytesMax.map((bytes) => new Lru(bytes));
  return shareOf(trace, ({ content, edge }) => caches[edge]?.ask(contentName(content), fileBytes) === true);
}

function shareOf(trace: readonly Asked[], isHit: (asked: Asked) => boolean): number {
  return trace.filter(isHit).length / Math.max(1, trace.length);
}
