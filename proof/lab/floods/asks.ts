// What honest clients ask of a cloud: each from an address of its own, each over a connection of its own, as newcomers
// come. All resolve when they are served and reject when they are not.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { RtmpClientConnection } from '../../../media/gateway/src/core/rtmp/client.ts';
import { HANDSHAKE_RANDOM_BYTES } from '../../../media/gateway/src/core/rtmp/handshake.ts';
import { headless } from '../../test/support/headless.ts';
import { GIVE_UP_MS } from './judge.ts';

export interface HttpAsk {
  readonly url: string;
  /** Local address. */
  readonly from: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Served with the first bytes of the body: it has no end. */
  readonly isEndless?: boolean;
}

/** The body of a success. */
export function askHttp(o: HttpAsk): Promise<string> {
  const sent = o.body === undefined ? undefined : JSON.stringify(o.body);
  const headers = {
    ...o.headers,
    ...(sent !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const signal = AbortSignal.timeout(GIVE_UP_MS);
  const asked = request(o.url, { agent: false, localAddress: o.from, method: o.method ?? 'GET', headers, signal });
  asked.on('error', reject);
  asked.on('response', (response) => {
    const { statusCode = 0 } = response;
    const parts: Buffer[] = [];
    response.on('error', reject);
    response.on('data', (part: Buffer) => {
      parts.push(part);
      if (o.isEndless !== true || statusCode !== 200) return;
      resolve('');
      asked.destroy();
    });
    response.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      if (statusCode >= 200 && statusCode < 300 && o.isEndless !== true) resolve(text);
      else reject(new Error(`${o.url}: ${statusCode} ${text.slice(0, 200)}`));
    });
  });
  asked.end(sent);
  return promise;
}

/** Joins by a signaling node, until media could be attached, and leaves. */
export async function askJoin(o: { url: string; from: string; token: string }): Promise<void> {
  const session = headless(o.url, { token: o.token, localAddress: o.from });
  const timer = setTimeout(() => session.leave(), GIVE_UP_MS);
  try {
    await session.connect();
  } finally {
    clearTimeout(timer);
    session.leave();
  }
}

/** Publishes by RTMP until the gateway accepts, and goes. */
export function askRtmp(o: { url: string; from: string; key: string }): Promise<void> {
  const { hostname, port } = new URL(o.url);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host: hostname, port: Number(port), localAddress: o.from, noDelay: true });
  const random = randomBytes(HANDSHAKE_RANDOM_BYTES);
  const place = { app: 'live', tcUrl: o.url, name: o.key };
  const connection = new RtmpClientConnection({ role: 'publish', ...place, random, nowMs: performance.now() });
  const flush = (): void => {
    for (const bytes of connection.takeOutput()) socket.write(bytes);
  };
  const timer = setTimeout(() => reject(new Error('RTMP: not accepted in time')), GIVE_UP_MS);
  socket.on('connect', flush);
  socket.on('data', (bytes) => {
    for (const event of connection.receive(bytes, performance.now())) {
      if (event.kind === 'ready') resolve();
      else if (event.kind === 'refused') reject(new Error(`RTMP: ${event.code} ${event.description}`));
      else if (event.kind === 'ended') reject(new Error('RTMP: ended'));
    }
    flush();
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('RTMP: closed')));
  return promise.finally(() => {
    clearTimeout(timer);
    connection.close();
    flush();
    socket.end();
    socket.destroySoon();
  });
}
