// Recordings of rooms: an owner asks, the centre hands the order to a recorder, or keeps a place in the queue for it.
import {
  errorInfoOf,
  isFence,
  isIdentity,
  isNodeId,
  isRecordingId,
  MeridianError,
  nodeKind,
  partsOf,
  type wire,
} from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { check } from '../base/checks.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import { type NodeRecord, publicState } from '../fleet/core/node.ts';
import type { Ownership } from '../owning/ownership.ts';
import { allowedRecorders, chooseRecorders } from './core/choice.ts';
import { FreedSlots } from './core/freed.ts';
import { HandedRecordings } from './core/handed.ts';
import { planQueue, type QueuePlan } from './core/plan-queue.ts';
import { PRIORITY_MAX, type Recorder, type RecordingAsk, recordingKeyOf, SLOTS_MAX } from './core/types.ts';
import { Waiting } from './core/waiting.ts';

/** Recorders that are asked for one recording at once. */
const ASKED_MAX = 3;
const AVOID_MAX = 16;
/** Rows of each list that an administrator sees. */
const SHOWN_MAX = 1_000;
/** A plan of so few is made anew at each request. */
const SMALL_QUEUE = 64;
/** A plan of a longer queue is made anew at most so often: each looks at all that wait. */
const PLAN_EVERY_MS = 500;

export interface RecordingOptions {
  readonly fleet: Fleet;
  readonly ownership: Pick<Ownership, 'known'>;
  readonly clock: Clock;
  readonly log: Logger;
}

type Send = (recorderId: string, order: wire.RecordOrder) => Promise<wire.RecordAnswer>;
type Answer = wire.RecordAnswer.$Properties;

export class Recording {
  readonly #o: RecordingOptions;
  readonly #handed = new HandedRecordings();
  readonly #waiting = new Waiting();
  readonly #freed = new FreedSlots();
  /** Orders that recorders are asked to take just now, by recording: the same order again waits for the same answer. */
  readonly #sending = new Map<string, Promise<Answer>>();
  #plan: QueuePlan = { order: [], left: [] };
  #plannedAtMs = Number.NEGATIVE_INFINITY;

  constructor(o: RecordingOptions) {
    this.#o = o;
  }

  /**
   * Has a recorder take `order`, or says at which place it waits; `send` hands it over. The same recording again goes
   * to the recorder that has it. Rejects with REQUEST_INVALID, EPOCH_STALE (the asker does not own the room), NO_NODE
   * (the media node is not known), OVERLOADED (too many wait), or with what a recorder answered that no other would
   * take.
   */
  async record(order: wire.RecordOrder, askerId: string, send: Send): Promise<Answer> {
    checkOrder(order);
    const { fleet, ownership } = this.#o;
    const known = ownership.known(order.roomKey);
    const isOwners = known?.lease.ownerId === askerId && known.lease.epoch === order.epoch && known.expiresInMs > 0;
    if (!isOwners) throw new MeridianError('EPOCH_STALE', 'the room has another owner');
    const place = fleet.get(order.nodeId)?.description;
    if (place === undefined) throw new MeridianError('NO_NODE', 'the media node is not known');
    const ask: RecordingAsk = {
      key: recordingKeyOf(order.roomKey, order.recordingId),
      tenant: tenantOf(order.roomKey),
      fence: order.fence,
      priority: order.priority,
      slots: order.slots,
      avoidIds: order.recorderAvoidIds,
      place,
    };
    const sending = this.#sending.get(ask.key);
    if (sending !== undefined) return sending;
    const answer = this.#answer(ask, order, send).finally(() => this.#sending.delete(ask.key));
    this.#sending.set(ask.key, answer);
    return answer;
  }

  async #answer(ask: RecordingAsk, order: wire.RecordOrder, send: Send): Promise<Answer> {
    const nowMs = this.#o.clock.nowMs();
    const before = this.#recorderOf(ask, nowMs);
    if (before !== undefined) {
      this.#waiting.delete(ask.key);
      const begun = await this.#begin(ask, order, [before], send);
      if (begun !== undefined) return begun;
    }
    if (!this.#waiting.put(ask, this.#o.clock.nowMs()))
      throw new MeridianError('OVERLOADED', 'too many recordings wait');
    const plan = this.#planned();
    const mine = plan.order.find(({ entry }) => entry.ask.key === ask.key);
    if (mine?.recorderId === undefined) return this.#wait(ask, mine?.reason ?? '');
    const others = chooseRecorders(ask, plan.left).filter((id) => id !== mine.recorderId);
    const begun = await this.#begin(ask, order, [mine.recorderId].concat(others), send);
    return begun ?? this.#wait(ask, 'no recorder takes it just now');
  }

