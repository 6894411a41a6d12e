// A request that is answered before its body has come: refused for want of a proof, or too large.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBody } from './connection-gate.ts';

/** A sender that is still sending is not silent for so long. */
const SILENT_MS_MAX = 2000;

/**
 * Call it before the head of an answer is sent. If some of the body has not come, the answer closes the connection, in
 * steps as RFC 9112, 9.6 has it: what still comes is thrown away until the sender stops. Closed at once, the network
 * would reset the connection, and most senders would see an error in place of the answer. Bounds are those of a slow
 * request: the gate's, and the server's `requestTimeout`.
 */
export function closeUnread(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || !hasBody(request)) return;
  const { socket } = request;
  response.shouldKeepAlive = false;
  // As Node ends a connection after its last answer.
  socket.destroySoon = () => {
    socket.end();
    socket.setTimeout(SILENT_MS_MAX, () => socket.destroy());
    request.once('end', () => socket.destroy());
    request.resume();
  };
}
