// Opens the best candidates a little apart and keeps the first open socket: a dead or distant node costs 50 ms, not a
// timeout.
import { asClientError, MeridianClientError } from '../errors.ts';
import type { Candidate } from './entry.ts';
import { SignalSocket } from './socket.ts';
import { closeCode, type SocketPort } from './socket-port.ts';
import { type OpenOptions, openWebSocket } from './web-socket.ts';

export interface RaceResult {
  readonly socket: SignalSocket;
  readonly candidate: Candidate;
  readonly openMs: number;
}

export type OpenSocket = (url: string, o: OpenOptions) => Promise<SocketPort>;

const atOnceMax = 3;
// RFC 8305 wants 100–250 ms for addresses of one host; these are different hosts, and sockets are cheap
const staggerMs = 50;
// with a pretended place the measured times are meaningless, so only a failed candidate lets the next one try
const pretendedStaggerMs = 3000;
export const openTimeoutMs = 5000;

/**
 * Resolves with the first open socket and closes the others. A candidate starts 50 ms after the previous one, or as
 * soon as that fails. With a pretended place (development) the nearest keeps its turn for 3 s. Rejects with
 * SOCKET_FAILED when none opens.
 */
export async function race(
  candidates: readonly Candidate[],
  signal: AbortSignal,
  openSocket: OpenSocket = openWebSocket,
): Promise<RaceResult> {
  const pretended = candidates.some((candidate) => candidate.pretended);
  const raceAbort = new AbortController();
  const stop = AbortSignal.any([signal, raceAbort.signal]);
  const failed = Array.from({ length: atOnceMax }, () => new AbortController());
  const attempt = async (candidate: Candidate): Promise<RaceResult> => {
    const startedMs = performance.now();
    const socket = new SignalSocket(await openSocket(candidate.url, { timeoutMs: openTimeoutMs, signal: stop }));
    if (stop.aborted) {
      socket.close(closeCode.raceLost, new MeridianClientError('SOCKET_FAILED'));
      throw new MeridianClientError('SOCKET_FAILED', 'another one was faster');
    }
    raceAbort.abort();
    return { socket, candidate, openMs: performance.now() - startedMs };
  };
  const attempts = candidates.slice(0, atOnceMax).map(async (candidate, index): Promise<RaceResult> => {
    const before = failed[index - 1]?.signal;
    await awaitTurn(index * (pretended ? pretendedStaggerMs : staggerMs), before, stop);
    try {
      return await attempt(candidate);
    } catch (error) {
      failed[index]?.abort();
      throw error;
    }
  });
  try {
    return await Promise.any(attempts);
  } catch (error) {
    const reasons =
      error instanceof AggregateError ? error.errors.map((each) => asClientError(each, 'SOCKET_FAILED').message) : [];
    throw new MeridianClientError('SOCKET_FAILED', reasons.join('; '), { cause: error });
  }
}

/** Waits until the time is up or the previous candidate has failed. Rejects at once when the race is over. */
function awaitTurn(ms: number, before: AbortSignal | undefined, over: AbortSignal): Promise<void> {
  if (before !== undefined && !before.aborted && !over.aborted) return waitTurn(ms, before, over);
  return over.aborted ? Promise.reject(lost()) : Promise.resolve();
}

function waitTurn(ms: number, before: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const turnAbort = new AbortController();
    const settle = (end: () => void) => (): void => {
      clearTimeout(timer);
      turnAbort.abort();
      end();
    };
    const timer = setTimeout(settle(resolve), ms);
    before.addEventListener('abort', settle(resolve), { once: true, signal: turnAbort.signal });
    over.addEventListener(
      'abort',
      settle(() => reject(lost())),
      { once: true, signal: turnAbort.signal },
    );
  });
}

const lost = (): MeridianClientError => new MeridianClientError('SOCKET_FAILED', 'another one was faster');
