// Recorder slots kept for booked rooms: from some minutes before a booking begins until it ends, the booked slots that
// its recordings have not taken yet. Recordings of other rooms see them as used. All state follows from bookings and
// reports, so the next leader derives the same.
// - Slots are kept near the booked region, inside the booking's fence: on the nearest recorder with enough free slots,
//   because a recording never spans two recorders; otherwise on the recorders with most free slots. For the same
//   reason a room keeps at most as many slots as the largest recorder there has.
// - Slots that do not fit are short: shown, and tried again with every plan. No clock: times are arguments.
//
import type { Point } from '@meridian/protocol';
import { allowedRecorders, byNearness } from './choice.ts';
import type { Recorder } from './types.ts';

/** Limit of rooms with kept slots; beyond it the latest wait. */
export const BOOKED_ROOMS_MAX = 2_000;

export interface RecordBooking {
  readonly id: string;
  readonly region: string;
  readonly roomKey?: string | undefined;
  /** Participants to record at once; absent: none. */
  readonly recordSlots?: number | undefined;
  /** Fence of the recording; absent: any region. */
  readonly fence?: string | undefined;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

export interface BookedRecording {
  readonly roomKey: string;
  readonly region: string;
  readonly fence: string;
  readonly slots: number;
}

/** Returns the earliest BOOKED_ROOMS_MAX. Of a room's bookings the largest counts, among equals the first. */
export function bookedRecordingsOf(
  bookings: readonly RecordBooking[],
  wallMs: number,
  aheadMs: number,
): readonly BookedRecording[] {
  const dueBookings = bookings.filter(({ roomKey, recordSlots = 0, startsAtMs, endsAtMs }) => {
    return roomKey !== undefined && recordSlots > 0 && startsAtMs - aheadMs <= wallMs && endsAtMs > wallMs;
  });
  dueBookings.sort((a, b) => a.startsAtMs - b.startsAtMs || (a.id < b.id ? -1 : 1));
  const byRoom = new Map<string, BookedRecording>();
  for (const { roomKey = '', region, recordSlots: slots = 0, fence = '' } of dueBookings) {
    const before = byRoom.get(roomKey);
    if (before === undefined && byRoom.size >= BOOKED_ROOMS_MAX) continue;
    if (before === undefined || slots > before.slots) byRoom.set(roomKey, { roomKey, region, fence, slots });
  }
  return [...byRoom.values()];
}

export interface KeptForRoom {
  readonly roomKey: string;
  readonly recorderId: string;
  readonly slots: number;
}

export class KeptSlots {
  readonly #byRecorder = new Map<string, Map<string, number>>(); // recorder -> room key -> slots
  readonly #sums = new Map<string, number>(); // recorder -> slots
  readonly #rooms = new Set<string>();
  /** Booked slots that are neither used nor kept, by room. */
  readonly shortByRoom: ReadonlyMap<string, number>;

  constructor(keptForRooms: readonly KeptForRoom[], shortByRoom: ReadonlyMap<string, number>) {
    this.shortByRoom = shortByRoom;
    for (const { roomKey, recorderId, slots } of keptForRooms) {
      const rooms = this.#byRecorder.get(recorderId) ?? new Map<string, number>();
      this.#byRecorder.set(recorderId, rooms.set(roomKey, slots));
      this.#sums.set(recorderId, (this.#sums.get(recorderId) ?? 0) + slots);
      this.#rooms.add(roomKey);
    }
  }

