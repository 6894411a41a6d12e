// A surge on a virtual clock: joins of many rooms within a short time, through the admission of a region; refused joins
// come back at the time in their answer, or never.
import { type Rng, seededRng } from '@meridian/runtime';
import { Admission, type AdmissionClass, type RefusedJoin } from '../../../src/placing/core/admission/index.ts';

export interface Surge {
  readonly seed: string;
  readonly joins: number;
  readonly overMs: number;
  /** Mean of an exponential distribution, cut at 60. */
  readonly joinsPerRoom: number;
  readonly perSecond: number;
  readonly forMs: number;
  /** Whether refused joins come back at the time in their answer. */
  readonly comesBack: boolean;
}
interface Join {
  readonly id: number;
  readonly roomKey: string;
  readonly cls: AdmissionClass;
  readonly atMs: number;
}
interface Outcome {
  readonly join: Join;
  inAtMs: number | undefined;
  turned: number;
}
export interface SurgeResult {
  readonly outcomes: readonly Outcome[];
  readonly queueMax: number;
  readonly attempts: number;
  /** Share of the joins of each class that got in at their first attempt. */
  readonly firstShare: Record<AdmissionClass, number>;
  /** Rooms with some joins in at their first attempt and some not. */
  readonly roomsSplit: number;
  readonly rooms: number;
  readonly lastInMs: number;
  readonly waitMsMax: number;
}

/** Six in ten rooms are new, three are running, and one has lost its sessions. */
function joinsOf({ joins, overMs, joinsPerRoom }: Surge, rng: Rng): Join[] {
  const made: Join[] = [];
  for (let room = 0; made.length < joins; room += 1) {
    const size = Math.max(1, Math.min(60, Math.round(-Math.log(1 - rng.next()) * joinsPerRoom)));
    const kind = rng.next();
    const cls = kind < 0.6 ? 'new' : kind < 0.9 ? 'live' : 'rejoin';
    for (let each = 0; each < size && made.length < joins; each += 1)
      made.push({ id: made.length, roomKey: `t/room${room}`, cls, atMs: rng.next() * overMs });
  }
  return made;
}

export function run(surge: Surge): SurgeResult {
  const rng = seededRng(surge.seed);
  const joins = joinsOf(surge, rng.fork('joins'));
  const jitter = rng.fork('jitter');
  const admission = new Admission({ rand: () => jitter.next(), wallOffsetMs: 0, rateOf: () => surge.perSecond });
  const outcomes = joins.map((join): Outcome => ({ join, inAtMs: undefined, turned: 0 }));
  const live = new Set<string>();
  for (const { cls, roomKey } of joins) {
    if (cls !== 'new') live.add(roomKey);
  }
  const due: number[][] = Array.from({ length: surge.forMs + 1 }, () => []);
  const asksAt = (id: number, atMs: number): void => void due[Math.floor(atMs)]?.push(id);
  for (const { id, atMs } of joins) asksAt(id, atMs);
  let [queueMax, attempts, waitMsMax] = [0, 0, 0];
  const askedMs = new Map<number, number>();

  const isIn = (id: number, nowMs: number): void => {
    const outcome = outcomes[id];
    if (outcome === undefined) throw new RangeError(`join ${id}`);
    outcome.inAtMs = nowMs;
    waitMsMax = Math.max(waitMsMax, nowMs - (askedMs.get(id) ?? nowMs));
    admission.noteAdmitted(`session-${id}`, outcome.join.roomKey);
    live.add(outcome.join.roomKey);
  };
  const isTurned = ({ id, retryAfterMs }: RefusedJoin, nowMs: number): void => {
    const outcome = outcomes[id];
    if (outcome !== undefined) outcome.turned += 1;
    waitMsMax = Math.max(waitMsMax, nowMs - (askedMs.get(id) ?? nowMs));
    if (surge.comesBack) asksAt(id, nowMs + retryAfterMs);
  };
  const ask = ({ id, roomKey, cls }: Join, nowMs: number): void => {
    attempts += 1;
    askedMs.set(id, nowMs);
    const evicted: RefusedJoin[] = [];
    const priorSessionId = cls === 'rejoin' ? `before-${id}` : '';
    const request = { id, region: 'r', roomKey, sessionId: `session-${id}`, priorSessionId, isLive: live.has(roomKey) };
    const answer = admission.ask(request, nowMs, evicted);
    if (answer.type === 'in') isIn(id, nowMs);
    else if (answer.type === 'turned') isTurned(answer.turned, nowMs);
    for (const turned of evicted) isTurned(turned, nowMs);
  };

  for (let nowMs = 0; nowMs < surge.forMs; nowMs += 1) {
    for (const id of due[nowMs] ?? []) {
      const join = joins[id];
      if (join !== undefined) ask(join, nowMs);
    }
    const { letIn, turned } = admission.advance(nowMs);
    for (const { id } of letIn) isIn(id, nowMs);
    for (const each of turned) isTurned(each, nowMs);
    queueMax = Math.max(queueMax, admission.states(nowMs)[0]?.waiting ?? 0);
  }
  return { outcomes, queueMax, attempts, waitMsMax, ...summary(outcomes) };
}

function summary(outcomes: readonly Outcome[]) {
  const firstShare = (cls: AdmissionClass): number => {
    const of = outcomes.filter(({ join }) => join.cls === cls);
    return of.filter(({ inAtMs, turned }) => inAtMs !== undefined && turned === 0).length / Math.max(1, of.length);
  };
  const rooms = new Map<string, Set<boolean>>();
  for (const { join, inAtMs, turned } of outcomes) {
    const seen = rooms.get(join.roomKey) ?? new Set();
    rooms.set(join.roomKey, seen.add(inAtMs !== undefined && turned === 0));
  }
  return {
    firstShare: { rejoin: firstShare('rejoin'), live: firstShare('live'), new: firstShare('new') },
    rooms: rooms.size,
    roomsSplit: [...rooms.values()].filter((seen) => seen.size > 1).length,
    lastInMs: Math.max(...outcomes.map(({ inAtMs }) => inAtMs ?? Number.NEGATIVE_INFINITY)),
  };
}
