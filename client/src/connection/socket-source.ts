// Where a connection gets its sockets: from what an entry address names (candidates.ts), or from whoever holds links to
// signaling nodes.
import { asClientError, MeridianClientError } from '../errors.ts';
import { SignalSocket } from './socket.ts';
import { closeCode, type SocketPort } from './socket-port.ts';

export interface SocketSource {
  /** Learns where signaling nodes are, before the first socket; rejects with what prevents it. */
  fetch(signal: AbortSignal): Promise<void>;
  /** As `fetch`, before a later socket; what is known is good enough when nothing newer is to be had. */
  refresh(signal: AbortSignal): Promise<void>;
  /** The next socket. Rejects with SOCKET_FAILED, or the service's own refusal; `signal` gives it up. */
  open(signal: AbortSignal): Promise<{ readonly socket: SignalSocket }>;
  /** What `open` answered last was no good: somebody else first, for a while. */
  failed(): void;
  /** Gives up what was begun; idempotent. */
  close(): void;
}

/**
 * A source of sockets that `next` opens, one for every attempt; it chooses the signaling node, and rejects or throws
 * when there is none.
 */
export function socketsOf(next: (signal: AbortSignal) => SocketPort | Promise<SocketPort>): SocketSource {
  return {
    fetch: () => Promise.resolve(),
    refresh: () => Promise.resolve(),
    open: async (signal) => {
      const socket = new SignalSocket(await opened(next, signal));
      if (!signal.aborted) return { socket };
      const error = new MeridianClientError('SOCKET_FAILED', 'given up');
      socket.close(closeCode.raceLost, error);
      throw error;
    },
    failed: () => undefined,
    close: () => undefined,
  };
}

async function opened(
  next: (signal: AbortSignal) => SocketPort | Promise<SocketPort>,
  signal: AbortSignal,
): Promise<SocketPort> {
  try {
    return await next(signal);
  } catch (error) {
    throw asClientError(error, 'SOCKET_FAILED');
  }
}
