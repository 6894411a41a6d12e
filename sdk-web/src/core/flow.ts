// Decides whether media flows, from readings every half second.
// - Case 1, silence: bytes came in every reading for a while, then none in `silentReadings` readings in a row, though a
//   participant should be heard or seen. Sparse traffic (a still screen, reports of the node in a quiet room) never
//   counts as steady, so its pauses mean nothing.
// - Case 2, the browser itself reports the path as lost.
// - Case 3, the interruption is over: bytes come again, or nothing is expected any more and the path is up.
// - Case 4, the page slept between two readings: its silence is not the network's.
// Both transports end at the same node: answers to sent media prove the node alive when the other participants are
// silent.
import type { StatsEntry } from './stats.ts';

/** Bytes received so far, by candidate pair. */
export type ReceivedBytes = ReadonlyMap<string, number>;
/** State of the path. `trying`: not connected yet, or no longer, but not given up. */
export type MediaPath = 'up' | 'trying' | 'lost';

export interface FlowReading {
  readonly takenMs: number;
  /** True when media should arrive: a remote camera or microphone is on, subscribed and not paused by us. */
  readonly isMediaExpected: boolean;
  readonly path: MediaPath;
  readonly recv: ReceivedBytes;
  /** Bytes on the sending transport; read only when nothing came on the receiving transport. */
  readonly send: ReceivedBytes | undefined;
}

export interface FlowState {
  readonly interrupted: boolean;
  readonly takenMs: number;
  readonly recv: ReceivedBytes | undefined;
  readonly send: ReceivedBytes | undefined;
  /** Number of readings in a row with new bytes. */
  readonly flowingCount: number;
  /** Number of readings in a row without new bytes, after steady readings with new bytes. */
  readonly silentCount: number;
  /** Number of readings in a row without expected media. */
  readonly idleCount: number;
}

export const flowPeriodMs = 500; // a silent microphone still sends every 400 ms
const steadyReadings = 4;
const silentReadings = 2; // 1 to 1.5 s after the last packet
const idleReadings = 2; // when a node dies, its participants leave the roster a moment before our media stops
const sleepMs = 2500;

export const initialFlow: FlowState = {
  interrupted: false,
  takenMs: 0,
  recv: undefined,
  send: undefined,
  flowingCount: 0,
  silentCount: 0,
  idleCount: 0,
};

/** Returns whether the bytes of any candidate pair have grown; false without a previous reading. */
export function hasGrown(before: ReceivedBytes | undefined, now: ReceivedBytes | undefined): boolean {
  if (before === undefined || now === undefined) return false;
  return [...now].some(([pair, bytes]) => bytes > (before.get(pair) ?? 0));
}

export function nextFlow(state: FlowState, reading: FlowReading): FlowState {
  const { takenMs, recv, send, isMediaExpected } = reading;
  if (state.recv === undefined || takenMs - state.takenMs > sleepMs) {
    return { ...initialFlow, interrupted: state.interrupted, takenMs, recv, send };
  }
  const hasBytes = hasGrown(state.recv, recv) || hasGrown(state.send, send);
  const isPathLost = reading.path === 'lost' || (reading.path === 'trying' && state.interrupted);
  const counts = !hasBytes && isMediaExpected && (state.flowingCount >= steadyReadings || state.silentCount > 0);
  const silentCount = counts ? state.silentCount + 1 : 0;
  const idleCount = hasBytes || isMediaExpected || isPathLost ? 0 : state.idleCount + 1;
  const isLasting = state.interrupted && !hasBytes && idleCount < idleReadings;
  return {
    interrupted: isPathLost || silentCount >= silentReadings || isLasting,
    takenMs,
    recv,
    send,
    flowingCount: hasBytes ? state.flowingCount + 1 : 0,
    silentCount,
    idleCount,
  };
}

/** Returns the worst of the transports' connection states; an unused transport ('new') does not count. */
export function pathOf(states: readonly string[]): MediaPath {
  if (states.includes('disconnected') || states.includes('failed')) return 'lost';
  return states.includes('connecting') ? 'trying' : 'up';
}

export function sentPacketsOf(entries: readonly StatsEntry[]): number {
  return entries.reduce((sum, { type, packetsSent }) => {
    return type === 'outbound-rtp' && typeof packetsSent === 'number' ? sum + packetsSent : sum;
  }, 0);
}

/** Returns the bytes of media and reports: browsers do not count ICE checks in a pair's bytes. */
export function receivedBytesOf(entries: readonly StatsEntry[]): ReceivedBytes {
  const received = new Map<string, number>();
  for (const entry of entries) {
    const bytes = entry['bytesReceived'];
    if (entry.type === 'candidate-pair' && typeof bytes === 'number') received.set(entry.id, bytes);
  }
  return received;
}
