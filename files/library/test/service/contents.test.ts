// Files of contents over real sockets, bad requests first.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { rpc } from '@meridian/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { servedContract } from '../../../object-store/test/support/served-contract.ts';
import { hashOf } from '../../../object-store/test/support/stores-contract.ts';
import { fileNames, leasePart, SOUND, SPRITE_NAME, THUMBNAILS_NAME } from '../../src/core/renditions/names.ts';
import { masterPlaylist, mediaPlaylist } from '../../src/core/renditions/playlists.ts';
import type { Check } from '../../src/uploads/finishing.ts';
import { acceptAll, library, planOf, tokenOf } from '../support/library.ts';
import { send } from '../support/sending.ts';

const film = randomBytes(70_000);
const cover = Buffer.from('a picture');
const check: Check = async (file, signal) => {
  const checked = await acceptAll(file, signal);
  if (file.name.endsWith('.txt')) return Object.assign({}, checked, { type: 'text/plain', kind: 'document' as const });
  if (file.name.endsWith('.srt'))
    return Object.assign({}, checked, { type: 'application/x-subrip', kind: 'document' as const, charset: 'gb18030' });
  if (file.name.endsWith('.pdf'))
    return Object.assign({}, checked, { type: 'application/pdf', kind: 'document' as const });
  return Object.assign({}, checked, { cover });
};

/** Files as rendition tasks leave them, with their private intermediate objects. */
const lease = leasePart('aB-1');
const chunk = randomBytes(5000);
const { rendered, segments } = mediaOf();
const renditionFiles: Readonly<Record<string, Buffer>> = {
  'master.m3u8': Buffer.from(masterPlaylist([rendered], undefined)),
  '360p.m3u8': Buffer.from(mediaPlaylist(rendered)),
  [rendered.init]: Buffer.from('an initialisation'),
  [fileNames.movie('360p', 0, lease)]: chunk,
  [fileNames.init(SOUND, lease)]: Buffer.from('a sound'),
  [fileNames.sound(lease)]: Buffer.from('sounds'),
  [fileNames.list(0, lease)]: Buffer.from('{}'),
  [fileNames.tiles(0, lease)]: Buffer.from('tiles'),
  [SPRITE_NAME]: Buffer.from('a sheet'),
  [THUMBNAILS_NAME]: Buffer.from('WEBVTT'),
};

function mediaOf() {
  const file = fileNames.movie('360p', 0, lease);
  const segments = [
    { file, from: 0, bytes: 2000, durationMs: 4000 },
    { file, from: 2000, bytes: 3000, durationMs: 4000 },
  ];
  const picture = { width: 640, height: 360, rate: { num: 25, den: 1 } };
  const init = fileNames.init('360p', lease);
  return { segments, rendered: { name: '360p', init, codecs: 'avc1.64001e', segments, picture } };
}

let node: Awaited<ReturnType<typeof library>>;
beforeAll(async () => {
  node = await library({ check, cover: async (_path, atMs) => (atMs > 1000 ? undefined : Buffer.from(`at ${atMs}`)) });
  node.join();
  for (const [uploadId, name] of [
    ['up_1', 'Größe "1".mp4'],
    ['up_2', 'notes.txt'],
    ['up_3', 'slides.pdf'],
    ['up_4', 'film.srt'],
  ] as const) {
    await node.open(planOf(film.length, { uploadId, name }));
    await send(node.urlOf(0, uploadId), film);
  }
  await until('they are reported', () => node.api.ended.length === 4);
  for (const [name, bytes] of Object.entries(renditionFiles))
    await node.store.put(`t-acme/up_1/renditions/${name}`, bytes, { sha256: hashOf(bytes) });
});
afterAll(async () => {
  await node.stop();
  await node.remove();
});

servedContract(async (config, clock) => {
  const { http, metrics, stop, remove } = await library({ config, clock });
  return { app: http, metrics: () => metrics.registry.metrics(), end: () => stop().then(remove) };
});

const claims = (o: object = {}) => Object.assign({ content: 'up_1', may: 'play' }, o);
const urlOf = (token: string, name = 'original') => `http://127.0.0.1:${node.port}/library/contents/${token}/${name}`;
const statusOf = async (token: string, name?: string) => (await fetch(urlOf(token, name))).status;

it('contents are served only for a valid token', async () => {
  const nowS = Math.floor(Date.now() / 1000);
  expect(await statusOf('nothing')).toBe(401);
  expect(await statusOf(tokenOf(claims({ exp: nowS - 70 })))).toBe(401);
  for (const o of [{ content: undefined }, { content: '../up_1' }, { may: 'erase' }, { may: undefined }, { name: 7 }])
    expect([o, await statusOf(tokenOf(claims(o)))]).toEqual([o, 401]);
  expect(await statusOf(tokenOf({ upload: 'up_1' }))).toBe(401);
  expect(await statusOf(tokenOf(claims(), 'narrow'))).toBe(403);
  expect(await statusOf(tokenOf(claims(), 'other'))).toBe(404);
  expect(await statusOf(tokenOf(claims({ content: 'up_9' })))).toBe(404);
});

