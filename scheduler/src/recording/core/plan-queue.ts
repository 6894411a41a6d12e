// Plans the order in which recordings begin, and their recorders.
// - Order: recordings within their tenant's share; priority; within a priority those that have lost their recorder; the
//   tenant with fewest slots, counting those ahead; age.
// - A tenant's share is an equal part of all slots among the tenants that run or wait. It binds only while others wait:
//   recordings beyond it go last, whatever their priority, except a recording that has lost its recorder.
// - A recording too large for the free slots saves up: the recorder that can hold it with most free slots gets no
//   recording from further behind. So large recordings are not passed for ever.
// - Slots kept for booked rooms (KeptSlots) are free for their own recordings only. No running recording is ended for
//   another. Deterministic; n entries of t tenants cost n log t.

import { allowedRecorders, chooseRecorders } from './choice.ts';
import { type KeptSlots, withFree } from './kept-slots.ts';
import { type Recorder, roomKeyOf } from './types.ts';
import type { WaitingEntry } from './waiting.ts';

export interface QueuePlan {
  readonly order: readonly PlannedRecording[];
  /** Recorders after all planned recordings have begun, less the slots kept for booked rooms. */
  readonly recordersAfter: readonly Recorder[];
}

export interface PlannedRecording {
  readonly entry: WaitingEntry;
  /** Recorder on which the recording begins now; undefined: the recording waits. */
  readonly recorderId: string | undefined;
  /** Reason for the wait; '' when it begins. */
  readonly reason: string;
  /** Slots that must become free before it begins: for it and the recordings ahead, less slots already saved up. */
  readonly slotsAhead: number;
}

/** Waiting recordings of a tenant, each group in its own order; those without their recorder form a group. */
interface Group {
  readonly tenant: string;
  readonly hasFailedOver: boolean;
  readonly entries: readonly WaitingEntry[];
  at: number;
  rank: readonly number[];
  key: string;
}

/** `running`: slots by tenant, with handed ones; `kept`: free slots kept for booked rooms. */
export function planQueue(
  entries: readonly WaitingEntry[],
  recorders: readonly Recorder[],
  running: ReadonlyMap<string, number>,
  kept: KeptSlots,
): QueuePlan {
  const slotsOf = new Map(running);
  const tenants = new Set([...running.keys(), ...entries.map(({ ask }) => ask.tenant)]);
  const totalSlots = recorders.reduce((sum, { slots }) => sum + slots, 0);
  const share = Math.max(1, Math.floor(totalSlots / Math.max(1, tenants.size)));
  const pool = new SlotPool(recorders, kept.copy());
  const order: PlannedRecording[] = [];
  let slotsAhead = 0;
  const heap = new GroupHeap();
  const rerank = (group: Group): void => rankGroup(group, slotsOf.get(group.tenant) ?? 0, share);
  for (const group of groupsOf(entries)) {
    rerank(group);
    heap.push(group);
  }
  for (let group = heap.pop(); group !== undefined; group = heap.pop()) {
    const { rank } = group;
    rerank(group);
    // The tenant's second group has advanced meanwhile; a rank only ever gets worse.
    if (compareRanks(group.rank, rank) > 0) {
      heap.push(group);
      continue;
    }
    const entry = group.entries[group.at] as WaitingEntry;
    const { recorderId, reason, missing } = pool.take(entry);
    slotsAhead += missing;
    order.push({ entry, recorderId, reason, slotsAhead });
    // A recording that no recorder can ever hold does not delay its tenant's others.
    if (reason !== NO_RECORDER && reason !== TOO_LARGE)
      slotsOf.set(group.tenant, (slotsOf.get(group.tenant) ?? 0) + entry.ask.slots);
    group.at += 1;
    if (group.at === group.entries.length) continue;
    rerank(group);
    heap.push(group);
  }
  return { order, recordersAfter: pool.recordersAfter };
}

export const NO_RECORDER = 'no recorder lives where the room may be recorded';
export const TOO_LARGE = 'no recorder has so many slots';
export const NO_SLOTS = 'no recorder has so many slots free';
export const KEPT = 'free slots are kept for booked meetings';

/** Outcome for a recording: its recorder, or why it waits and how many slots it lacks. */
interface TakeResult {
  readonly recorderId: string | undefined;
  readonly reason: string;
  readonly missing: number;
}

