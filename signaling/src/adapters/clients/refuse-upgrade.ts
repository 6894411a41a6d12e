// Refuses an upgrade with a hand-made HTTP answer, because the parser has left the socket by then.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

export interface HttpRefusal {
  readonly status: number;
  /** Text for people. */
  readonly text: string;
  /** Time until a retry; 0: not given. */
  readonly retryAfterMs: number;
}

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
