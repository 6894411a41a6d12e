// Recordings of rooms: an owner requests a recording, and the centre hands the order to a recorder or keeps a place in
// the queue for it.
import {
  type ErrorCode,
  errorInfoOf,
  isFence,
  isIdentity,
  isNodeId,
  isRecordingId,
  MeridianError,
  partsOfRoomKey,
  type wire,
} from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { check } from '../base/checks.ts';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Ownership } from '../owning/ownership.ts';
import { allowedRecorders, chooseRecorders } from './core/choice.ts';
import { withFree } from './core/kept-slots.ts';
import { planQueue, type QueuePlan } from './core/plan-queue.ts';
import { PRIORITY_MAX, type RecordingAsk, recordingKeyOf, roomKeyOf, SLOTS_MAX } from './core/types.ts';
import { WAITING_MAX, WAITING_OF_TENANT_MAX, Waiting, type WaitingFull } from './core/waiting.ts';
import { RecorderSlots, type RecorderSlotsOptions } from './slots.ts';

const RECORDERS_TRIED_MAX = 3;
/** Longest wait for a recorder, which answers by its slots, its disk and the tenant's key before it joins the room. */
const FIRST_MS = 2000;
/**
 * Longest wait for a recorder that has the recording, which answers at once. Above a hiccup of its link; a second
 * recorder beside a slow one does no harm, and a hole does.
 */
const REPEATED_MS = 1200;
const AVOID_MAX = 16;
/** Rows of each list that an administrator sees. */
const SHOWN_MAX = 1_000;
/** Length of the queue up to which the plan is made anew at each request. */
const SMALL_QUEUE = 64;
/** Shortest time between plans of a longer queue: each plan looks at all that wait. */
const PLAN_EVERY_MS = 500;

export interface RecordingOptions extends RecorderSlotsOptions {
  readonly ownership: Pick<Ownership, 'knownLease'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Pick<CentreMetrics, 'recordingsHanded' | 'recordingsRefused'>;
}

const QUEUE_FULL_MESSAGES: Readonly<Record<WaitingFull, string>> = {
  queue: `too many recordings wait: ${WAITING_MAX}`,
  tenant: `too many recordings of this tenant wait: ${WAITING_OF_TENANT_MAX}`,
};

/** Errors for a capability that another recorder may have. */
const CAPABILITY_ERRORS: ReadonlySet<string> = new Set<ErrorCode>([
  ...(['NO_PICTURE_TRANSCODER', 'NO_SOUND_TRANSCODER', 'NO_BROWSER', 'NO_SANDBOX'] as const),
  // A different recorder may reach the web page to record, or have more memory for it.
  ...(['PAGE_FAILED', 'PAGE_TOO_LARGE'] as const),
]);

type Send = (recorderId: string, order: wire.RecordOrder, deadlineMs: number) => Promise<wire.RecordAnswer>;
type Answer = wire.RecordAnswer.$Properties;

/** Form in which a recorder may take an order, with its cost. `later`: it keeps tracks for composing after the end. */
interface Form {
  readonly later: boolean;
  readonly slots: number;
}

/** Outcome of a form: an answer, or the capability error of the recorders that were asked, if they had one. */
interface Tried {
  readonly answer?: Answer;
  readonly capabilityError?: unknown;
}

export class Recording {
  readonly #o: RecordingOptions;
  readonly #slots: RecorderSlots;
  readonly #waiting = new Waiting();
  /** Orders that recorders are deciding on, by recording: a repeated order waits for the same answer. */
  readonly #sending = new Map<string, Promise<Answer>>();
  #plan: QueuePlan = { order: [], recordersAfter: [] };
  #plannedAtMs = Number.NEGATIVE_INFINITY;

  constructor(o: RecordingOptions) {
    this.#o = o;
    this.#slots = new RecorderSlots(o);
  }

  /** Observes how fast slots become free: called by a timer, at least every few seconds. */
  tick(): void {
    this.#slots.tick();
  }

