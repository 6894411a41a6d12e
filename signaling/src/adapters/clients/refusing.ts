// An upgrade that is refused: an answer of HTTP by hand, because the parser has left the socket by then.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

export interface HttpRefusal {
  readonly status: number;
  /** For people to read. */
  readonly text: string;
  /** When it may be tried again; 0: nothing is said of it. */
  readonly retryAfterMs: number;
}

/** Answers and ends the socket. */
export function refuseUpgrade(socket: Duplex, { status, text, retryAfterMs }: HttpRefusal): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...(retryAfterMs > 0 ? [`Retry-After: ${Math.ceil(retryAfterMs / 1000)}`] : []),
    'Connection: close',
    ...(text === '' ? [] : ['Content-Type: text/plain; charset=utf-8']),
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
