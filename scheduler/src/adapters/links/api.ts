// Requests of the api besides those that a room's owner may make: seats for the rooms of meetings. Other kinds of nodes
// get KIND_NOT_PERMITTED.
import { isFence, MeridianError, nodeKind, partsOfRoomKey, type Rpc, rpc, type wire } from '@meridian/protocol';
import type { Centre } from '../../centre/centre.ts';
import { type Booking, isAmongMeetings } from '../../placing/core/bookings.ts';

/** Far more than a room can hold. */
const SESSIONS_MAX = 1_000_000;
const MEETING_MS_MAX = 8 * 86_400_000;
const ID_CHARACTERS_MAX = 512;
const REGION_CHARACTERS_MAX = 64;

export interface ApiOptions {
  readonly kind: string; // from the certificate
  readonly centre: Centre;
  /** Throws when this link's node is not registered. */
  checkSpeaker(): void;
  serve<Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, handler: (message: Q) => Promise<AP> | AP): void;
}

export function serveApi(o: ApiOptions): void {
  // `o.centre` is read at every request: each term of leadership has a new `Centre`.
  const check = (): void => {
    if (o.kind !== nodeKind.api) throw new MeridianError('KIND_NOT_PERMITTED');
    o.checkSpeaker();
  };
  o.serve(rpc.bookRooms, async ({ afterId, untilId, bookings }) => {
    check();
    const wanted = bookings.map((booking) => bookingFrom(booking, afterId, untilId));
    return { refused: await o.centre.bookMeetings({ afterId, untilId, bookings: wanted }) };
  });
  o.serve(rpc.bookedSeats, ({ roomKey }) => {
    check();
    const seats = o.centre.bookedSeats(roomKey);
    return seats === undefined ? { isDue: false } : { isDue: true, ...seats };
  });
}

function bookingFrom(message: wire.RoomBooking.$Properties, afterId: string, untilId: string): Booking {
  const { recordSlots, fence } = message;
  const booking = {
    id: message.id ?? '',
    roomKey: message.roomKey ?? '',
    region: message.region ?? '',
    sessions: message.sessions ?? 0,
    startsAtMs: message.startsWallMs ?? 0,
    endsAtMs: message.endsWallMs ?? 0,
    ...(recordSlots ? { recordSlots } : {}),
    ...(fence ? { fence } : {}),
  };
  const { id, roomKey, region, sessions, startsAtMs, endsAtMs } = booking;
  const isTime = startsAtMs > 0 && endsAtMs > startsAtMs && endsAtMs - startsAtMs <= MEETING_MS_MAX;
  const isId = id.length <= ID_CHARACTERS_MAX && isAmongMeetings(id, afterId, untilId);
  const isSeats = sessions > 0 && sessions <= SESSIONS_MAX && region !== '' && region.length <= REGION_CHARACTERS_MAX;
  const isRecording = (recordSlots ?? 0) <= SESSIONS_MAX && isFence(fence ?? '');
  if (!isTime || !isId || !isSeats || !isRecording || partsOfRoomKey(roomKey) === undefined)
    throw new MeridianError(
      'REQUEST_INVALID',
      'a booking with an invalid id, time, number of sessions or slots, region, fence or room',
    );
  return booking;
}
