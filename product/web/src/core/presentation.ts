// What the screen makes of the state of a meeting. Pure.
import { RETURN_MS } from './arrivals.ts';
import type { MeetingState } from './meeting.ts';
import type { ParticipantModel } from './model.ts';

/**
 * From then on the service has let the session go (pings and grace, limits of the protocol): one is put back, but one
 * does not stay.
 */
export const KEPT_MS = 10_000;

export interface Trouble {
  kind: 'service' | 'media';
  sinceMs: number;
}

/** Why nothing gets through just now, and since when: the service is away, or only the media. */
export function troubleOf(state: MeetingState): Trouble | undefined {
  if (state.phase.name !== 'meeting') return undefined;
  if (state.phase.reconnecting) return { kind: 'service', sinceMs: state.phase.sinceMs };
  return state.interruptedSinceMs === undefined ? undefined : { kind: 'media', sinceMs: state.interruptedSinceMs };
}

/**
 * What the page says to a participant that is alone. Others that were away with it get a moment to come back; `apart`:
 * they are in break-outs.
 */
export function aloneAs(state: MeetingState, nowMs: number): 'first' | 'returning' | 'last' | 'apart' {
  if (state.participants.some(({ local, breakOut }) => !local && breakOut !== undefined)) return 'apart';
  if (!state.hadCompany) return 'first';
  return state.backAtMs !== undefined && nowMs - state.backAtMs < RETURN_MS ? 'returning' : 'last';
}

/**
 * The people as they are to be shown. While the service or the media is away the quality of connections is not known:
 * the last readings must not stand there as if they were true.
 */
export function peopleShown(state: MeetingState): readonly ParticipantModel[] {
  if (troubleOf(state) === undefined) return state.participants;
  return state.participants.map((one) => ({ ...one, quality: one.local ? 'lost' : 'unknown' }));
}

/**
 * The round trip in whole milliseconds; undefined before it is measured, and while the service or the media is away.
 */
export function roundTripShown(state: MeetingState): number | undefined {
  return state.rttMs === undefined || troubleOf(state) !== undefined ? undefined : Math.round(state.rttMs);
}
