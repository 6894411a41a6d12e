// Scheduled refresh of a database file, against a real HTTP server on this machine that misbehaves in every way in
// which servers do.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGeo } from '../../src/adapters/geo/chain.ts';
import type { RefreshSource } from '../../src/adapters/geo/fetch-source.ts';
import { GeoRefresh } from '../../src/adapters/geo/refresh.ts';
import { tempDir, until } from './support/centre.ts';
import { ADDRESSES, BUILT, cityFile, HOUR } from './support/city-file.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const fresh = cityFile('new', { buildEpoch: BUILT + HOUR });
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let temp: ReturnType<typeof tempDir>;
let file: string;
let server: Server;
let base: string;
let answers: Record<string, Answer>;
let requests: { path: string; headers: IncomingMessage['headers'] }[];

beforeEach(async () => {
  temp = tempDir();
  file = join(temp.dir, 'city.mmdb');
  writeFileSync(file, cityFile('old'));
  requests = [];
  answers = {};
  server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers });
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404).end('nothing here');
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  temp.remove();
});

const sends =
  (bytes: Buffer | string, headers: Record<string, string | number> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(200, headers).end(bytes);
const redirects =
  (location: string): Answer =>
  (_request, response) =>
    void response.writeHead(302, { location }).end();

/** A job on that file; scheduled for a day that never comes, so that only `run` runs it. */
async function job(o: Partial<RefreshSource> = {}) {
  const geo = await openGeo({ maxmindFile: file, cityFiles: [], countryFiles: [] }, log);
  const watched = geo.files[0];
  if (watched === undefined) throw new Error('the file is watched');
  const url = o.command === undefined ? { url: `${base}/city.mmdb` } : {};
  const source = { file, cron: '0 0 29 2 *', jitterMs: 0, bytesMax: 1_000_000, timeLimitMs: 10_000, ...url, ...o };
  const outcomes: string[] = [];
  const clock = new ManualClock();
  const rng = seededRng('1');
  const refresh = new GeoRefresh({ source, file: watched, clock, rng, log, onEnd: (end) => void outcomes.push(end) });
  const shownLabel = (): unknown => geo.locate(ADDRESSES.v4)?.label;
  return { refresh, geo, said: shownLabel, outcomes, clock };
}

describe('a refresh brings a file into use', () => {
  test('at once, and a second refresh fetches only a newer file', async () => {
    answers = {
      '/city.mmdb': (request, response) => {
        if (request.headers['if-none-match'] === '"v2"') response.writeHead(304).end();
        else response.writeHead(200, { etag: '"v2"' }).end(fresh);
      },
    };
    const { refresh, said, outcomes } = await job();
    expect([await refresh.run(), said()]).toEqual(['updated', 'new']);
    expect([await refresh.run(), said()]).toEqual(['unchanged', 'new']);
    expect([requests[0]?.headers['if-none-match'], outcomes]).toEqual([undefined, ['updated', 'unchanged']]);
    // The stored validators of the server do not apply to a file that was put there by hand.
    writeFileSync(file, cityFile('by hand', { buildEpoch: BUILT + HOUR }));
    expect(await refresh.run()).toBe('updated');
    expect(requests[2]?.headers['if-none-match']).toBeUndefined();
    refresh.close();
  });

  test('through a redirect, unpacked, with its checksum, and the password goes to no other origin', async () => {
    const packed = gzipSync(fresh);
    const otherOrigin = createServer((request, response) => {
      requests.push({ path: `other${request.url}`, headers: request.headers });
      response.end(packed);
    });
    await new Promise<void>((resolve) => otherOrigin.listen(0, '127.0.0.1', resolve));
    answers = {
      '/city.mmdb': redirects('/moved'),
      '/moved': redirects(`http://127.0.0.1:${(otherOrigin.address() as AddressInfo).port}/file`),
      '/sum': sends(`SHA256 (city.mmdb.gz) = ${sha256(packed)}\n`),
    };
    const { refresh, said } = await job({ authorization: 'Basic c2VjcmV0', checksumUrl: `${base}/sum` });
    expect([await refresh.run(), refresh.status().problem, said()]).toEqual(['updated', null, 'new']);
    refresh.close();
    otherOrigin.close();
    const requestsSeen = requests.map(({ path, headers }) => [path, headers.authorization]);
    const password = 'Basic c2VjcmV0';
    expect(requestsSeen).toEqual([
      ['/city.mmdb', password],
      ['/moved', password],
      ['other/file', undefined],
      ['/sum', password],
    ]);
  });
});

test('the schedule starts a refresh after a random delay, and starts none after the close', async () => {
  answers = { '/city.mmdb': sends(fresh) };
  const { refresh, outcomes, clock } = await job({ cron: '* * * * * *', jitterMs: 60_000 });
  await until('the calendar has come', () => (clock.pendingTimers > 0 ? true : undefined));
  expect(outcomes).toEqual([]);
  clock.advance(60_000);
  await until('it has run', () => (outcomes.length > 0 ? true : undefined));
  await until('the calendar has come again', () => (clock.pendingTimers > 0 ? true : undefined));
  refresh.close();
  clock.advance(60_000);
  expect([outcomes[0], clock.pendingTimers]).toEqual(['updated', 0]);
});
