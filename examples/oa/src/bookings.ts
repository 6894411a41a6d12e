// What the office system does with Meridian's meetings.
import type { Employee } from './employees.ts';
import type { Meeting, MeetingEvent, Meridian } from './meridian.ts';
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
  readonly #meridian: Meridian;
  readonly #store: OaStore;

  constructor(meridian: Meridian, store: OaStore) {
    this.#meridian = meridian;
    this.#store = store;
  }

  /** The first of `people` is the host. All get Meridian's invitation with a calendar and a link of their own. */
  async book(booking: NewBooking, people: readonly Employee[]): Promise<{ id: string }> {
    const { waitingRoom, ...meeting } = booking;
    const made = await this.#meridian.ask<MeetingEvent['meeting']>('POST', '/meetings', {
      ...meeting,
      hosts: people.slice(0, 1).map(({ id }) => id),
      invitees: people.map(({ id, name, email, language }) => ({ userId: id, name, email, language })),
      settings: { waitingRoom },
    });
    this.#store.know(made);
    return { id: made.id };
  }

  list() {
    return this.#store.bookings().map((booking) => {
      const { events: _, ...live } = this.#store.live(booking.room);
      return { ...booking, ...live };
    });
  }

  /** What Meridian knows of a meeting, and what its webhooks have told; a report when it is over. */
  async detail({ id, room }: Booking) {
    const path = `/meetings/${id}`;
    const [meeting, { data: occurrences }, { data: conflicts }] = await Promise.all([
      this.#meridian.ask<Meeting>('GET', path),
      this.#meridian.ask<{ data: { startsAt: string; endsAt: string }[] }>('GET', `${path}/occurrences`),
      this.#meridian.ask<{ data: { title: string; startsAt: string }[] }>('GET', `${path}/conflicts`),
    ]);
    const { title, number, status, recurrence, hosts } = meeting;
    const invitees = await Promise.all(
      meeting.invitees.map(async ({ id: invitee, name, userId, status: answer }) => {
        const isHost = hosts.includes(userId);
        if (status === 'cancelled') return { name, userId, answer, isHost };
        const { url } = await this.#meridian.ask<{ url: string }>('GET', `${path}/invitees/${invitee}/link`);
        return { name, userId, answer, isHost, url };
      }),
    );
    const live = this.#store.live(room);
    const isOver = !live.isRunning && live.events.length > 0;
    const report = isOver ? await this.#meridian.ask<object>('GET', `${path}/report`) : undefined;
    const about = { id, title, number, status, recurrence, invitees, conflicts, occurrences: occurrences.slice(0, 5) };
    return { ...about, ...live, ...(report && { report }) };
  }

  async control({ id, room }: Booking, act: Control): Promise<void> {
    if (act === 'muteAll') {
      const everybody = { act: 'muteEverybody', source: 'microphone' };
      await this.#meridian.ask('POST', `/rooms/${room}/acts`, everybody);
    } else if (act === 'end') await this.#meridian.ask('DELETE', `/rooms/${room}`);
    else if (act === 'cancel') await this.#meridian.ask('DELETE', `/meetings/${id}`);
    else await this.#meridian.ask('PATCH', `/rooms/${room}`, { locked: act === 'lock' });
  }
}
