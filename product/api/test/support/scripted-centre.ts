// A centre of one process that takes bookings as the real centre does.
import { limits, MeridianError, partsOfRoomKey, type wire } from '@meridian/protocol';
import type { SeatCentre } from '../../src/bookings/room-bookings.ts';
import type { DecisionCentre } from '../../src/quality/stories.ts';

const isWithin = (id: string, afterId: string, untilId: string): boolean =>
  id.startsWith('meeting/') && id > afterId && (untilId === '' || id <= untilId);

export class ScriptedCentre implements SeatCentre, DecisionCentre {
  readonly booked = new Map<string, wire.RoomBooking.$Properties>();
  readonly pages: number[] = [];
  /** Live figures by room key; a room without an entry is not due. */
  readonly live = new Map<string, { kept: number; short: number }>();
  /** `down`: there is no link; `mute`: it does not answer. */
  state: 'up' | 'down' | 'mute' = 'up';

  readonly explained = new Map<string, wire.DecisionStory.$Properties>();
  readonly askedToExplain: string[][] = [];

  get reachable(): ScriptedCentre | undefined {
    return this.state === 'down' ? undefined : this;
  }

  async bookRooms(page: wire.BookRooms.$Properties): Promise<{ refused: number }> {
    const [afterId, untilId, bookings] = [page.afterId ?? '', page.untilId ?? '', page.bookings ?? []];
    const isWell = ({ id = '', roomKey, region, sessions, startsWallMs, endsWallMs }: wire.RoomBooking.$Properties) =>
      isWithin(id ?? '', afterId, untilId) &&
      partsOfRoomKey(roomKey ?? '') !== undefined &&
      [region, sessions, startsWallMs].every(Boolean) &&
      (endsWallMs ?? 0) > (startsWallMs ?? 0);
    if (!bookings.every(isWell)) throw new MeridianError('REQUEST_INVALID');
    for (const id of this.booked.keys()) if (isWithin(id, afterId, untilId)) this.booked.delete(id);
    for (const booking of bookings) this.booked.set(booking.id ?? '', booking);
    this.pages.push(bookings.length);
    return { refused: 0 };
  }

  async stories(decisionIds: string[]): Promise<wire.DecisionStories.$Properties> {
    if (decisionIds.length > limits.decisionStoriesMax) throw new MeridianError('REQUEST_INVALID');
    this.askedToExplain.push(decisionIds);
    if (this.state === 'mute') throw Object.assign(new Error('no answer in time'), { code: 'LINK_DEADLINE' });
    return { stories: decisionIds.map((id) => this.explained.get(id)).filter((one) => one !== undefined) };
  }

  async bookedSeats(roomKey: string): Promise<{ isDue: boolean; kept: number; short: number }> {
    if (this.state === 'mute') throw Object.assign(new Error('no answer in time'), { code: 'LINK_DEADLINE' });
    const seats = this.live.get(roomKey);
    return { isDue: seats !== undefined, kept: 0, short: 0, ...seats };
  }
}