/** Free slots while recordings take them in order. */
class SlotPool {
  #recorders: readonly Recorder[];
  /** Recorders as seen by a room without a booking. */
  #unbookedView: readonly Recorder[];
  readonly #kept: KeptSlots;

  constructor(recorders: readonly Recorder[], kept: KeptSlots) {
    this.#recorders = recorders;
    this.#kept = kept;
    this.#unbookedView = kept.seenBy('', recorders);
  }

  get recordersAfter(): readonly Recorder[] {
    return this.#recorders;
  }

  take({ ask }: WaitingEntry): TakeResult {
    const roomKey = roomKeyOf(ask.key);
    const visibleRecorders = this.#kept.has(roomKey) ? this.#kept.seenBy(roomKey, this.#recorders) : this.#unbookedView;
    const allowed = allowedRecorders(ask, visibleRecorders);
    if (allowed.length === 0) return { recorderId: undefined, reason: NO_RECORDER, missing: 0 };
    const large = allowed.filter(({ slots }) => slots >= ask.slots);
    if (large.length === 0) return { recorderId: undefined, reason: TOO_LARGE, missing: 0 };
    const [recorderId] = chooseRecorders(ask, large);
    if (recorderId !== undefined) {
      this.#reduceFree(roomKey, recorderId, ask.slots);
      return { recorderId, reason: '', missing: 0 };
    }
    const isKept = allowedRecorders(ask, this.#recorders).some(({ freeSlots }) => freeSlots >= ask.slots);
    const saving = large.reduce((most, recorder) => (recorder.freeSlots > most.freeSlots ? recorder : most));
    if (saving.freeSlots > 0) this.#reduceFree(roomKey, saving.nodeId, saving.freeSlots);
    return { recorderId: undefined, reason: isKept ? KEPT : NO_SLOTS, missing: ask.slots - saving.freeSlots };
  }

  #reduceFree(roomKey: string, recorderId: string, count: number): void {
    this.#kept.take(roomKey, recorderId, count);
    this.#recorders = this.#recorders.map((recorder) =>
      recorder.nodeId === recorderId ? withFree(recorder, recorder.freeSlots - count) : recorder,
    );
    this.#unbookedView = this.#kept.seenBy('', this.#recorders);
  }
}

function groupsOf(entries: readonly WaitingEntry[]): readonly Group[] {
  const found = new Map<string, WaitingEntry[]>();
  for (const entry of entries) {
    const id = `${entry.ask.avoidIds.length > 0 ? 1 : 0} ${entry.ask.tenant}`;
    const group = found.get(id) ?? [];
    group.push(entry);
    found.set(id, group);
  }
  return [...found].map(([id, own]) => {
    own.sort((a, b) => {
      return b.ask.priority - a.ask.priority || a.sinceMs - b.sinceMs || (a.ask.key < b.ask.key ? -1 : 1);
    });
    return { tenant: id.slice(2), hasFailedOver: id.startsWith('1'), entries: own, at: 0, rank: [], key: '' };
  });
}

function rankGroup(group: Group, runningSlots: number, share: number): void {
  const { ask, sinceMs } = group.entries[group.at] as WaitingEntry;
  const isBeyond = !group.hasFailedOver && runningSlots > 0 && runningSlots + ask.slots > share;
  group.rank = [isBeyond ? 1 : 0, -ask.priority, group.hasFailedOver ? 0 : 1, runningSlots, sinceMs];
  group.key = ask.key;
}

/** Below 0: `a` goes first. */
function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const goesBefore = (a: Group, b: Group): boolean => (compareRanks(a.rank, b.rank) || (a.key < b.key ? -1 : 1)) < 0;

class GroupHeap {
  readonly #groups: Group[] = [];

  push(group: Group): void {
    const groups = this.#groups;
    let at = groups.length;
    groups.push(group);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!goesBefore(group, groups[above] as Group)) break;
      groups[at] = groups[above] as Group;
      at = above;
    }
    groups[at] = group;
  }

  pop(): Group | undefined {
    const groups = this.#groups;
    const [first] = groups;
    const lastGroup = groups.pop();
    if (lastGroup === undefined || groups.length === 0) return lastGroup;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= groups.length) break;
      const right = groups[below + 1];
      if (right !== undefined && goesBefore(right, groups[below] as Group)) below += 1;
      if (!goesBefore(groups[below] as Group, lastGroup)) break;
      groups[at] = groups[below] as Group;
      at = below;
    }
    groups[at] = lastGroup;
    return first;
  }
}
