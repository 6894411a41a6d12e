// State table of a tester's call, and the stages and codes of its failures.
//
//   joining → connecting (joined; ICE and DTLS, then publishing) → staying → over
//
// There are no retries, because they would hide faults. A session that loses only its socket has failed its call, but
// goes on, so that other testers still receive its media.
import type { Table } from '@meridian/protocol';
import type { Failure } from './results.ts';

export type CallState = 'joining' | 'connecting' | 'staying' | 'over';
export type CallEvent =
  | 'joined'
  | 'connected' // media can flow, and our tracks are published
  | 'interrupted' // the socket is lost, but media flows
  | 'failed'
  | 'late' // the time limit of the stage has passed
  | 'timeUp' // the stay has lasted as planned
  | 'close'; // the tester ends
export type CallEffect = 'connectMedia' | 'stay' | 'fail' | 'end';

const interrupted = ['fail'] as const;
const failTransition = { next: 'over', effects: ['fail', 'end'] } as const;
const endTransition = { next: 'over', effects: ['end'] } as const;

export const callTable: Table<CallState, CallEvent, CallEffect> = {
  joining: {
    joined: { next: 'connecting', effects: ['connectMedia'] },
    failed: failTransition,
    late: failTransition,
    close: endTransition,
  },
  connecting: {
    connected: { next: 'staying', effects: ['stay'] },
    interrupted: { next: 'connecting', effects: interrupted },
    failed: failTransition,
    late: failTransition,
    close: endTransition,
  },
  staying: {
    timeUp: endTransition,
    interrupted: { next: 'staying', effects: interrupted },
    failed: failTransition,
    close: endTransition,
  },
  over: {},
};

/** Limit of the join, and of the set-up of media; a call that cannot be set up thus ends within 10 s. */
export const STAGE_LIMIT_MS = 5000;

const placementCodes = new Set([
  'NO_CAPACITY',
  'OVERLOADED',
  'NO_NODE',
  'CENTRE_UNREACHABLE',
  'NODE_UNREACHABLE',
  'NODE_DRAINING',
  'PLACEMENT_STALE',
  'NODE_LOST',
  'WORKER_DIED',
  'FENCE_CONFLICT',
  'FENCED_OUT',
]);
/** After the join, these codes are errors of the media node, all others of the signaling node. */
const mediaCodes = new Set(['MEDIA_FAILED', 'NODE_LOST', 'WORKER_DIED', 'NODE_DRAINING', 'NODE_UNREACHABLE']);
/** While media connects, these codes are errors of the signaling node, all others of media. */
const socketCodes = new Set(['SOCKET_LOST', 'SOCKET_FAILED', 'NOT_CONNECTED', 'CONNECTION_CLOSED', 'KICKED']);

export function failureIn(state: CallState, { code, text }: Omit<Failure, 'stage'>): Failure {
  if (state === 'joining') return { stage: placementCodes.has(code) ? 'placement' : 'signaling', code, text };
  const isOfMedia = state === 'connecting' ? !socketCodes.has(code) : mediaCodes.has(code);
  return { stage: isOfMedia ? 'media' : 'signaling', code, text };
}

export const timeoutIn = (state: CallState): Failure =>
  state === 'joining'
    ? { stage: 'signaling', code: 'TIMEOUT', text: `not joined after ${STAGE_LIMIT_MS} ms` }
    : { stage: 'media', code: 'TIMEOUT', text: `no media connection after ${STAGE_LIMIT_MS} ms` };