it.each(['facts.json', '../up_2/original', '..%2fup_2%2foriginal', 'original/', '', 'cover.jpg%00', 'ORIGINAL'])(
  'contents have no file with the name %s',
  async (name) => {
    const path = `/library/contents/${tokenOf(claims())}/${name}`;
    const [response] = await once(
      request({ port: node.port, host: '127.0.0.1', path, agent: false }).end(),
      'response',
    );
    response.resume();
    expect(response.statusCode).toBe(404);
  },
);

it('contents are served whole and in ranges, with their type', async () => {
  const whole = await fetch(urlOf(tokenOf(claims())));
  expect(Buffer.from(await whole.arrayBuffer()).equals(film)).toBe(true);
  expect(Object.fromEntries(whole.headers)).toMatchObject({
    'content-type': 'video/mp4',
    etag: `"${hashOf(film)}"`,
    'cache-control': 'private, max-age=86400, immutable',
    'x-content-type-options': 'nosniff',
  });
  expect(whole.headers.get('content-disposition')).toBe(null);
  const range = await fetch(urlOf(tokenOf(claims())), { headers: { range: 'bytes=10-19' } });
  expect([range.status, Buffer.from(await range.arrayBuffer())]).toEqual([206, film.subarray(10, 20)]);
  const head = await fetch(urlOf(tokenOf(claims())), { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '70000', '']);
});