  /** Undefined: none of these takes it, and another may later. */
  async #begin(
    ask: RecordingAsk,
    order: wire.RecordOrder,
    recorderIds: readonly string[],
    send: Send,
  ): Promise<Answer | undefined> {
    const { clock, log } = this.#o;
    const { key, tenant, slots } = ask;
    for (const recorderId of recorderIds.slice(0, ASKED_MAX)) {
      if (!this.#fits(ask, recorderId)) continue;
      if (!this.#handed.hand({ key, tenant, recorderId, slots }, clock.nowMs()))
        throw new MeridianError('OVERLOADED', 'too many recordings begin');
      try {
        const { state } = await send(recorderId, order);
        if (state !== 'begun') throw new MeridianError('OVERLOADED', `the recorder answered "${state.slice(0, 32)}"`);
        this.#handed.taken(key, recorderId, clock.nowMs());
        this.#waiting.delete(key);
        log.info({ recorderId, roomKey: order.roomKey, recordingId: order.recordingId, slots }, 'a recording begins');
        return { state: 'begun', recorderId };
      } catch (error) {
        const { code, retryable } = errorInfoOf(error);
        log.info({ recorderId, recordingId: order.recordingId, err: error }, 'a recorder does not take a recording');
        // Without an answer it may have taken it: its slots stay charged until they are reported, or lapse.
        const isSilent = error instanceof Error && 'code' in error && String(error.code).startsWith('LINK_');
        if (!isSilent) this.#handed.drop(key, recorderId);
        if (retryable || code === 'INTERNAL') continue;
        this.#waiting.delete(key);
        throw error;
      }
    }
    return undefined;
  }

  /** Looked at again before each is asked: while another answered, its slots may have been given away. */
  #fits(ask: RecordingAsk, recorderId: string): boolean {
    if (this.#recorderOf(ask, this.#o.clock.nowMs()) === recorderId) return true;
    const recorder = this.#recorders().find(({ nodeId }) => nodeId === recorderId);
    return recorder !== undefined && recorder.freeSlots >= ask.slots;
  }

  /** The recorder that reports the recording, or was handed it a moment ago. */
  #recorderOf(ask: RecordingAsk, nowMs: number): string | undefined {
    const allowed = new Set(allowedRecorders(ask, this.#recorders()).map(({ nodeId }) => nodeId));
    for (const { description, load } of this.#nodes()) {
      if (!allowed.has(description.nodeId)) continue;
      const isHeld = load.recordings.some(
        ({ roomKey, recordingId }) => recordingKeyOf(roomKey, recordingId) === ask.key,
      );
      if (isHeld) return description.nodeId;
    }
    return this.#handed.list(nowMs).findLast(({ key, recorderId }) => key === ask.key && allowed.has(recorderId))
      ?.recorderId;
  }

  #wait(ask: RecordingAsk, why: string): Answer {
    const { order } = this.#plan;
    const at = order.findIndex(({ entry }) => entry.ask.key === ask.key);
    const last = order.at(-1);
    const slotsAhead = order[at]?.slotsAhead ?? (last?.slotsAhead ?? 0) + ask.slots;
    const isHopeless = allowedRecorders(ask, this.#recorders()).length === 0;
    const waitMs = isHopeless ? 0 : this.#freed.waitMs(slotsAhead, this.#o.clock.nowMs());
    const unknown = waitMs === 0 && !isHopeless ? 'no slots became free lately, so the wait is not known' : '';
    const reason = [why, unknown].filter((part) => part !== '').join('; ');
    return { state: 'waiting', placeInQueue: at < 0 ? this.#waiting.size : at + 1, waitMs, reason };
  }

  #planned(): QueuePlan {
    const nowMs = this.#o.clock.nowMs();
    if (this.#waiting.size > SMALL_QUEUE && nowMs - this.#plannedAtMs < PLAN_EVERY_MS) return this.#plan;
    this.#plannedAtMs = nowMs;
    this.#freed.observe(
      new Map(this.#nodes().map((node) => [node.description.nodeId, node.load.recordSlotsUsed])),
      nowMs,
    );
    this.#plan = planQueue(this.#waiting.list(nowMs), this.#recorders(), this.#running(nowMs));
    return this.#plan;
  }

  /** Slots by tenant: reported, and handed out since. */
  #running(nowMs: number): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    const add = (tenant: string, slots: number): void => void sums.set(tenant, (sums.get(tenant) ?? 0) + slots);
    for (const { load } of this.#nodes())
      for (const { roomKey, slots } of load.recordings) add(tenantOf(roomKey), slots);
    for (const { tenant, slots } of this.#charged(nowMs)) add(tenant, slots);
    return sums;
  }

  #charged(nowMs: number) {
    return this.#handed.charged((id) => this.#o.fleet.get(id)?.heardAtMs ?? 0, nowMs);
  }

  #nodes(): readonly NodeRecord[] {
    return this.#o.fleet.list().filter(({ description }) => description.kind === nodeKind.recorder);
  }

  #recorders(): readonly Recorder[] {
    const charged = new Map<string, number>();
    for (const { recorderId, slots } of this.#charged(this.#o.clock.nowMs()))
      charged.set(recorderId, (charged.get(recorderId) ?? 0) + slots);
    return this.#nodes().flatMap((node) => {
      const { nodeId, hostId, region, latitude, longitude } = node.description;
      const { recordSlots: slots, recordSlotsUsed } = node.load;
      if (publicState(node) !== 'alive' || slots === 0) return [];
      const freeSlots = Math.max(0, slots - recordSlotsUsed - (charged.get(nodeId) ?? 0));
      return [{ nodeId, hostId, region, latitude, longitude, slots, freeSlots }];
    });
  }

  /** What runs and what waits, with reasons: at most SHOWN_MAX of each. */
  view() {
    const nowMs = this.#o.clock.nowMs();
    const plan = planQueue(this.#waiting.list(nowMs), this.#recorders(), this.#running(nowMs));
    const running = this.#nodes().flatMap(({ description: { nodeId }, load }) =>
      load.recordings.map(({ roomKey, recordingId, slots }) => ({ roomKey, recordingId, slots, recorderId: nodeId })),
    );
    return {
      recorders: this.#recorders()
        .slice(0, SHOWN_MAX)
        .map(({ nodeId, slots, freeSlots }) => ({ nodeId, slots, freeSlots })),
      runningCount: running.length,
      running: running.slice(0, SHOWN_MAX),
      handed: this.#charged(nowMs).slice(0, SHOWN_MAX),
      waitingCount: plan.order.length,
      waiting: plan.order
        .slice(0, SHOWN_MAX)
        .map(({ entry: { ask, sinceMs }, recorderId, reason, slotsAhead }, index) => ({
          placeInQueue: index + 1,
          recording: ask.key,
          priority: ask.priority,
          slots: ask.slots,
          hasLostRecorder: ask.avoidIds.length > 0,
          waitedMs: Math.round(nowMs - sinceMs),
          expectedMs: this.#freed.waitMs(slotsAhead, nowMs),
          reason: recorderId === undefined ? reason : `begins on ${recorderId} when its owner asks again`,
        })),
    };
  }
}

const tenantOf = (roomKey: string): string => partsOf(roomKey)?.tenant ?? '';

function checkOrder(order: wire.RecordOrder): void {
  const { roomKey, recordingId, identity, nodeId, fence, priority, recorderAvoidIds, slots } = order;
  check(partsOf(roomKey) !== undefined, 'room_key');
  check(isRecordingId(recordingId), 'recording_id');
  check(identity === '' || isIdentity(identity), 'identity');
  check(isNodeId(nodeId), 'node_id');
  check(isFence(fence), 'fence');
  check(priority <= PRIORITY_MAX, 'priority');
  check(recorderAvoidIds.length <= AVOID_MAX && recorderAvoidIds.every(isNodeId), 'recorder_avoid_ids');
  check(slots >= 1 && slots <= SLOTS_MAX, 'slots');
}