  /**
   * Hands `order` to a recorder by `send`, or answers its place in the queue. An order to compose with `track_slots`
   * goes to a recorder that can compose now, else with `later` to one that can keep its tracks. A repeated recording
   * goes to the recorder that has it. Rejects with REQUEST_INVALID, EPOCH_STALE (the asker does not own the room),
   * NO_NODE (unknown media node), OVERLOADED (the whole queue or the tenant's part is full), or a recorder's error that
   * no other recorder would avoid.
   */
  async record(order: wire.RecordOrder, askerId: string, send: Send): Promise<Answer> {
    checkOrder(order);
    const { fleet, ownership } = this.#o;
    const knownLease = ownership.knownLease(order.roomKey);
    const isOwners =
      knownLease?.lease.ownerId === askerId && knownLease.lease.epoch === order.epoch && knownLease.expiresInMs > 0;
    if (!isOwners) throw new MeridianError('EPOCH_STALE', 'the room has another owner');
    const mediaNode = fleet.get(order.nodeId)?.description;
    if (mediaNode === undefined) throw new MeridianError('NO_NODE', 'the media node is not known');
    const ask: RecordingAsk = {
      key: recordingKeyOf(order.roomKey, order.recordingId),
      tenant: tenantOf(order.roomKey),
      fence: order.fence,
      priority: order.priority,
      slots: Math.min(...formsOf(order).map(({ slots }) => slots)),
      avoidIds: order.recorderAvoidIds,
      place: mediaNode,
    };
    const sending = this.#sending.get(ask.key);
    if (sending !== undefined) return sending;
    const answer = this.#answer(ask, order, send).finally(() => this.#sending.delete(ask.key));
    this.#sending.set(ask.key, answer);
    return answer;
  }

