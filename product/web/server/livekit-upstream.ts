import { request as askHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as askHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { Clock } from '@meridian/runtime';
import { textOf } from './body-text.ts';

/** Timeout of the response's start: a dead node is skipped soon, and another is tried. */
const ANSWER_MS_MAX = 2500;
const ANSWER_BYTES_MAX = 4096;
/** RFC 9110, 7.6.3. A request that already has it is in a loop. */
export const VIA = '1.1 meridian-page';
/** Client headers that are forwarded; no others, least of all the page's cookies. */
const PASSED = [
  'authorization',
  'origin',
  'user-agent',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'sec-websocket-protocol',
] as const;

export type Outcome =
  | { readonly kind: 'upgraded'; readonly answer: IncomingMessage; readonly socket: Socket; readonly head: Buffer }
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly text: string;
    };

export interface AskOptions {
  readonly isUpgrade: boolean;
  /** Client address, which the node trusts. */
  readonly clientIp: string;
  readonly clock: Clock;
  /** Cancels the request; an upgraded socket stays. */
  readonly signal: AbortSignal;
}

/** Rejects when the node does not answer in time, the answer is too large, or `signal` aborts. */
export function askNode(node: URL, request: IncomingMessage, o: AskOptions): Promise<Outcome> {
  const ask = node.protocol === 'https:' ? askHttps : askHttp;
  const asked = ask(node, {
    agent: false,
    path: `${node.pathname.replace(/\/$/, '')}${request.url}`,
    headers: headersFor(request, o),
  });
  return new Promise((resolve, reject) => {
    const end = (why: string): void => void asked.destroy(new Error(why));
    const onAbort = (): void => end('it is not wanted any more');
    const timer = o.clock.after(ANSWER_MS_MAX, () => end(`no answer within ${ANSWER_MS_MAX} ms`));
    const settled = (): void => {
      timer.cancel();
      o.signal.removeEventListener('abort', onAbort);
    };
    o.signal.addEventListener('abort', onAbort);
    asked.on('error', (error) => {
      settled();
      reject(error);
    });
    asked.once('upgrade', (answer, socket, head) => {
      settled();
      // Plain or TLS, it is a net.Socket.
      resolve({ kind: 'upgraded', answer, socket: socket as Socket, head });
    });
    asked.once('response', (answer) => {
      const { statusCode: status = 502, headers } = answer;
      textOf(answer, ANSWER_BYTES_MAX)
        .then((text) => resolve({ kind: 'answered', status, headers, text }), reject)
        .finally(settled);
    });
    if (o.signal.aborted) onAbort();
    else asked.end();
  });
}

function headersFor({ headers }: IncomingMessage, { isUpgrade, clientIp }: AskOptions): IncomingHttpHeaders {
  const passed = Object.fromEntries(
    PASSED.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  return {
    ...passed,
    ...(isUpgrade && { connection: 'Upgrade', upgrade: 'websocket' }),
    'x-forwarded-for': clientIp,
    via: VIA,
  };
}
