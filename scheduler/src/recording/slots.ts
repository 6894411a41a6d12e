// Present slots of recorders: reported and recently handed recordings, slots kept for booked rooms, and the rate at
// which slots become free.
import { nodeKind, partsOfRoomKey } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Fleet } from '../fleet/core/fleet.ts';
import { type NodeRecord, publicState } from '../fleet/core/node.ts';
import { FreedSlots } from './core/freed-slots.ts';
import { type HandedRecording, HandedRecordings } from './core/handed-recordings.ts';
import {
  type BookedRecording,
  bookedRecordingsOf,
  type KeptSlots,
  keepSlots,
  nothingKept,
  type RecordBooking,
} from './core/kept-slots.ts';
import { type Recorder, recordingKeyOf, roomKeyOf } from './core/types.ts';

/** Shortest time between plans of kept slots: bookings and reports change about as often. */
const KEEP_EVERY_MS = 1_000;

export interface RecorderSlotsOptions {
  readonly fleet: Fleet;
  readonly clock: Clock;
  bookings(): readonly RecordBooking[];
  /** Time before a booking begins from which slots are kept. */
  readonly keepAheadMs: number;
}

export class RecorderSlots {
  readonly #o: RecorderSlotsOptions;
  readonly handed = new HandedRecordings();
  readonly #freed = new FreedSlots();
  #kept: KeptSlots = nothingKept();
  #keptAtMs = Number.NEGATIVE_INFINITY;

  constructor(o: RecorderSlotsOptions) {
    this.#o = o;
  }

  tick(): void {
    this.#freed.observe(() => this.#running(), this.#o.clock.nowMs());
  }

  /** Returns the expected milliseconds until so many slots have become free; 0: unknown. */
  waitMs(slots: number): number {
    return this.#freed.waitMs(slots, this.#o.clock.nowMs());
  }

  get kept(): KeptSlots {
    const nowMs = this.#o.clock.nowMs();
    if (nowMs - this.#keptAtMs < KEEP_EVERY_MS) return this.#kept;
    this.#keptAtMs = nowMs;
    const booked = bookedRecordingsOf(this.#o.bookings(), this.#o.clock.wallMs(), this.#o.keepAheadMs);
    this.#kept = booked.length === 0 ? nothingKept() : this.#keep(booked);
    return this.#kept;
  }

  #keep(booked: readonly BookedRecording[]): KeptSlots {
    const takenByRoom = new Map<string, number>();
    const take = (roomKey: string, slots: number): void =>
      void takenByRoom.set(roomKey, (takenByRoom.get(roomKey) ?? 0) + slots);
    for (const { liveness, load } of this.nodes())
      if (liveness !== 'dead') for (const { roomKey, slots } of load.recordings) take(roomKey, slots);
    for (const { key, slots } of this.charged()) take(roomKeyOf(key), slots);
    const allNodes = this.#o.fleet.list();
    const placeOf = (region: string) => allNodes.find(({ description }) => description.region === region)?.description;
    return keepSlots(booked, this.recorders(), takenByRoom, placeOf);
  }

  /** Returns the slots of a recorder that a recording of this room may have now; 0: none, or it takes no work. */
  freeFor(roomKey: string, recorderId: string): number {
    const recorder = this.recorders().filter(({ nodeId }) => nodeId === recorderId);
    return this.kept.seenBy(roomKey, recorder)[0]?.freeSlots ?? 0;
  }

  /** Charges a recording to a recorder at once. False: too many are charged. */
  hand(recording: HandedRecording): boolean {
    const { kept } = this; // read before the charge, after which the recording's slots would count as used
    if (!this.handed.recordHanded(recording, this.#o.clock.nowMs())) return false;
    kept.take(roomKeyOf(recording.key), recording.recorderId, recording.slots);
    return true;
  }

  /** Returns the slots by tenant, reported and handed out since. */
  byTenant(): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    const add = (tenant: string, slots: number): void => void sums.set(tenant, (sums.get(tenant) ?? 0) + slots);
    for (const { load } of this.nodes())
      for (const { roomKey, slots } of load.recordings) add(partsOfRoomKey(roomKey)?.tenant ?? '', slots);
    for (const { tenant, slots } of this.charged()) add(tenant, slots);
    return sums;
  }

  /** Returns recordings that were handed out and are in no report yet. */
  charged(): readonly HandedRecording[] {
    return this.handed.unreported((id) => this.#o.fleet.get(id)?.heardAtMs ?? 0, this.#o.clock.nowMs());
  }

  nodes(): readonly NodeRecord[] {
    return this.#o.fleet.list().filter(({ description }) => description.kind === nodeKind.recorder);
  }

  recorders(): readonly Recorder[] {
    const charged = new Map<string, number>();
    for (const { recorderId, slots } of this.charged()) charged.set(recorderId, (charged.get(recorderId) ?? 0) + slots);
    return this.nodes().flatMap((node) => {
      const { nodeId, hostId, region, latitude, longitude } = node.description;
      const { recordSlots: slots, recordSlotsUsed } = node.load;
      if (publicState(node) !== 'alive' || slots === 0) return [];
      const freeSlots = Math.max(0, slots - recordSlotsUsed - (charged.get(nodeId) ?? 0));
      return [{ nodeId, hostId, region, latitude, longitude, slots, freeSlots }];
    });
  }

  #running(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    const alive = this.nodes().filter((node) => publicState(node) === 'alive');
    return new Map(
      alive.map(({ description, load }) => [
        description.nodeId,
        new Map(load.recordings.map((one) => [recordingKeyOf(one.roomKey, one.recordingId), one.slots])),
      ]),
    );
  }
}
