import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../../../files/object-store/src/core/errors.ts';
import { PIECE_BYTES } from '../../../../files/object-store/src/serving/streams.ts';
import { servedContract } from '../../../../files/object-store/test/support/served-contract.ts';
import { hashOf } from '../../../../files/object-store/test/support/stores-contract.ts';
import { serving, tokenOf } from '../support/serving.ts';

const film = randomBytes(2 * PIECE_BYTES + 77);
const json = Buffer.from('{"version":1}');

type World = Awaited<ReturnType<typeof serving>>;
async function servingFiles(isSealed: boolean): Promise<World> {
  const made = await serving({ isSealed });
  for (const tenant of ['acme', 'other']) {
    await made.put(`t-${tenant}/re_1/finished/finished.json`, Buffer.concat([json, Buffer.from(tenant)]));
    await made.put(`t-${tenant}/re_1/stint/journal.jsonl`, Buffer.from('a journal'));
  }
  await made.put('t-acme/re_1/finished/camera-0001.mp4', film);
  await made.put('t-acme/re_1/finished/hls/master.m3u8', Buffer.from('#EXTM3U\n'));
  await made.put('t-acme/re_2/finished/finished.json', json);
  return made;
}

servedContract(async (config, clock) => {
  const { http, metrics, end } = await serving({ isSealed: false, config, clock });
  return { app: http, metrics: () => metrics.registry.metrics(), end };
});