it('a large file comes whole to clients that pause, beside and after others that leave it', async () => {
  const name = fileNames.movie('360p', 7, lease);
  const large = randomBytes(5_000_000);
  await node.store.put(`t-acme/up_1/renditions/${name}`, large, { sha256: hashOf(large) });
  const path = new URL(urlOf(tokenOf(claims()), `renditions/${name}`)).pathname;
  const asked = async (): Promise<IncomingMessage> => {
    const [response] = await once(
      request({ port: node.port, host: '127.0.0.1', path, agent: false }).end(),
      'response',
    );
    return response as IncomingMessage;
  };
  const whole = async (): Promise<boolean> => {
    const response = await asked();
    const pieces: Buffer[] = [];
    for await (const piece of response) {
      pieces.push(piece as Buffer);
      if (pieces.length % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return Buffer.concat(pieces).equals(large);
  };
  const leaves = async (): Promise<boolean> => {
    const response = await asked();
    await once(response, 'readable');
    response.on('error', () => undefined).destroy();
    return true;
  };
  const turn = [whole, leaves, whole, leaves, whole];
  for (let round = 0; round < 3; round += 1)
    expect(await Promise.all(turn.map((act) => act()))).toEqual(turn.map(() => true));
});

it('contents are downloads under their names if the token permits; only types that run nothing in a browser are shown inline', async () => {
  const dispositionOf = async (o: object, query = '') =>
    (await fetch(urlOf(tokenOf(claims(o)), `original${query}`))).headers.get('content-disposition');
  expect(await dispositionOf({ may: 'play' }, '?download=1')).toBe(null);
  expect(await dispositionOf({ may: 'download' }, '?download=1')).toBe(
    `attachment; filename="Gr__e _1_.mp4"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20_1_.mp4`,
  );
  expect(await dispositionOf({ may: 'download', name: 'b.mp4' }, '?download=1')).toBe('attachment; filename="b.mp4"');
  expect(await dispositionOf({ content: 'up_2' })).toBe('attachment; filename="notes.txt"');
  for (const name of ['setup.bat', 'late.html', 'notes.txt.lnk'])
    expect(await dispositionOf({ content: 'up_2', name })).toBe(`attachment; filename="${name}.txt"`);
  expect(await dispositionOf({ content: 'up_3' })).toBe(null);
  const answers = await Promise.all(
    ['up_2', 'up_3', 'up_4'].map((content) => fetch(urlOf(tokenOf(claims({ content }))))),
  );
  const [text] = answers;
  expect(answers.map(({ headers }) => headers.get('content-type'))).toEqual([
    'text/plain; charset=utf-8',
    'application/pdf',
    'application/x-subrip; charset=gb18030',
  ]);
  expect(text?.headers.get('content-security-policy')).toContain('sandbox');
});

it('a content has a cover, which can be replaced by a picture of another time', async () => {
  const coverOf = async (content = 'up_1') => await fetch(urlOf(tokenOf(claims({ content })), 'cover.jpg'));
  const first = await coverOf();
  expect([first.headers.get('content-type'), first.headers.get('cache-control'), await first.text()]).toEqual([
    'image/jpeg',
    'private, no-cache',
    'a picture',
  ]);
  expect((await coverOf('up_2')).status).toBe(404);
  const make = (atMs: number, contentId = 'up_1', tenant = 'acme') =>
    node.api.ask(rpc.makeCover, { tenant, contentId, atMs });
  await make(700);
  expect(await (await coverOf()).text()).toBe('at 700');
  for (const atMs of [1001, -1, Number.NaN])
    await expect(make(atMs)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  await expect(make(0, 'up_9')).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
  await expect(make(0, 'up_1', 'other')).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
  expect(await (await coverOf()).text()).toBe('at 700');
});

it('covers are made one at a time for a user, and two for a tenant', async () => {
  const held = Promise.withResolvers<void>();
  let count = 0;
  const slow = await library({
    check,
    cover: async () => {
      count += 1;
      await held.promise;
      return cover;
    },
  });
  slow.join();
  for (const tenant of ['acme', 'other'] as const) {
    await slow.open(planOf(film.length, { tenant }));
    await send(slow.urlOf(0, 'up_1', {}, tenant), film);
  }
  await until('they are stored', () => slow.api.ended.length >= 2);
  const make = (owner: string, tenant = 'acme') =>
    slow.api.ask(rpc.makeCover, { tenant, contentId: 'up_1', atMs: 0, owner });
  const begun = [make('ann')];
  await until('the first one is made', () => count === 1);
  await expect(make('ann')).rejects.toMatchObject({ code: 'OVERLOADED' });
  begun.push(make('bob'));
  await until('the second one is made', () => count === 2);
  await expect(make('eve')).rejects.toMatchObject({ code: 'OVERLOADED' });
  begun.push(make('ann', 'other'));
  await until('the third one is made', () => count === 3);
  held.resolve();
  await Promise.all(begun);
  await make('ann');
  await slow.stop();
  await slow.remove();
});

describe('a rendition of a content', () => {
  const fileOf = (name: string, token = tokenOf(claims()), headers: Record<string, string> = {}) =>
    fetch(urlOf(token, `renditions/${name}`), { headers });

  it.each([
    fileNames.list(0, lease),
    fileNames.tiles(0, lease),
    '',
    'x/master.m3u8',
    '../facts.json',
    '..%2ffacts.json',
    '..%2f..%2fup_2%2foriginal',
    '%2e%2e/facts.json',
    'MASTER.m3u8',
    'master.m3u8%00',
    '.m3u8',
    `360p-0-${lease}..mp4`,
    `360p-0-${'a'.repeat(2000)}.mp4`,
    'none.m3u8',
  ])('is not served for the name %s', async (name) => {
    const path = `/library/contents/${tokenOf(claims())}/renditions/${name}`;
    const [response] = await once(
      request({ port: node.port, host: '127.0.0.1', path, agent: false }).end(),
      'response',
    );
    response.resume();
    expect(response.statusCode).toBe(404);
  });

  it('is served only for a valid token of its content', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    const statusWith = async (o: object, key?: 'other' | 'narrow') =>
      (await fileOf('master.m3u8', tokenOf(claims(o), key))).status;
    expect(await statusWith({ exp: nowS - 70 })).toBe(401);
    expect(await statusWith({}, 'narrow')).toBe(403);
    expect(await statusWith({}, 'other')).toBe(404);
    expect(await statusWith({ content: 'up_2' })).toBe(404);
    expect(await statusWith({})).toBe(200);
  });

  it('plays by URLs from the playlist on, below the same token', async () => {
    const master = await fileOf('master.m3u8');
    expect(Object.fromEntries(master.headers)).toMatchObject({
      'content-type': 'application/vnd.apple.mpegurl',
      'cache-control': 'private, no-cache',
      'access-control-allow-origin': '*',
    });
    expect(master.headers.get('content-disposition')).toBe(null);
    const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const [variant = ''] = linesOf(await master.text());
    const media = await fetch(new URL(variant, master.url));
    const text = await media.text();
    const init = await fetch(new URL(/MAP:URI="(.+)"/.exec(text)?.[1] ?? '', media.url));
    expect(await init.text()).toBe('an initialisation');
    const files = linesOf(text).map((line) => new URL(line, media.url).href);
    expect(files).toEqual(
      segments.map(() =>
        urlOf(new URL(master.url).pathname.split('/')[3] ?? '', `renditions/${fileNames.movie('360p', 0, lease)}`),
      ),
    );
  });

  it('is served in ranges, and with a lease in its name may be cached by clients', async () => {
    const range = await fileOf(fileNames.movie('360p', 0, lease), undefined, { range: 'bytes=2000-4999' });
    expect([range.status, Buffer.from(await range.arrayBuffer())]).toEqual([206, chunk.subarray(2000)]);
    expect(Object.fromEntries(range.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-range': 'bytes 2000-4999/5000',
      'cache-control': 'private, max-age=86400, immutable',
    });
    const etag = (await fileOf('360p.m3u8', undefined)).headers.get('etag') ?? '';
    expect((await fileOf('360p.m3u8', undefined, { 'if-none-match': etag })).status).toBe(304);
    const types = await Promise.all(
      [fileNames.sound(lease), fileNames.init(SOUND, lease), SPRITE_NAME, THUMBNAILS_NAME].map(async (name) => {
        const { status, headers } = await fileOf(name);
        return [status, headers.get('content-type')];
      }),
    );
    expect(types).toEqual([
      [200, 'video/mp4'],
      [200, 'video/mp4'],
      [200, 'image/jpeg'],
      [200, 'text/vtt; charset=utf-8'],
    ]);
  });
});
