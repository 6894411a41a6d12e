// Source of a connection's sockets: entry addresses (candidates.ts), or a gateway with links to signaling nodes.
import { asClientError, MeridianClientError } from '../errors.ts';
import { SignalSocket } from './socket.ts';
import { closeCode, type SocketPort } from './socket-port.ts';

export interface SocketSource {
  fetch(signal: AbortSignal): Promise<void>;
  /** Updates the signaling nodes before a later socket; known nodes suffice when the update fails. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Opens the next socket. Rejects with SOCKET_FAILED, or the service's own refusal. */
  open(signal: AbortSignal): Promise<{ readonly socket: SignalSocket }>;
  /** Reports that the last socket was no good: other signaling nodes come first for a while. */
  failed(): void;
  close(): void;
}

/**
 * Makes a source of sockets that `next` opens, one per attempt; `next` chooses the signaling node, and rejects or
 * throws when there is none. `failed` is called once for each socket that was lost or whose attempt to join failed. It
 * must not throw.
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
