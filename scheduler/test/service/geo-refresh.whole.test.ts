// Scheduled refresh of a database file, against a real HTTP server on this machine that misbehaves in every way in
// which servers do.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createLogger, ManualClock, refuseErrors, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGeo } from '../../src/adapters/geo/chain.ts';
import type { RefreshSource } from '../../src/adapters/geo/fetch-source.ts';
import { GeoRefresh, sourceIssues } from '../../src/adapters/geo/refresh.ts';
import { admin, startCentre, tempDir, until } from './support/centre.ts';
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
let asked: { path: string; headers: IncomingMessage['headers'] }[];

beforeEach(async () => {
  temp = tempDir();
  file = join(temp.dir, 'city.mmdb');
  writeFileSync(file, cityFile('old'));
  asked = [];
  answers = {};
  server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
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

/** A job on that file; scheduled for a day that does not come, so that only `run` runs it. */
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
  const said = (): unknown => geo.locate(ADDRESSES.v4)?.label;
  return { refresh, geo, said, outcomes, clock };
}

describe('a refresh fails, leaves the old file in use and nothing else beside it, when', () => {
  const etag = { etag: '"1"' };
  const rows: { name: string; answers: () => Record<string, Answer>; source?: Partial<RefreshSource>; why: RegExp }[] =
    [
      { name: 'there is nothing', answers: () => ({}), why: /answered 404/ },
      {
        name: 'the server is broken',
        answers: () => ({ '/city.mmdb': (_, response) => void response.writeHead(500).end() }),
        why: /answered 500/,
      },
      {
        name: 'a 304 comes that was not asked for',
        answers: () => ({ '/city.mmdb': (_, response) => void response.writeHead(304).end() }),
        why: /answered 304/,
      },
      { name: 'a page comes', answers: () => ({ '/city.mmdb': sends('<html>sign in', etag) }), why: /not good/ },
      {
        name: 'the connection ends early',
        answers: () => ({
          '/city.mmdb': (_, response) => {
            response.writeHead(200, { 'content-length': fresh.length });
            response.write(fresh.subarray(0, 500), () => response.destroy());
          },
        }),
        why: /aborted|premature|reset|hang up/i,
      },
      {
        name: 'the file was cut on the server',
        answers: () => ({ '/city.mmdb': sends(fresh.subarray(0, -100)) }),
        why: /not good/,
      },
      {
        name: 'it announces too much',
        answers: () => ({ '/city.mmdb': sends(Buffer.alloc(3000), { 'content-length': 3000 }) }),
        source: { bytesMax: 2000 },
        why: /more than 2000 bytes announced/,
      },
      {
        name: 'it sends too much without a word',
        answers: () => ({
          '/city.mmdb': (_, response) => {
            response.writeHead(200);
            response.write(Buffer.alloc(1500));
            response.end(Buffer.alloc(1500));
          },
        }),
        source: { bytesMax: 2000 },
        why: /more than 2000 bytes$/,
      },
      {
        name: 'a small gzip holds too much',
        answers: () => ({ '/city.mmdb': sends(gzipSync(Buffer.alloc(5_000_000))) }),
        why: /more than 1000000 bytes/,
      },
      {
        name: 'it never ends',
        answers: () => ({ '/city.mmdb': (_, response) => void response.writeHead(200).write('x') }),
        source: { timeLimitMs: 300 },
        why: /not done within 300 ms/,
      },
      {
        name: 'it redirects in a circle',
        answers: () => ({ '/city.mmdb': redirects('/city.mmdb') }),
        why: /more than 5 redirects/,
      },
      {
        name: 'it redirects to plain HTTP elsewhere',
        answers: () => ({ '/city.mmdb': redirects('http://192.0.2.1/city.mmdb') }),
        why: /not https/,
      },
      {
        name: 'the checksum is another',
        answers: () => ({ '/city.mmdb': sends(fresh), '/sum': sends(`${'0'.repeat(64)}  city.mmdb\n`) }),
        source: { checksumUrl: '/sum' },
        why: /its SHA-256 is [0-9a-f]{64}, not 0{64}/,
      },
      {
        name: 'the checksum is none',
        answers: () => ({ '/city.mmdb': sends(fresh), '/sum': sends('see our page') }),
        source: { checksumUrl: '/sum' },
        why: /names no SHA-256/,
      },
      {
        name: 'what comes is older',
        answers: () => ({ '/city.mmdb': sends(cityFile('older', { buildEpoch: BUILT - HOUR })) }),
        why: /not good: it was built/,
      },
      { name: 'a command fails', answers: () => ({}), source: { command: ['/bin/false'] }, why: /Command failed/ },
      { name: 'there is no such command', answers: () => ({}), source: { command: ['/no/such'] }, why: /ENOENT/ },
      {
        name: 'a command writes nothing',
        answers: () => ({}),
        source: { command: ['/bin/true'] },
        why: /wrote no file/,
      },
      {
        name: 'a command takes too long',
        answers: () => ({}),
        source: { command: ['/bin/sleep', '60'], timeLimitMs: 300 },
        why: /not done within 300 ms/,
      },
    ];
  test.each(rows)('$name', async (row) => {
    answers = row.answers();
    const { checksumUrl } = row.source ?? {};
    const { refresh, said, outcomes } = await job({
      ...row.source,
      ...(checksumUrl === undefined ? {} : { checksumUrl: `${base}${checksumUrl}` }),
    });
    expect(await refresh.run()).toBe('failed');
    refresh.close();
    expect(refresh.status()).toMatchObject({ problem: expect.stringMatching(row.why), lastSuccessAt: null });
    expect([said(), outcomes]).toEqual(['old', ['failed']]);
    expect(readdirSync(temp.dir)).toEqual(['city.mmdb']);
    expect(readFileSync(file).equals(cityFile('old'))).toBe(true);
  });
});

describe('a refresh brings a file into use', () => {
  test('at once, and asks for something newer only after that', async () => {
    answers = {
      '/city.mmdb': (request, response) => {
        if (request.headers['if-none-match'] === '"v2"') response.writeHead(304).end();
        else response.writeHead(200, { etag: '"v2"' }).end(fresh);
      },
    };
    const { refresh, said, outcomes } = await job();
    expect([await refresh.run(), said()]).toEqual(['updated', 'new']);
    expect([await refresh.run(), said()]).toEqual(['unchanged', 'new']);
    expect([asked[0]?.headers['if-none-match'], outcomes]).toEqual([undefined, ['updated', 'unchanged']]);
    // A file that was put there by hand is not the one the server spoke of.
    writeFileSync(file, cityFile('by hand', { buildEpoch: BUILT + HOUR }));
    expect(await refresh.run()).toBe('updated');
    expect(asked[2]?.headers['if-none-match']).toBeUndefined();
    refresh.close();
  });

  test('through a redirect, unpacked, with its checksum, and the password stays where it belongs', async () => {
    const packed = gzipSync(fresh);
    const other = createServer((request, response) => {
      asked.push({ path: `other${request.url}`, headers: request.headers });
      response.end(packed);
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    answers = {
      '/city.mmdb': redirects('/moved'),
      '/moved': redirects(`http://127.0.0.1:${(other.address() as AddressInfo).port}/file`),
      '/sum': sends(`SHA256 (city.mmdb.gz) = ${sha256(packed)}\n`),
    };
    const { refresh, said } = await job({ authorization: 'Basic c2VjcmV0', checksumUrl: `${base}/sum` });
    expect([await refresh.run(), refresh.status().problem, said()]).toEqual(['updated', null, 'new']);
    refresh.close();
    other.close();
    const seen = asked.map(({ path, headers }) => [path, headers.authorization]);
    const password = 'Basic c2VjcmV0';
    expect(seen).toEqual([
      ['/city.mmdb', password],
      ['/moved', password],
      ['other/file', undefined],
      ['/sum', password],
    ]);
  });

  test('by a command, which runs without a shell', async () => {
    const source = join(temp.dir, 'a file; with signs');
    writeFileSync(source, fresh);
    const { refresh, said } = await job({ command: ['/bin/cp', source, '{output}'] });
    expect([await refresh.run(), said()]).toEqual(['updated', 'new']);
    refresh.close();
  });

  test('once, when it is asked twice at the same time', async () => {
    answers = { '/city.mmdb': sends(fresh) };
    const { refresh, outcomes } = await job();
    await Promise.all([refresh.run(), refresh.run()]);
    expect([asked.length, outcomes]).toEqual([1, ['updated']]);
    refresh.close();
  });
});

test('the calendar starts it, after a wait by chance; closed, it never starts', async () => {
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

describe('a source is refused at start when it has', () => {
  const good = {
    file: '/a',
    url: 'https://data.example/a',
    cron: '15 3 * * 2',
    jitterMs: 0,
    bytesMax: 1,
    timeLimitMs: 1,
  };
  test.each([
    { name: 'no address and no command', source: { ...good, url: undefined }, key: /url: either/ },
    { name: 'both', source: { ...good, command: ['x'] }, key: /url/ },
    { name: 'a file that is not looked up', source: { ...good, file: '/b' }, key: /file/ },
    { name: 'an expression that is none', source: { ...good, cron: '61 * * * *' }, key: /cron/ },
    { name: 'an expression of words', source: { ...good, cron: 'every tuesday' }, key: /cron/ },
    { name: 'plain HTTP to elsewhere', source: { ...good, url: 'http://data.example/a' }, key: /url/ },
    { name: 'a password in the address', source: { ...good, url: 'https://me:pass@data.example/a' }, key: /url/ },
    { name: 'a file address', source: { ...good, url: 'file:///etc/passwd' }, key: /url/ },
    {
      name: 'a checksum over plain HTTP',
      source: { ...good, checksumUrl: 'http://data.example/a' },
      key: /checksum/,
    },
  ])('$name', ({ source, key }) => {
    expect(() => refuseErrors(sourceIssues([source], ['/a']))).toThrow(key);
    expect(sourceIssues([good], ['/a'])).toEqual([]);
  });

  test('a file that another source has', () => {
    expect(() => refuseErrors(sourceIssues([good, good], ['/a']))).toThrow(/one source per file/);
  });
});

test('a centre with a source shows when it last succeeded', async () => {
  answers = { '/city.mmdb': sends(fresh) };
  const geoRefresh = [{ file, url: `${base}/city.mmdb`, cron: '* * * * * *', jitterMs: 0 }];
  const centre = await startCentre({ maxmindFile: file, geoRefresh });
  try {
    const { body } = await until('it was refreshed', async () => {
      const answer = await admin(centre, 'GET', '/v1/fleet');
      const { refreshes, databases } = answer.body.location;
      // The file is in its place a moment before it is read again.
      const isRead = databases[0].builtAt === '2026-11-01T01:00:00.000Z';
      return refreshes[0].lastSuccessAt !== null && isRead ? answer : undefined;
    });
    expect(body.location.databases[0]).toMatchObject({ problem: null });
    // Counted when its temporary file is gone, a moment after it succeeded.
    const counted = /geo_refreshes_total\{outcome="updated"\} [1-9]/;
    await until('it is counted', async () => counted.test(await centre.metrics.registry.metrics()) || undefined);
  } finally {
    await centre.close();
  }
});
