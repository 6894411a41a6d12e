// Refuses an upgrade with a hand-made HTTP answer, because the parser has left the socket by then.
import type { Duplex } from 'node:stream';
import { adviceOf, errorInfoOf } from '@meridian/protocol';
import { httpStatusOf } from '../../core/index.ts';
import { textForClient } from '../../failures.ts';
import { bounds } from '../../limits.ts';

export interface HttpRefusal {
  readonly status: number;
  /** Text for people: `CODE: cause. Advice.` */
  readonly text: string;
  /** Time until a retry; 0: not given. */
  readonly retryAfterMs: number;
}

/** Returns the refusal for an error, with the cause as clients may see it. Statuses 429 and 503 name a retry time. */
export function refusalOf(error: unknown, { development }: { readonly development: boolean }): HttpRefusal {
  const { code, message, retryAfterMs } = errorInfoOf(error);
  const status = httpStatusOf(code);
  const cause = textForClient(code, message, development);
  const sentence = /[.!?]$/.test(cause) ? cause : `${cause}.`;
  const mayRetrySoon = status === 429 || status === 503;
  return {
    status,
    text: `${code}: ${sentence} ${adviceOf(code)}`.trim(),
    retryAfterMs: retryAfterMs || (mayRetrySoon ? bounds.overloadRetryMs : 0),
  };
}

/** Returns the text as a reason phrase (RFC 9112, 4), which SDKs show if they do not read the body. */
export const reasonPhraseOf = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 200);

export function refuseUpgrade(socket: Duplex, { status, text, retryAfterMs }: HttpRefusal): void {
  const lines = [
    `HTTP/1.1 ${status} ${reasonPhraseOf(text)}`,
    ...(retryAfterMs > 0 ? [`Retry-After: ${Math.ceil(retryAfterMs / 1000)}`] : []),
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