describe.each([
  ['clear', false],
  ['sealed', true],
])('%s files', (_what, isSealed) => {
  let world: World;
  beforeAll(async () => {
    world = await servingFiles(isSealed);
  });
  afterAll(() => world.end());

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${world.url}/${path}`, { headers, method });
  /** Requests the path unchanged, which `fetch` would normalise. */
  async function raw(path: string): Promise<number> {
    const asked = request({ port: world.port, host: '127.0.0.1', path: `/recordings/${path}`, agent: false }).end();
    const [response] = await once(asked, 'response');
    response.resume();
    return response.statusCode;
  }
  const codeOf = async (path: string) => {
    const response = await get(path);
    expect(response.headers.get('cache-control')).toBe('no-store');
    return [response.status, ((await response.json()) as { code: string }).code];
  };

  it('need a valid token', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    const name = 'finished.json';
    const [head = '', body = ''] = tokenOf({}).split('.');
    expect(await codeOf(`nothing/${name}`)).toEqual([401, 'TOKEN_INVALID']);
    expect(await codeOf(`${head}.${body}.${'x'.repeat(43)}/${name}`)).toEqual([401, 'TOKEN_INVALID']);
    expect(await codeOf(`${tokenOf({ exp: nowS - 70 })}/${name}`)).toEqual([401, 'TOKEN_EXPIRED']);
    expect(await codeOf(`${tokenOf({ exp: undefined })}/${name}`)).toEqual([401, 'TOKEN_INVALID']);
    expect(await codeOf(`${tokenOf({ iss: 'unknown' })}/${name}`)).toEqual([401, 'TOKEN_INVALID']);
    expect(await codeOf(`${tokenOf({ iss: 'other' })}/${name}`)).toEqual([401, 'TOKEN_INVALID']);
    expect(await codeOf(`${tokenOf({ may: 'erase' })}/${name}`)).toEqual([401, 'TOKEN_INVALID']);
    expect(await codeOf(`${tokenOf({ may: undefined })}/${name}`)).toEqual([401, 'TOKEN_INVALID']);
    expect(await codeOf(`${tokenOf({ via: 7 })}/${name}`)).toEqual([401, 'TOKEN_INVALID']);
    for (const recording of [undefined, '', '../re_1', 're_1/../re_2', 'RE_1'])
      expect(await codeOf(`${tokenOf({ recording })}/${name}`)).toEqual([401, 'TOKEN_INVALID']);
    // A room's token opens no recording.
    const video = { room: 'daily', roomJoin: true };
    const ofRoom = tokenOf({ sub: 'ann', video, recording: undefined, may: undefined });
    expect(await codeOf(`${ofRoom}/${name}`)).toEqual([401, 'TOKEN_INVALID']);
    expect(await codeOf(`${tokenOf({}, 'narrow')}/${name}`)).toEqual([403, 'NOT_PERMITTED']);
  });

  it('belong to one recording of one tenant', async () => {
    const other = await get(`${tokenOf({}, 'other')}/finished.json`);
    expect(await other.text()).toBe('{"version":1}other');
    expect(await codeOf(`${tokenOf({}, 'other')}/camera-0001.mp4`)).toEqual([404, 'NOT_FOUND']);
    expect(await codeOf(`${tokenOf({ recording: 're_2' })}/camera-0001.mp4`)).toEqual([404, 'NOT_FOUND']);
    expect(await codeOf(`${tokenOf({ recording: 're_9' })}/finished.json`)).toEqual([404, 'NOT_FOUND']);
  });

  it.each([
    '../stint/journal.jsonl',
    '..%2fstint%2fjournal.jsonl',
    '..%2Fstint/journal.jsonl',
    'hls/../../stint/journal.jsonl',
    'hls/%2e%2e/%2e%2e/stint/journal.jsonl',
    '%2e%2e/%2e%2e/re_2/finished/finished.json',
    '..%5cstint%5cjournal.jsonl',
    'stint/journal.jsonl',
    'finished/../stint/journal.jsonl',
    'finished/finished/finished.json',
    '/finished.json',
    'finished.json/',
    'finished.json%00',
    'hls',
    '',
    '%zz',
  ])('do not include the path %s', async (name) => {
    const status = await raw(`${tokenOf({})}/${name}`);
    expect(name === '%zz' ? [400, 404] : [404]).toContain(status);
  });

  it('come whole, with hash, type and cache headers', async () => {
    const response = await get(`${tokenOf({})}/camera-0001.mp4`, { origin: 'https://page.example' });
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(film)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: `"${hashOf(film)}"`,
      'content-type': 'video/mp4',
      'content-length': String(film.length),
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=86400, immutable',
      'access-control-allow-origin': '*',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(response.headers.get('content-disposition')).toBe(null);
    const description = await get(`${tokenOf({})}/finished.json`);
    expect(description.headers.get('cache-control')).toBe('private, no-cache');
    const named = await get(`${tokenOf({})}/${encodeURIComponent('finished/hls/master.m3u8')}`);
    expect([named.status, await named.text()]).toEqual([200, '#EXTM3U\n']);
    const playlist = await get(`${tokenOf({})}/hls/master.m3u8`);
    expect([playlist.headers.get('content-type'), await playlist.text()]).toEqual([
      'application/vnd.apple.mpegurl',
      '#EXTM3U\n',
    ]);
  });

  it('come in ranges', async () => {
    const path = `${tokenOf({})}/camera-0001.mp4`;
    for (const [from, to] of [
      [0, 0],
      [PIECE_BYTES - 1, PIECE_BYTES],
      [10, 2 * PIECE_BYTES + 5],
      [film.length - 1, film.length - 1],
    ] as const) {
      const response = await get(path, { range: `bytes=${from}-${to}` });
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to}/${film.length}`);
      expect(Buffer.from(await response.arrayBuffer()).equals(film.subarray(from, to + 1))).toBe(true);
    }
    const behind = await get(path, { range: `bytes=${film.length}-` });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${film.length}`]);
    const changed = await get(path, { range: 'bytes=0-1', 'if-range': '"older"' });
    expect([changed.status, (await changed.arrayBuffer()).byteLength]).toEqual([200, film.length]);
    const known = await get(path, { 'if-none-match': `"${hashOf(film)}"` });
    expect([known.status, await known.text()]).toEqual([304, '']);
  });

  it('are described by HEAD without their bytes', async () => {
    const sent = async () => /recorder_file_bytes_total (\d+)/.exec(await world.metrics.registry.metrics())?.[1];
    const before = await sent();
    const response = await get(`${tokenOf({})}/camera-0001.mp4`, { range: 'bytes=0-99' }, 'HEAD');
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([206, '100', '']);
    expect((await get(`${tokenOf({})}/nothing.mp4`, {}, 'HEAD')).status).toBe(404);
    expect(Number(before)).toBeGreaterThan(film.length);
    expect(await sent()).toBe(before);
  });

  it('are sent as downloads if their token allows it', async () => {
    const disposition = async (may: string) =>
      (await get(`${tokenOf({ may })}/hls/master.m3u8?download=1`)).headers.get('content-disposition');
    expect(await disposition('download')).toBe('attachment; filename="master.m3u8"');
    expect(await disposition('play')).toBe(null);
  });

  it('may be requested by pages of any origin', async () => {
    const headers = { origin: 'https://page.example', 'access-control-request-method': 'GET' };
    const asked = Object.assign({ 'access-control-request-headers': 'range' }, headers);
    const response = await get(`${tokenOf({})}/camera-0001.mp4`, asked, 'OPTIONS');
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe('range');
  });
});

describe('answers', () => {
  const large = Buffer.alloc(40 * PIECE_BYTES, 7);
  let world: World;
  beforeAll(async () => {
    world = await serving({ isSealed: false });
    await world.put('t-acme/re_1/finished/long.mp4', large);
  });
  afterAll(() => world.end());

  /** Opens a client that reads nothing of the body until asked to. */
  async function slow(token: string) {
    const path = `/recordings/${token}/long.mp4`;
    const asked = request({ port: world.port, host: '127.0.0.1', path, agent: false }).end();
    const [response] = await once(asked, 'response');
    return { response, close: () => asked.destroy() };
  }
  const gone = async () => {
    while (world.streams.size > 0) await new Promise((resolve) => setImmediate(resolve));
  };

  it('read no further ahead in the store than the client needs, and end when the client leaves', async () => {
    const reads = (): number => world.store.calls.filter(({ call }) => call === 'get').length;
    const origin = { tenant: 'acme', apiKey: 'acme', tokenId: '', via: '', issuedWallMs: undefined };
    const range = { from: 0, bytes: large.length };
    const body = world.streams.open({
      key: 't-acme/re_1/finished/long.mp4',
      range,
      address: '127.0.0.1',
      token: '',
      origin,
    });
    await once(body, 'readable');
    expect((body.read() as Buffer).length).toBe(PIECE_BYTES);
    for (let turn = 0; turn < 1000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(reads()).toBeLessThanOrEqual(3);
    body.destroy();
    await gone();
    const { close } = await slow(tokenOf({}));
    expect(world.streams.size).toBe(1);
    close();
    await gone();
  });

  it.each([
    ['their token', 'link-1', { via: 'link-1' }],
    ['a source of their token', 'maker-1', { via: 'link-3', sources: ['re_1', 'maker-1'] }],
  ])('break off when %s is revoked, and the token opens no further answer', async (_what, revoked, claims) => {
    const token = tokenOf(claims);
    const { response } = await slow(token);
    const kept = await slow(tokenOf({ via: 'link-2' }));
    const over = once(response.resume(), 'end');
    world.revoke(revoked);
    await expect(over).rejects.toThrow('aborted');
    expect(world.streams.size).toBe(1);
    kept.close();
    await gone();
    const again = await fetch(`${world.url}/${token}/long.mp4`);
    expect([again.status, await again.json()]).toMatchObject([401, { code: 'TOKEN_REVOKED' }]);
  });

  it('break off when the store fails midway, and are refused when it fails before', async () => {
    let reads = 0;
    world.store.fails = (call) => (call === 'get' && ++reads > 3 ? new StoreError('STORE_UNREACHABLE') : undefined);
    const { response } = await slow(tokenOf({}));
    await once(response.resume(), 'error');
    await gone();
    world.store.fails = (call) => (call === 'head' ? new StoreError('STORE_UNREACHABLE') : undefined);
    const refused = await fetch(`${world.url}/${tokenOf({})}/long.mp4`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    world.store.fails = () => undefined;
  });
});