  async #answer(ask: RecordingAsk, order: wire.RecordOrder, send: Send): Promise<Answer> {
    const recorderBefore = this.#recorderOf(ask, this.#o.clock.nowMs());
    if (recorderBefore === undefined) return this.#choose(ask, order, send);
    this.#waiting.delete(ask.key);
    const forms = formsOf(order);
    const isLater = this.#slots.handed.isLater(ask.key, recorderBefore);
    const form = forms.find(({ later }) => later === isLater) ?? forms[0];
    const { answer } = await this.#begin(ask, order, form, [recorderBefore], send);
    if (answer !== undefined) return answer;
    // The recorder may be cut off: asking it again would only wait once more.
    return this.#choose({ ...ask, avoidIds: [...ask.avoidIds, recorderBefore] }, order, send);
  }

  async #choose(ask: RecordingAsk, order: wire.RecordOrder, send: Send): Promise<Answer> {
    const full = this.#waiting.put(ask, this.#o.clock.nowMs());
    if (full !== undefined) {
      this.#o.metrics.recordingsRefused.inc({ by: full });
      throw new MeridianError('OVERLOADED', QUEUE_FULL_MESSAGES[full]);
    }
    const plan = this.#currentPlan();
    const plannedEntry = plan.order.find(({ entry }) => entry.ask.key === ask.key);
    const plannedId = plannedEntry?.recorderId;
    if (plannedId === undefined) return this.#wait(ask, plannedEntry?.reason ?? '');
    // The plan counts the recording itself with its smallest cost.
    const recordersLeft = plan.recordersAfter.map((one) =>
      one.nodeId === plannedId ? withFree(one, one.freeSlots + ask.slots) : one,
    );
    const visibleRecorders = this.#slots.kept.seenBy(order.roomKey, recordersLeft);
    let tried: Tried = {};
    for (const form of formsOf(order)) {
      const chosen = chooseRecorders({ ...ask, slots: form.slots }, visibleRecorders);
      const planned = form.slots === ask.slots ? [plannedId] : [];
      tried = await this.#begin(ask, order, form, [...new Set(planned.concat(chosen))], send);
      if (tried.answer !== undefined) return tried.answer;
    }
    const { capabilityError } = tried;
    if (capabilityError === undefined) return this.#wait(ask, 'no recorder takes it just now');
    // No present recorder can ever make it; when another recorder joins, the owner has repeated the request.
    this.#o.metrics.recordingsRefused.inc({ by: 'recorder' });
    this.#waiting.delete(ask.key);
    throw capabilityError;
  }

  /** Asks recorders one after the other; no answer: none accepts it now but one may later. */
  async #begin(
    ask: RecordingAsk,
    order: wire.RecordOrder,
    form: Form,
    recorderIds: readonly string[],
    send: Send,
  ): Promise<Tried> {
    const { clock, log, metrics } = this.#o;
    const { handed } = this.#slots;
    const { key, tenant } = ask;
    const { later } = form;
    let capabilityError: unknown;
    for (const recorderId of recorderIds.slice(0, RECORDERS_TRIED_MAX)) {
      if (!this.#fits(ask, form.slots, recorderId)) continue;
      const reported = this.#reportOf(key, new Set([recorderId]));
      const hasBegun = handed.isAccepted(key, recorderId) || reported !== undefined;
      const slots = reported?.slots ?? form.slots;
      if (!this.#slots.hand({ key, tenant, recorderId, slots, later }))
        throw new MeridianError('OVERLOADED', 'too many recordings begin');
      try {
        const answer = await send(recorderId, orderOf(order, form), hasBegun ? REPEATED_MS : FIRST_MS);
        const { state } = answer;
        if (state !== 'begun') throw new MeridianError('OVERLOADED', `the recorder answered "${state.slice(0, 32)}"`);
        handed.accepted(key, recorderId, answer.later, clock.nowMs());
        this.#waiting.delete(key);
        // The owner repeats its order every few seconds for as long as the recording runs.
        if (!hasBegun) {
          const { roomKey, recordingId } = order;
          metrics.recordingsHanded.inc({ why: ask.avoidIds.length === 0 ? 'first' : 'failover' });
          log.info({ recorderId, roomKey, recordingId, slots, later: answer.later }, 'a recording begins');
        }
        return { answer: { state: 'begun', recorderId, later: answer.later } };
      } catch (error) {
        const { code, retryable } = errorInfoOf(error);
        log.info({ recorderId, recordingId: order.recordingId, err: error }, 'a recorder does not take a recording');
        // A silent recorder may have accepted it: its slots stay charged until they are reported, or lapse.
        const isSilent = error instanceof Error && 'code' in error && String(error.code).startsWith('LINK_');
        if (!isSilent) handed.drop(key, recorderId);
        if (CAPABILITY_ERRORS.has(code)) capabilityError = error;
        if (retryable || code === 'INTERNAL' || CAPABILITY_ERRORS.has(code)) continue;
        metrics.recordingsRefused.inc({ by: 'recorder' });
        this.#waiting.delete(key);
        throw error;
      }
    }
    return { capabilityError };
  }

  /** Checks a recorder again right before each attempt, because its slots may be gone since. */
  #fits(ask: RecordingAsk, slots: number, recorderId: string): boolean {
    if (this.#recorderOf(ask, this.#o.clock.nowMs()) === recorderId) return true;
    return this.#slots.freeFor(roomKeyOf(ask.key), recorderId) >= slots;
  }

  /** Returns the recorder that reports the recording, or was handed it recently. */
  #recorderOf(ask: RecordingAsk, nowMs: number): string | undefined {
    const allowed = new Set(allowedRecorders(ask, this.#slots.recorders()).map(({ nodeId }) => nodeId));
    const report = this.#reportOf(ask.key, allowed);
    if (report !== undefined) return report.recorderId;
    return this.#slots.handed.list(nowMs).findLast(({ key, recorderId }) => key === ask.key && allowed.has(recorderId))
      ?.recorderId;
  }

  /** Returns the recorder, one of `ids`, whose last report contains the recording, and the recording's slots there. */
  #reportOf(
    key: string,
    ids: ReadonlySet<string>,
  ): { readonly recorderId: string; readonly slots: number } | undefined {
    for (const { description, load } of this.#slots.nodes()) {
      if (!ids.has(description.nodeId)) continue;
      const held = load.recordings.find(({ roomKey, recordingId }) => recordingKeyOf(roomKey, recordingId) === key);
      if (held !== undefined) return { recorderId: description.nodeId, slots: held.slots };
    }
    return undefined;
  }

  #wait(ask: RecordingAsk, why: string): Answer {
    const { order } = this.#plan;
    const at = order.findIndex(({ entry }) => entry.ask.key === ask.key);
    const lastPlanned = order.at(-1);
    const slotsAhead = order[at]?.slotsAhead ?? (lastPlanned?.slotsAhead ?? 0) + ask.slots;
    const isHopeless = allowedRecorders(ask, this.#slots.recorders()).length === 0;
    const waitMs = isHopeless ? 0 : this.#slots.waitMs(slotsAhead);
    const unknown = waitMs === 0 && !isHopeless ? 'no slots became free lately, so the wait is not known' : '';
    const reason = [why, unknown].filter((part) => part !== '').join('; ');
    return { state: 'waiting', placeInQueue: at < 0 ? this.#waiting.size : at + 1, waitMs, reason };
  }

  #currentPlan(): QueuePlan {
    const nowMs = this.#o.clock.nowMs();
    if (this.#waiting.size > SMALL_QUEUE && nowMs - this.#plannedAtMs < PLAN_EVERY_MS) return this.#plan;
    this.#plannedAtMs = nowMs;
    this.#plan = this.#planNow(nowMs);
    return this.#plan;
  }

  #planNow(nowMs: number): QueuePlan {
    const slots = this.#slots;
    return planQueue(this.#waiting.list(nowMs), slots.recorders(), slots.byTenant(), slots.kept);
  }

  queue(): { readonly waiting: number; readonly oldestMs: number } {
    const nowMs = this.#o.clock.nowMs();
    const waiting = this.#waiting.list(nowMs);
    return { waiting: waiting.length, oldestMs: oldestOf(waiting, nowMs) };
  }

  counts() {
    const nowMs = this.#o.clock.nowMs();
    const { kept } = this.#slots;
    const allRecorders = this.#slots.recorders();
    const sum = (of: readonly { readonly slots: number }[]): number =>
      of.reduce((total, { slots }) => total + slots, 0);
    const free = allRecorders.reduce((total, { freeSlots }) => total + freeSlots, 0);
    const ids = new Set(allRecorders.map(({ nodeId }) => nodeId));
    const handed = sum(this.#slots.charged().filter(({ recorderId }) => ids.has(recorderId)));
    const waiting = this.#waiting.list(nowMs);
    const byPriority = Array.from({ length: PRIORITY_MAX + 1 }, () => 0);
    for (const { ask } of waiting) byPriority[ask.priority] = (byPriority[ask.priority] ?? 0) + 1;
    return {
      slots: {
        used: Math.max(0, sum(allRecorders) - free - handed),
        handed,
        kept: kept.slots,
        free: Math.max(0, free - kept.slots),
      },
      shortSlots: kept.short,
      byPriority,
      oldestMs: oldestOf(waiting, nowMs),
    };
  }

  /** Returns running and waiting recordings with reasons, at most SHOWN_MAX of each. */
  view() {
    const nowMs = this.#o.clock.nowMs();
    const plan = this.#planNow(nowMs);
    const { kept } = this.#slots;
    const running = this.#slots
      .nodes()
      .flatMap(({ description: { nodeId }, load }) =>
        load.recordings.map(({ roomKey, recordingId, slots }) => ({ roomKey, recordingId, slots, recorderId: nodeId })),
      );
    return {
      recorders: this.#slots
        .recorders()
        .slice(0, SHOWN_MAX)
        .map(({ nodeId, slots, freeSlots }) => ({ nodeId, slots, freeSlots })),
      runningCount: running.length,
      running: running.slice(0, SHOWN_MAX),
      handed: this.#slots.charged().slice(0, SHOWN_MAX),
      keptSlots: kept.slots,
      kept: kept.list().slice(0, SHOWN_MAX),
      shortSlots: kept.short,
      short: [...kept.shortByRoom].slice(0, SHOWN_MAX).map(([roomKey, slots]) => ({ roomKey, slots })),
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
          expectedMs: this.#slots.waitMs(slotsAhead),
          reason: recorderId === undefined ? reason : `begins on ${recorderId} when its owner asks again`,
        })),
    };
  }
}

