// Books, reads and cancels a meeting by REST, like a program of a company.
import type { Clock } from '@meridian/runtime';
import { failureFields, type Result } from '../core/results.ts';
import { type DialApi, DialApiError, fieldsOf } from './dial-api.ts';

const DAY_MS = 86_400_000;
/** Time from the booking to the start of a test meeting, long enough that the meeting is cancelled before it starts. */
const START_AHEAD_MS = DAY_MS;
/** Age up to which a tester cancels meetings that an earlier tester left behind. */
const CLEAN_UP_AGE_MS = 7 * DAY_MS;
/** Size of a page of meetings; a tester leaves at most one behind at a time. */
const PAGE_MEETINGS_MAX = 100;

export class BookingTest {
  readonly #api: DialApi;
  readonly #clock: Clock;
  readonly #title: string;

  constructor(api: DialApi, clock: Clock, hostId: string) {
    this.#api = api;
    this.#clock = clock;
    this.#title = `Dial test of ${hostId}`;
  }

  /** Books, reads and cancels a meeting, and returns the result. Never rejects. */
  async test(): Promise<Result> {
    try {
      const id = await this.#book();
      try {
        const { title } = await this.#api.call({ method: 'GET', path: pathOf(id), scope: 'meetings:read' });
        if (title !== this.#title)
          throw new DialApiError('ANSWER_UNEXPECTED', 'the api returned another meeting than the booked one');
      } finally {
        await this.#cancel(id);
      }
      return { kind: 'booking', isOk: true };
    } catch (error) {
      const code = error instanceof DialApiError ? error.code : 'INTERNAL';
      const text = error instanceof Error ? error.message : String(error);
      return { kind: 'booking', ...failureFields({ stage: 'api', code, text }) };
    }
  }

  /** Cancels meetings that a tester of this host booked before it died. Rejects with DialApiError. */
  async cleanUp(): Promise<void> {
    const nowMs = this.#clock.wallMs();
    const window = new URLSearchParams({
      from: new Date(nowMs - CLEAN_UP_AGE_MS).toISOString(),
      to: new Date(nowMs + START_AHEAD_MS + DAY_MS).toISOString(),
      limit: String(PAGE_MEETINGS_MAX),
    });
    const { data } = await this.#api.call({ method: 'GET', path: `/meetings?${window}`, scope: 'meetings:read' });
    for (const meeting of Array.isArray(data) ? data : []) {
      const { meetingId, title } = fieldsOf(meeting);
      if (title === this.#title && typeof meetingId === 'string') await this.#cancel(meetingId);
    }
  }

  async #book(): Promise<string> {
    const localStart = new Date(this.#clock.wallMs() + START_AHEAD_MS).toISOString().slice(0, 16);
    const body = { title: this.#title, localStart, timeZone: 'UTC', durationMinutes: 5 };
    const { id } = await this.#api.call({ method: 'POST', path: '/meetings', scope: 'meetings:write', body });
    if (typeof id !== 'string') throw new DialApiError('ANSWER_UNEXPECTED', 'the meeting that was booked has no id');
    return id;
  }

  async #cancel(id: string): Promise<void> {
    await this.#api.call({ method: 'DELETE', path: pathOf(id), scope: 'meetings:write' });
  }
}

const pathOf = (id: string): string => `/meetings/${encodeURIComponent(id)}`;
