// Answers a request before its body has come, since it lacks a proof or is too large.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBody } from './connection-gate.ts';

/** An active sender never pauses this long. */
const SILENT_MS_MAX = 2000;

/**
 * Must be called before the head of an answer is sent. When part of the body is missing, the answer closes the
 * connection in the steps of RFC 9112, 9.6: further input is dropped until the sender stops. An immediate close would
 * reset the connection, and most senders would see an error instead of the answer. The bounds are those of a slow
 * request: the gate's, and the server's `requestTimeout`.
 */
export function closeUnread(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || !hasBody(request)) return;
  const { socket } = request;
  response.shouldKeepAlive = false;
  // Node calls this after the last answer of a connection.
  socket.destroySoon = () => {
    socket.end();
    socket.setTimeout(SILENT_MS_MAX, () => socket.destroy());
    request.once('end', () => socket.destroy());
    request.resume();
  };
}
