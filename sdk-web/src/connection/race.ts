// Opens the best candidates a little apart and keeps the first that is open: one dead or far instance costs 50 ms, not a timeout.
import { asClientError, MeridianClientError } from '../errors.ts';
import type { Candidate } from './entry.ts';
import { closeCode, SignalSocket } from './socket.ts';

export interface RaceResult {
  readonly socket: SignalSocket;
  readonly candidate: Candidate;
  readonly openMs: number;
}

const atOnceMax = 3;
const staggerMs = 50; // RFC 8305 wants 100–250 ms for addresses of one host; these are different hosts, and sockets are cheap
const openTimeoutMs = 5000;

/** Resolves with the first open socket; the others are closed. Rejects with SOCKET_FAILED when none opens. */
export async function race(candidates: readonly Candidate[], signal: AbortSignal): Promise<RaceResult> {
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const attempts = candidates.slice(0, atOnceMax).map(async (candidate, index): Promise<RaceResult> => {
    await pause(index * staggerMs, stop);
    const startedMs = performance.now();
    const socket = await SignalSocket.open(candidate.url, { timeoutMs: openTimeoutMs, signal: stop });
    if (stop.aborted) {
      socket.close(closeCode.raceLost, new MeridianClientError('SOCKET_FAILED'));
      throw new MeridianClientError('SOCKET_FAILED', 'another one was faster');
    }
    over.abort();
    return { socket, candidate, openMs: performance.now() - startedMs };
  });
  try {
    return await Promise.any(attempts);
  } catch (error) {
    const reasons = error instanceof AggregateError ? error.errors.map((each) => asClientError(each, 'SOCKET_FAILED').message) : [];
    throw new MeridianClientError('SOCKET_FAILED', reasons.join('; '), { cause: error });
  }
}

/** Waits; rejects at once when the race is over. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(new MeridianClientError('SOCKET_FAILED', 'another one was faster'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
