import { RETURN_MS } from './arrivals.ts';
import type { MeetingState } from './meeting.ts';
import type { ParticipantModel } from './model.ts';

/**
 * After this time the service has ended the session (pings and grace, limits of the protocol): the person can rejoin,
 * but not resume.
 */
export const RESUMABLE_MS = 10_000;

export interface Interruption {
  kind: 'service' | 'media';
  sinceMs: number;
}

/** Returns the current interruption and its start: the service is unreachable, or only media. */
export function interruptionOf(state: MeetingState): Interruption | undefined {
  if (state.phase.name !== 'meeting') return undefined;
  if (state.phase.reconnecting) return { kind: 'service', sinceMs: state.phase.sinceMs };
  return state.interruptedSinceMs === undefined ? undefined : { kind: 'media', sinceMs: state.interruptedSinceMs };
}

/**
 * Returns the message for a person who is alone. Others that lost the connection too get a moment to return; `apart`:
 * they are in break-outs.
 */
export function aloneAs(state: MeetingState, nowMs: number): 'first' | 'returning' | 'last' | 'apart' {
  if (state.participants.some(({ local, breakOut }) => !local && breakOut !== undefined)) return 'apart';
  if (!state.hadCompany) return 'first';
  return state.backAtMs !== undefined && nowMs - state.backAtMs < RETURN_MS ? 'returning' : 'last';
}

/**
 * Returns the participants to show. During an interruption the connection quality is unknown, so old readings are
 * hidden.
 */
export function peopleShown(state: MeetingState): readonly ParticipantModel[] {
  if (interruptionOf(state) === undefined) return state.participants;
  return state.participants.map((one) => ({ ...one, quality: one.local ? 'lost' : 'unknown' }));
}

/** Returns the round trip in whole milliseconds; undefined before the first measurement and during an interruption. */
export function roundTripShown(state: MeetingState): number | undefined {
  return state.rttMs === undefined || interruptionOf(state) !== undefined ? undefined : Math.round(state.rttMs);
}