const oldestOf = (waiting: readonly { readonly sinceMs: number }[], nowMs: number): number =>
  waiting.reduce((most, { sinceMs }) => Math.max(most, nowMs - sinceMs), 0);

const tenantOf = (roomKey: string): string => partsOfRoomKey(roomKey)?.tenant ?? '';

/** Returns the forms of an order, the preferred one first. */
function formsOf({ mode, slots, trackSlots }: wire.RecordOrder): readonly [Form, ...Form[]] {
  const now = { later: false, slots };
  return mode === 'composed' && trackSlots > 0 ? [now, { later: true, slots: trackSlots }] : [now];
}

/** Returns an owner's order as a recorder gets it. */
const orderOf = (order: wire.RecordOrder, { later }: Form): wire.RecordOrder =>
  Object.assign({}, order, { later, slots: later ? order.trackSlots : order.slots });

function checkOrder(order: wire.RecordOrder): void {
  const { roomKey, recordingId, identity, nodeId, fence, priority, recorderAvoidIds, slots } = order;
  check(partsOfRoomKey(roomKey) !== undefined, 'room_key');
  check(isRecordingId(recordingId), 'recording_id');
  check(identity === '' || isIdentity(identity), 'identity');
  check(isNodeId(nodeId), 'node_id');
  check(isFence(fence), 'fence');
  check(priority <= PRIORITY_MAX, 'priority');
  check(recorderAvoidIds.length <= AVOID_MAX && recorderAvoidIds.every(isNodeId), 'recorder_avoid_ids');
  check(slots >= 1 && slots <= SLOTS_MAX, 'slots');
}
