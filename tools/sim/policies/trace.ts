// The trace of the api (`GET /cost/trace`), checked: whatever cannot be played is refused, with its field.

import { HOSTS_MAX } from '@meridian/scheduler/core';
import { faultOfTrace, type Trace } from '../../../api/src/policies/shapes.ts';
import type { Stay } from '../arrivals.ts';
import { UsageError } from '../options.ts';

export type { Trace };
export type TraceSession = Trace['rooms'][number][number];

const HOUR_MS = 3_600_000;
const SPAN_HOURS_MAX = 24;
const SESSIONS_MAX = 100_000;
/** Delays of pairs grow with its square. */
const PEOPLE_MAX = 50;
/** Sessions of one person that follow each other at once are rounded to ms. */
const ROUNDING_S = 0.001;

/** Throws UsageError with the field. */
export function readTrace(text: string): Trace {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError('the trace is no JSON', { cause: error });
  }
  return checkedTrace(json);
}

/** Throws UsageError with the field. */
export function checkedTrace(json: unknown): Trace {
  const fault = faultOfTrace(json);
  if (fault !== undefined) throw wrong(fault.pointer.replace(/^\//, '') || 'all of it', fault.detail);
  const trace = json as Trace;
  const { nodes, links, places, rooms, share } = trace;
  const spanS = (msOf(trace, 'to') - msOf(trace, 'from')) / 1000;
  if (!(spanS > 0 && spanS * 1000 <= SPAN_HOURS_MAX * HOUR_MS)) throw wrong('to', 'is at most 24 hours after `from`');
  if (!(share > 0 && share <= 1)) throw wrong('share', 'is above 0 and at most 1');
  if (nodes.length < 2 || nodes.length > HOSTS_MAX)
    throw wrong('nodes', `are 2 to ${HOSTS_MAX}: with fewer there is no choice`);
  for (const [index, node] of nodes.entries()) {
    checkPlace(node, `nodes/${index}`);
    if (node.sessionsMax < 0) throw wrong(`nodes/${index}/sessionsMax`, 'is below 0');
  }
  for (const [index, { from, to, rttMs }] of links.entries()) {
    if (from >= nodes.length || to >= nodes.length) throw wrong(`links/${index}`, 'is of a node that there is not');
    if (!(rttMs > 0)) throw wrong(`links/${index}/rttMs`, 'is not above 0');
  }
  for (const [index, place] of places.entries()) checkPlace(place, `places/${index}`);
  checkRooms(rooms, { places: places.length, nodes: nodes.length, spanS });
  return trace;
}

function checkRooms(
  rooms: Trace['rooms'],
  { places, nodes, spanS }: { readonly places: number; readonly nodes: number; readonly spanS: number },
): void {
  let sessions = 0;
  for (const [at, room] of rooms.entries()) {
    sessions += room.length;
    if (new Set(room.map(({ person }) => person)).size > PEOPLE_MAX)
      throw wrong(`rooms/${at}`, `has more than ${PEOPLE_MAX} people`);
    for (const [index, { place, node, fromS, toS, rttMs }] of room.entries()) {
      const field = `rooms/${at}/${index}`;
      if (place >= places) throw wrong(`${field}/place`, 'is one that there is not');
      if (node >= nodes) throw wrong(`${field}/node`, 'is one that there is not');
      if (!(fromS >= 0 && fromS < toS && toS <= spanS + ROUNDING_S))
        throw wrong(`${field}/toS`, 'is after `fromS`, and both are within the time of the trace');
      if (rttMs !== undefined && !(rttMs > 0)) throw wrong(`${field}/rttMs`, 'is not above 0');
    }
  }
  if (sessions > SESSIONS_MAX) throw wrong('rooms', `have more than ${SESSIONS_MAX} sessions`);
  if (!rooms.some((room) => isShared(staysOf(room))))
    throw wrong('rooms', 'have no two people at the same time: there is nothing to play');
}

/** Of one room, in order; sessions of one person that overlap are one: it has come back before it was missed. */
export function staysOf(room: readonly TraceSession[]): Stay[] {
  const stays: { person: number; fromMs: number; toMs: number }[] = [];
  const last = new Map<number, (typeof stays)[number]>();
  for (const { person, fromS, toS } of [...room].sort((a, b) => a.fromS - b.fromS)) {
    const before = last.get(person);
    if (before !== undefined && fromS * 1000 <= before.toMs) {
      before.toMs = Math.max(before.toMs, toS * 1000);
      continue;
    }
    const stay = { person, fromMs: fromS * 1000, toMs: toS * 1000 };
    last.set(person, stay);
    stays.push(stay);
  }
  return stays;
}

function isShared(stays: readonly Stay[]): boolean {
  let untilMs = 0;
  return stays.some(({ fromMs, toMs }) => {
    const isTogether = fromMs < untilMs;
    untilMs = Math.max(untilMs, toMs);
    return isTogether;
  });
}

function checkPlace({ latitude, longitude }: Trace['places'][number], field: string): void {
  if (!(Math.abs(latitude) <= 90)) throw wrong(`${field}/latitude`, 'is -90 to 90');
  if (!(Math.abs(longitude) <= 180)) throw wrong(`${field}/longitude`, 'is -180 to 180');
}

function msOf(trace: Trace, field: 'from' | 'to'): number {
  const ms = Date.parse(trace[field]);
  if (!Number.isFinite(ms)) throw wrong(field, 'is no time');
  return ms;
}

const wrong = (field: string, detail: string): UsageError => new UsageError(`the trace: ${field} ${detail}`);
