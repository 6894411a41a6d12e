import type { MeridianClient } from '@meridian/api-client';
import type { Employee } from './employees.ts';
import type { Booking, OaStore } from './store.ts';

export interface NewBooking {
  readonly title: string;
  readonly localStart: string;
  readonly timeZone: string;
  readonly durationMinutes: number;
  readonly recurrence: string;
  readonly waitingRoom: boolean;
}

export const controls = ['muteAll', 'lock', 'unlock', 'end', 'cancel'] as const;
export type Control = (typeof controls)[number];

export class Bookings {
  readonly #meridian: MeridianClient;
  readonly #store: OaStore;

  constructor(meridian: MeridianClient, store: OaStore) {
    this.#meridian = meridian;
    this.#store = store;
  }

  /**
   * Books a meeting; the first of `people` is the host. All get Meridian's invitation with a calendar entry and their
   * own link.
   */
  async bookMeeting(booking: NewBooking, people: readonly Employee[]): Promise<{ id: string }> {
    const { waitingRoom, ...meeting } = booking;
    const createdMeeting = await this.#meridian.post('/meetings', {
      body: {
        ...meeting,
        hosts: people.slice(0, 1).map(({ id }) => id),
        invitees: people.map(({ id, name, email, language }) => ({ userId: id, name, email, language })),
        settings: { waitingRoom },
      },
    });
    this.#store.saveMeeting(createdMeeting);
    return { id: createdMeeting.id };
  }

  list() {
    return this.#store.bookings().map((booking) => {
      const { events: _, ...live } = this.#store.live(booking.room);
      return { ...booking, ...live };
    });
  }

  /** Returns Meridian's data of a meeting with its webhook events, and its report when it is over. */
  async detail({ id, room }: Booking) {
    const params = { path: { meeting: id } };
    const [meeting, { data: occurrences }, { data: conflicts }] = await Promise.all([
      this.#meridian.get('/meetings/{meeting}', { params }),
      this.#meridian.get('/meetings/{meeting}/occurrences', { params }),
      this.#meridian.get('/meetings/{meeting}/conflicts', { params }),
    ]);
    const { title, number, status, recurrence, hosts } = meeting;
    const invitees = await Promise.all(
      meeting.invitees.map(async ({ id: invitee, name, userId, status: answer }) => {
        const isHost = hosts.includes(userId);
        if (status === 'cancelled') return { name, userId, answer, isHost };
        const { url } = await this.#meridian.get('/meetings/{meeting}/invitees/{invitee}/link', {
          params: { path: { meeting: id, invitee } },
        });
        return { name, userId, answer, isHost, url };
      }),
    );
    const live = this.#store.live(room);
    const isOver = !live.isRunning && live.events.length > 0;
    const report = isOver ? await this.#meridian.get('/meetings/{meeting}/report', { params }) : undefined;
    const about = { id, title, number, status, recurrence, invitees, conflicts, occurrences: occurrences.slice(0, 5) };
    return { ...about, ...live, ...(report && { report }) };
  }

  async control({ id, room }: Booking, act: Control): Promise<void> {
    const params = { path: { room } };
    if (act === 'muteAll') {
      const body = { act: 'muteEverybody', source: 'microphone' } as const;
      await this.#meridian.post('/rooms/{room}/acts', { params, body });
    } else if (act === 'end') await this.#meridian.delete('/rooms/{room}', { params });
    else if (act === 'cancel')
      await this.#meridian.delete('/meetings/{meeting}', { params: { path: { meeting: id } } });
    else await this.#meridian.patch('/rooms/{room}', { params, body: { locked: act === 'lock' } });
  }
}