  get slots(): number {
    return [...this.#sums.values()].reduce((sum, slots) => sum + slots, 0);
  }

  get short(): number {
    return [...this.shortByRoom.values()].reduce((sum, slots) => sum + slots, 0);
  }

  list(): readonly KeptForRoom[] {
    return [...this.#byRecorder].flatMap(([recorderId, rooms]) =>
      [...rooms].map(([roomKey, slots]) => ({ roomKey, recorderId, slots })),
    );
  }

  copy(): KeptSlots {
    return new KeptSlots(this.list(), this.shortByRoom);
  }

  has(roomKey: string): boolean {
    return this.#rooms.has(roomKey);
  }

  /** Returns the recorders as a room sees them: without slots kept for other rooms. '': any room without a booking. */
  seenBy(roomKey: string, recorders: readonly Recorder[]): readonly Recorder[] {
    if (this.#sums.size === 0) return recorders;
    return recorders.map((recorder) => {
      const ownSlots = this.#byRecorder.get(recorder.nodeId)?.get(roomKey) ?? 0;
      const others = (this.#sums.get(recorder.nodeId) ?? 0) - ownSlots;
      return others === 0 ? recorder : withFree(recorder, Math.max(0, recorder.freeSlots - others));
    });
  }

  take(roomKey: string, recorderId: string, slots: number): void {
    const rooms = this.#byRecorder.get(recorderId);
    const kept = rooms?.get(roomKey) ?? 0;
    const takenSlots = Math.min(kept, slots);
    if (takenSlots === 0) return;
    rooms?.set(roomKey, kept - takenSlots);
    if (kept === takenSlots) rooms?.delete(roomKey);
    const slotsLeft = (this.#sums.get(recorderId) ?? 0) - takenSlots;
    if (slotsLeft > 0) this.#sums.set(recorderId, slotsLeft);
    else this.#sums.delete(recorderId);
  }
}

export const nothingKept = (): KeptSlots => new KeptSlots([], new Map());

/**
 * Keeps slots for each booked room among the free slots, less those that its recordings have (`takenBy`). `placeOf`:
 * place of a region; undefined: unknown, then its own recorders go first. Takes n × r steps for n rooms and r
 * recorders.
 */
export function keepSlots(
  booked: readonly BookedRecording[],
  recorders: readonly Recorder[],
  takenBy: ReadonlyMap<string, number>,
  placeOf: (region: string) => Point | undefined,
): KeptSlots {
  const free = new Map(recorders.map(({ nodeId, freeSlots }) => [nodeId, freeSlots]));
  const freeOn = (recorder: Recorder): number => free.get(recorder.nodeId) ?? 0;
  const orders = new Map<string, Nearby>();
  const nearbyOf = ({ region, fence }: BookedRecording): Nearby => {
    const id = `${region} ${fence}`;
    const found = orders.get(id) ?? nearRegion(region, fence, recorders, placeOf(region));
    orders.set(id, found);
    return found;
  };
  const keptForRooms: KeptForRoom[] = [];
  const shortByRoom = new Map<string, number>();
  for (const bookedRecording of booked) {
    const { order, slotsMax } = nearbyOf(bookedRecording);
    let missing = Math.min(bookedRecording.slots, slotsMax) - (takenBy.get(bookedRecording.roomKey) ?? 0);
    if (missing <= 0) continue;
    const whole = order.find((recorder) => freeOn(recorder) >= missing);
    const spread = whole === undefined ? [...order].sort((a, b) => freeOn(b) - freeOn(a)) : [whole];
    for (const recorder of spread) {
      const slots = Math.min(missing, freeOn(recorder));
      if (slots <= 0) break;
      keptForRooms.push({ roomKey: bookedRecording.roomKey, recorderId: recorder.nodeId, slots });
      free.set(recorder.nodeId, freeOn(recorder) - slots);
      missing -= slots;
    }
    if (missing > 0) shortByRoom.set(bookedRecording.roomKey, missing);
  }
  return new KeptSlots(keptForRooms, shortByRoom);
}

interface Nearby {
  readonly order: readonly Recorder[];
  /** Slots of the largest recorder; without recorders unbounded, so that all booked slots are short. */
  readonly slotsMax: number;
}

function nearRegion(
  region: string,
  fence: string,
  recorders: readonly Recorder[],
  regionPlace: Point | undefined,
): Nearby {
  const allowed = allowedRecorders({ fence, avoidIds: [] }, recorders);
  const slotsMax = allowed.reduce((most, { slots }) => Math.max(most, slots), 0);
  return {
    order: byNearness({ hostId: '', region, point: regionPlace }, allowed),
    slotsMax: allowed.length === 0 ? Number.POSITIVE_INFINITY : slotsMax,
  };
}

export function withFree(recorder: Recorder, freeSlots: number): Recorder {
  const { nodeId, hostId, region, latitude, longitude, slots } = recorder;
  return { nodeId, hostId, region, latitude, longitude, slots, freeSlots };
}
