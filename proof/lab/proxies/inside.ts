// Makes requests in a network namespace for the case `proxies`: `inside.ts ACT JSON` prints one line of JSON.
import { request as askHttp } from 'node:http';
import { request as askHttps } from 'node:https';
import process from 'node:process';
import { connect } from 'node:tls';
import { createClient, createJoinToken } from '@meridian/api-client';
import { headless } from '../../test/support/headless.ts';

export interface RequestOptions {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Length of a room name that makes up the JSON body, in place of `body`. */
  readonly bodyBytes?: number;
  /** Local address from which the client connects. */
  readonly from?: string;
  /** Whether each request claims another made-up address in its headers. */
  readonly forges?: boolean;
  readonly times?: number;
}
const STATUS_CUT = 0;
/** `statuses`: count of each status; `body`: body of the last response. */
export interface RequestResult {
  readonly statuses: Readonly<Record<string, number>>;
  readonly body: string;
}
export interface Flow {
  readonly status: number;
  /** Time from the request to the first bytes. */
  readonly firstMs: number;
  readonly longestGapMs: number;
  readonly bytes: number;
}
export interface Prepared {
  readonly links: readonly string[];
  readonly publishUrl: string;
  readonly flv: string;
  readonly hls: string;
}
interface Company {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly room: string;
}

/** Returns all headers by which proxies forward an address, with false values. 8.8.0.0/16 is in America. */
const forged = (at: number): Record<string, string> => ({
  'x-forwarded-for': `8.8.${at % 256}.8`,
  forwarded: `for=8.8.${at % 256}.8;proto=http;host=evil.example`,
  'x-real-ip': `8.8.${at % 256}.8`,
  'x-forwarded-proto': 'http',
  'x-forwarded-host': 'evil.example',
});

function sendOne({ url, method = 'GET', headers = {}, from, forges, ...o }: RequestOptions, at: number) {
  const body = o.bodyBytes === undefined ? o.body : JSON.stringify({ room: 'x'.repeat(o.bodyBytes) });
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const ask = url.startsWith('https') ? askHttps : askHttp;
    const sent = Object.assign({}, headers, forges === true && forged(at));
    const options = { method, headers: sent, agent: false, ...(from !== undefined && { localAddress: from }) };
    const request = ask(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text })).once('error', reject);
    });
    request
      .once('error', (error) => {
        // Services cut connections beyond their limit per address (`unprovenPerAddressMax`) before they read a request.
        if ('code' in error && error.code === 'ECONNRESET') resolve({ status: STATUS_CUT, body: '' });
        else reject(error);
      })
      .end(body);
  });
}

async function ask(asking: RequestOptions): Promise<RequestResult> {
  const statuses: Record<string, number> = {};
  let last = '';
  // All requests go out at once: otherwise, on a slow machine, limits that refill every second would never be reached.
  for (const { status, body } of await Promise.all(
    Array.from({ length: asking.times ?? 1 }, (_, at) => sendOne(asking, at)),
  )) {
    statuses[status] = (statuses[status] ?? 0) + 1;
    last = body;
  }
  return { statuses, body: last };
}

/** Reads an endless response for `ms`. */
function flow({ url, ms }: { url: string; ms: number }): Promise<Flow> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const ask = url.startsWith('https') ? askHttps : askHttp;
    const request = ask(url, { agent: false }, (response) => {
      const times: number[] = [];
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        times.push(performance.now());
        bytes += piece.length;
      });
      response.on('error', () => undefined);
      setTimeout(() => {
        request.destroy();
        const gaps = [...times.slice(1), performance.now()].map((time, at) => time - (times[at] ?? time));
        const firstMs = Math.round((times[0] ?? Number.NaN) - startedMs);
        const longestGapMs = Math.round(Math.max(...gaps));
        resolve({ status: response.statusCode ?? 0, firstMs, longestGapMs, bytes });
      }, ms);
    });
    request.once('error', reject).end();
  });
}

/** Joins a room without media; resolves with the placement decision. */
async function join(o: Company & { entryUrl: string; identity: string; forges?: boolean; from?: string }) {
  const token = await createJoinToken({ apiKey: o.apiKey, apiSecret: o.apiSecret, room: o.room, identity: o.identity });
  const headers = o.forges === true ? forged(8) : undefined;
  const client = headless(o.entryUrl, { token, ...(headers && { headers }), ...(o.from && { localAddress: o.from }) });
  const { placement } = await client.connect();
  return { decisionId: placement.decisionId };
}

async function prepare({ room, ...o }: Company): Promise<Prepared> {
  const api = createClient(o);
  await api.post('/rooms', { body: { name: room } });
  const links: string[] = [];
  for (const name of ['Ana', 'Bo'])
    links.push((await api.post('/join-links', { body: { room, identity: name.toLowerCase(), name } })).url);
  const params = { path: { room } };
  const publishing = await api.post('/rooms/{room}/stream-keys', {
    params,
    body: { identity: 'studio', use: 'publish' },
  });
  const playing = await api.post('/rooms/{room}/stream-keys', { params, body: { use: 'play' } });
  const { flv = '', hls = '' } = playing.play ?? {};
  return { links, publishUrl: publishing.publish?.rtmp.url ?? '', flv, hls };
}

function certificate({ host }: { host: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 443, servername: host }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

const acts = { ask, flow, join, prepare, certificate } as const;
export type Acts = typeof acts;

if (import.meta.main) {
  const [actName = '', inputJson = '{}'] = process.argv.slice(2);
  const act = acts[actName as keyof Acts] as (given: unknown) => Promise<unknown>;
  process.stdout.write(`${JSON.stringify(await act(JSON.parse(inputJson)))}\n`, () => process.exit());
}
