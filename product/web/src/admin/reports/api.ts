// Calls of the report pages. All reject with MeridianApiError.
import type { components } from '@meridian/api-client';
import { ConsoleApi } from '../../console/api.ts';
import { type Span, spanQuery } from '../../console/session/core/span.ts';
import type { SessionTimeline } from '../../console/types.ts';
import type { AdminPorts } from '../ports.ts';
import type { PageOf } from '../ui/queries.ts';

type Schemas = components['schemas'];
export type Life = Schemas['RoomLife'];
export type DayOfUse = Schemas['DayOfUse'];
export type Stay = Schemas['RoomStay'];
export type MeetingReport = Schemas['MeetingReport'];
export type Held = Schemas['HeldOccurrence'];
export type Attendance = Schemas['MeetingAttendance'];
export type LifeAttendance = Schemas['LifeAttendance'];
export type LifeAttendances = Schemas['LifeAttendances'];

export interface LivesWindow {
  /** Part of a room's name or of its meeting's title; '' for all rooms. */
  readonly search: string;
  /** API times: lives that began at or after `from` and before `to`. Undefined: no limit. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const DAY_MS = 86_400_000;

export class ReportsApi {
  readonly #o: Pick<AdminPorts, 'client' | 'run'>;

  constructor(o: Pick<AdminPorts, 'client' | 'run'>) {
    this.#o = o;
  }

  readonly lives = ({ search, from, to }: LivesWindow, cursor?: string): Promise<PageOf<Life>> => {
    const query = {
      ...(search !== '' && { search }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(cursor !== undefined && { cursor }),
    };
    return this.#o.run(() => this.#o.client.get('/room-lives', { params: { query } }));
  };

  /** Lists the last 30 days of the time zone, today last. */
  async daysOfUse(timeZone: string): Promise<readonly DayOfUse[]> {
    const { days } = await this.#o.run(() => this.#o.client.get('/reports/days', { params: { query: { timeZone } } }));
    return days;
  }

  readonly life = (sid: string): Promise<Life> =>
    this.#o.run(() => this.#o.client.get('/room-lives/{sid}', { params: { path: { sid } } }));

  /** Lists stays in order of joining. */
  readonly stays = (sid: string, cursor?: string): Promise<PageOf<Stay>> => {
    const params = { path: { sid }, query: cursor === undefined ? {} : { cursor } };
    return this.#o.run(() => this.#o.client.get('/room-lives/{sid}/stays', { params }));
  };

  /** Returns the attendance of a life, each identity once. */
  readonly attendance = (sid: string): Promise<LifeAttendances> =>
    this.#o.run(() => this.#o.client.get('/room-lives/{sid}/attendance', { params: { path: { sid } } }));

  readonly timeline = (sid: string, session: string, span?: Span): Promise<SessionTimeline> => {
    const [life, stay] = [sid, session].map(encodeURIComponent);
    return new ConsoleApi(this.#o).get(`/room-lives/${life}/sessions/${stay}/timeline`, spanQuery(span));
  };

  /** Returns the report of a meeting around a life of its room. */
  readonly meeting = (meeting: string, startedAt: string): Promise<MeetingReport> => {
    const query = windowAround(startedAt);
    const params = { path: { meeting }, query };
    return this.#o.run(() => this.#o.client.get('/meetings/{meeting}/report', { params }));
  };
}

/** Returns a day before and after, since an occurrence may span several lives of the room. */
function windowAround(startedAt: string): { from: string; to: string } {
  const atMs = Date.parse(startedAt);
  return { from: new Date(atMs - DAY_MS).toISOString(), to: new Date(atMs + DAY_MS).toISOString() };
}

/** URLs of downloads; the browser sends the session's cookie. */
export const staysCsvPath = (sid: string): string => `/api/v1/room-lives/${encodeURIComponent(sid)}/stays.csv`;
export const attendanceCsvPath = (sid: string): string =>
  `/api/v1/room-lives/${encodeURIComponent(sid)}/attendance.csv`;
export const meetingCsvPath = (meeting: string, startedAt: string): string =>
  `/api/v1/meetings/${encodeURIComponent(meeting)}/report.csv?${new URLSearchParams(windowAround(startedAt))}`;
