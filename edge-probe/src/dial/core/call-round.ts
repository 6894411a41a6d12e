// The life of one call of a tester, and how its failures are named. Pure.
//
//   joining → connecting (joined; ICE and DTLS, then what it publishes) → staying → over
// There is no second try: a test that tries again hides faults. A session whose socket alone is lost goes on, so that
// others still hear and see it; its call has failed all the same.
import type { Table } from '@meridian/protocol';
import type { Failure } from './results.ts';

export type CallState = 'joining' | 'connecting' | 'staying' | 'over';
export type CallEvent =
  | 'joined'
  | 'connected' // media can flow, and the own tracks are published
  | 'interrupted' // the socket is lost, media goes on
  | 'failed'
  | 'late' // the limit of the stage has passed
  | 'timeUp' // it has stayed for as long as it should
  | 'close'; // the tester ends
export type CallEffect = 'connectMedia' | 'stay' | 'fail' | 'end';

const interrupted = ['fail'] as const;
const failed = { next: 'over', effects: ['fail', 'end'] } as const;
const over = { next: 'over', effects: ['end'] } as const;

export const callTable: Table<CallState, CallEvent, CallEffect> = {
  joining: { joined: { next: 'connecting', effects: ['connectMedia'] }, failed, late: failed, close: over },
  connecting: {
    connected: { next: 'staying', effects: ['stay'] },
    interrupted: { next: 'connecting', effects: interrupted },
    failed,
    late: failed,
    close: over,
  },
  staying: { timeUp: over, interrupted: { next: 'staying', effects: interrupted }, failed, close: over },
  over: {},
};

/** Of each stage, so that a call that fails has ended within twice that. */
export const STAGE_LIMIT_MS = 5000;

/** What is wrong with where the session was put, or could not be. */
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
/** After the join: these speak of the media node, others of the signaling node. */
const mediaCodes = new Set(['MEDIA_FAILED', 'NODE_LOST', 'WORKER_DIED', 'NODE_DRAINING', 'NODE_UNREACHABLE']);
/** While media is being connected: these speak of the signaling node, others of media. */
const socketCodes = new Set(['SOCKET_LOST', 'SOCKET_FAILED', 'NOT_CONNECTED', 'CONNECTION_CLOSED', 'KICKED']);

/** An error of a call in this state. */
export function failureIn(state: CallState, { code, text }: Omit<Failure, 'stage'>): Failure {
  if (state === 'joining') return { stage: placementCodes.has(code) ? 'placement' : 'signaling', code, text };
  const isOfMedia = state === 'connecting' ? !socketCodes.has(code) : mediaCodes.has(code);
  return { stage: isOfMedia ? 'media' : 'signaling', code, text };
}

/** The limit of a stage has passed. */
export const lateIn = (state: CallState): Failure =>
  state === 'joining'
    ? { stage: 'signaling', code: 'TIMEOUT', text: `not joined after ${STAGE_LIMIT_MS} ms` }
    : { stage: 'media', code: 'TIMEOUT', text: `no media connection after ${STAGE_LIMIT_MS} ms` };
