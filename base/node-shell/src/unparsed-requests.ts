// Answers requests that Node's HTTP parser refuses, before any route or CORS rule sees them.
import type { Socket } from 'node:net';
import { limits } from '@meridian/protocol';

/** A sender that continues this long, or with this much, is cut without having read the answer. */
const SILENT_MS_MAX = 2000;
const UNREAD_BYTES_MAX = 1024 * 1024;

/** Options of Node's HTTP and HTTPS servers for addresses with a token. */
export const tokenAddresses = { maxHeaderSize: limits.headerBytesMax } as const;

const refusals: { readonly [code in string]?: readonly [status: string, text: string] } = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    `REQUEST_INVALID: The address and the header fields have more than ${limits.headerBytesMax} bytes together. A token in them is too long: at most ${limits.tokenBytesMax} bytes are accepted. Ask for a shorter token, or delete the cookies of this page.`,
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    'REQUEST_INVALID: The request did not arrive in time. Check the network connection, and try again.',
  ],
};
const malformed = ['400 Bad Request', 'REQUEST_INVALID: The request is not valid HTTP. Correct it.'] as const;

/**
 * Answers with a status and a text that pages of any origin can read; for `clientErrorHandler` of Fastify and
 * 'clientError' of Node's servers. The rest of the request is read and dropped until the sender stops: an immediate
 * close would reset the connection, and most senders would see a network fault (RFC 9112, 9.6).
 */
export function refuseUnparsed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (socket.writableEnded) return; // the parser reports every further chunk of a request that was answered
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const [status, text] = refusals[error.code ?? ''] ?? malformed;
  const lines = [
    `HTTP/1.1 ${status}`,
    'Access-Control-Allow-Origin: *',
    'Cache-Control: no-store',
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
  const cut = setTimeout(() => socket.destroy(), SILENT_MS_MAX);
  let unreadBytes = 0;
  socket.on('data', (chunk: Buffer) => {
    unreadBytes += chunk.byteLength;
    if (unreadBytes > UNREAD_BYTES_MAX) socket.destroy();
  });
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(cut));
  socket.resume();
}
