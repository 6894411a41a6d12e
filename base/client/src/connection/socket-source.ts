// Where a connection gets its sockets: from what an entry address names (candidates.ts), or from a
// gateway, which holds links to signaling nodes.
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
  /** What `open` answered last was no good: for a while other signaling nodes come first. */
  failed(): void;
  /** Gives up what was begun; idempotent. */
  close(): void;
}

/**
 * A source of sockets that `next` opens, one for every attempt; it chooses the signaling node, and rejects or throws
 * when there is none. `failed` is called once for each socket that was no good: lost, or its attempt to join failed.
 * It must not throw.
 */
export function socketsOf(
  next: (signal: AbortSignal) => SocketPort | Promise<SocketPort>,
  failed?: (socket: SocketPort) => void,
): SocketSource {
  let last: SocketPort | undefined;
  return {
    fetch: () => Promise.resolve(),
    refresh: () => Promise.resolve(),
    open: async (signal) => {
      const port = await opened(next, signal);
      const socket = new SignalSocket(port);
      if (!signal.aborted) {
        last = port;
        return { socket };
      }
      const error = new MeridianClientError('SOCKET_FAILED', 'given up');
      socket.close(closeCode.raceLost, error);
      throw error;
    },
    failed: () => {
      const socket = last;
      last = undefined;
      if (socket !== undefined) failed?.(socket);
    },
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
