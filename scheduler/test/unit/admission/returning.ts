// Clients of a signaling node that was away come back, with the receipts of their lost sessions, while other clients
// join as on any day. Simulates the admission of a region on a virtual clock; a client that is turned away comes back
// at the time in its answer.
import { type Rng, seededRng } from '@meridian/runtime';
import { Admission, type AdmissionClass, type RefusedJoin } from '../../../src/placing/core/admission/index.ts';

export interface Return {
  readonly seed: string;
  readonly rooms: number;
  readonly perRoom: number;
  readonly overMs: number;
  readonly perSecond: number;
  /** Joins of others, into rooms of three that begin and rooms that run, all the time. */
  readonly othersPerSecond: number;
  readonly forMs: number;
}
interface Join {
  readonly id: number;
  readonly roomKey: string;
  readonly cls: AdmissionClass;
  readonly atMs: number;
  inAtMs: number | undefined;
  turned: number;
}
export interface ReturnResult {
  /** Longest time from the first request to the admission of a returning client; Infinity: not admitted. */
  readonly lastWaitMs: number;
  readonly waitedMs: number;
  readonly attempts: number;
  readonly turned: number;
  /** Rooms with a member admitted and another turned away at the first attempt. */
  readonly roomsSplit: number;
  readonly othersTurned: number;
}

/** Time before the first return in which the gate sees nothing but the others. */
const QUIET_MS = 5000;

function joinsOf(o: Return, rng: Rng): Join[] {
  const joins: Join[] = [];
  const add = (roomKey: string, cls: AdmissionClass, atMs: number): void => {
    joins.push({ id: joins.length, roomKey, cls, atMs: Math.floor(atMs), inAtMs: undefined, turned: 0 });
  };
  for (let room = 0; room < o.rooms; room += 1)
    for (let each = 0; each < o.perRoom; each += 1) add(`t/back${room}`, 'rejoin', QUIET_MS + rng.next() * o.overMs);
  const others = (o.othersPerSecond * o.forMs) / 1000;
  for (let at = 0; at < others; at += 1)
    add(`t/other${Math.floor(at / 3)}`, at % 2 === 0 ? 'new' : 'live', (at * 1000) / o.othersPerSecond);
  return joins;
}

export function comeBack(o: Return): ReturnResult {
  const rng = seededRng(o.seed);
  const joins = joinsOf(o, rng.fork('joins'));
  const jitter = rng.fork('jitter');
  const admission = new Admission({ rand: () => jitter.next(), wallOffsetMs: 0, rateOf: () => o.perSecond });
  const due: Join[][] = Array.from({ length: o.forMs }, () => []);
  for (const join of joins) due[join.atMs]?.push(join);
  const isIn = ({ id }: { id: number }, nowMs: number): void => {
    const join = joins[id];
    if (join === undefined) throw new RangeError(`join ${id}`);
    join.inAtMs = nowMs;
    admission.noteAdmitted(`session-${id}`, join.roomKey);
  };
  const isTurned = ({ id, retryAfterMs }: RefusedJoin, nowMs: number): void => {
    const join = joins[id];
    if (join === undefined) throw new RangeError(`join ${id}`);
    join.turned += 1;
    due[nowMs + retryAfterMs]?.push(join);
  };
  for (let nowMs = 0; nowMs < o.forMs; nowMs += 1) {
    for (const { id, roomKey, cls } of due[nowMs] ?? []) {
      const evicted: RefusedJoin[] = [];
      const priorSessionId = cls === 'rejoin' ? `before-${id}` : '';
      const ask = { id, region: 'r', roomKey, sessionId: `session-${id}`, priorSessionId, isLive: cls !== 'new' };
      const answer = admission.ask(ask, nowMs, evicted);
      if (answer.type === 'in') isIn({ id }, nowMs);
      else if (answer.type === 'turned') isTurned(answer.turned, nowMs);
      for (const turned of evicted) isTurned(turned, nowMs);
    }
    const { letIn, turned } = admission.advance(nowMs);
    for (const one of letIn) isIn(one, nowMs);
    for (const one of turned) isTurned(one, nowMs);
  }
  return summary(joins);
}

function summary(joins: readonly Join[]): ReturnResult {
  const returningJoins = joins.filter(({ cls }) => cls === 'rejoin');
  const waits = returningJoins.map(({ atMs, inAtMs }) => (inAtMs ?? Number.POSITIVE_INFINITY) - atMs);
  const rooms = new Map<string, Set<boolean>>();
  for (const { roomKey, turned } of returningJoins)
    rooms.set(roomKey, (rooms.get(roomKey) ?? new Set()).add(turned === 0));
  return {
    lastWaitMs: Math.max(...waits),
    waitedMs: waits.reduce((sum, wait) => sum + wait, 0) / waits.length,
    attempts: returningJoins.reduce((sum, { turned }) => sum + turned + 1, 0),
    turned: returningJoins.filter(({ turned }) => turned > 0).length,
    roomsSplit: [...rooms.values()].filter((seen) => seen.size > 1).length,
    othersTurned: joins.filter(({ cls, turned }) => cls !== 'rejoin' && turned > 0).length,
  };
}
