// The library behind edges: nginx with the configuration that `meridian node edge` writes, in front of a library node.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../base/runtime/test/support/free-port.ts';
import { until } from '../../../base/runtime/test/support/until.ts';
import { acceptAll, library, planOf, tokenOf } from '../../../files/library/test/support/library.ts';
import { send } from '../../../files/library/test/support/sending.ts';
import { hashOf } from '../../../files/object-store/test/support/stores-contract.ts';
import { Nginx } from '../support/nginx-edge.ts';

const secret = 'a secret of edges that is long enough';
const SLICE = 4 * 1_048_576;
const film = randomBytes(2 * SLICE + 1000);
/** A file of two slices, of another content. */
const shortFile = film.subarray(SLICE);
const master = Buffer.from('#EXTM3U\n360p.m3u8\n');
const segment = randomBytes(9000);
const SEGMENT = 'renditions/360p-0-ab-1.mp4';
const MASTER = 'renditions/master.m3u8';
const place = { region: 'fra', latitude: 50, longitude: 8 };

let edge: Nginx;
/** Edge behind the other one, as behind a regional cache. */
let lower: Nginx;
let node: Awaited<ReturnType<typeof library>>;

beforeAll(async () => {
  const port = await freePort();
  const libraries = [{ id: 'lib-1', url: `http://127.0.0.1:${port}` }];
  edge = await Nginx.edge({ secret, libraries });
  lower = await Nginx.edge({ secret, libraries, regionals: { addresses: [`127.0.0.1:${edge.port}`] } });
  const servers = [edge, lower].map(({ url }) => Object.assign({ url, capacity: 1000, tier: 'edge' as const }, place));
  const check: typeof acceptAll = async (file, signal) =>
    Object.assign({}, await acceptAll(file, signal), { cover: Buffer.from('a picture') });
  node = await library({ port, check, edges: { secret, servers }, keptS: 1 });
  node.join();
  const contents = { up_film: film, up_long: film, up_short: shortFile };
  for (const [uploadId, bytes] of Object.entries(contents)) {
    await node.open(planOf(bytes.length, { uploadId }));
    await send(node.urlOf(0, uploadId), bytes);
    for (const [name, made] of Object.entries({ [MASTER]: master, [SEGMENT]: segment }))
      await node.store.put(`t-acme/${uploadId}/${name}`, made, { sha256: hashOf(made) });
  }
  await until('they are kept', () => node.api.ended.length === 3);
  await node.edges.queryAll();
});
afterAll(async () => {
  await node.stop();
  await node.remove();
  await Promise.all([edge.close(), lower.close()]);
});
beforeEach(() => {
  node.asked.length = 0;
});

const nodeUrl = (): string => `http://127.0.0.1:${node.port}`;
let links = 0;
/** Makes a link of its own, for which no edge has cached an answer. */
function linkOf(o: object = {}, key: 'acme' | 'other' = 'acme'): string {
  links += 1;
  return tokenOf(Object.assign({ content: 'up_film', may: 'play', via: `link-${links}` }, o), key);
}
const urlOf = (token: string, file = 'original', content = 'up_film', at = edge): string =>
  `${at.url}/library/edge/lib-1/${content}/${token}/${file}`;
const statusOf = async (...of: Parameters<typeof urlOf>): Promise<number> => (await fetch(urlOf(...of))).status;
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
const slice = (at: number): string => `bytes=${at * SLICE}-${(at + 1) * SLICE - 1}`;
const rangesAsked = (file: string): string[] =>
  node.asked.filter((one) => one.split(' ')[0]?.endsWith(`/${file}`)).map((one) => one.split(' ')[1] ?? '');
const aboutViewers = (): string[] => node.asked.filter((one) => one.includes('/viewer?'));

describe('an edge refuses', () => {
  it('tokens that do not open the content, although it has cached the content', async () => {
    expect(await statusOf(linkOf(), SEGMENT)).toBe(200);
    const nowS = Math.floor(Date.now() / 1000);
    for (const file of ['original', SEGMENT, MASTER, 'cover.jpg']) {
      expect(await statusOf('nothing', file)).toBe(401);
      expect(await statusOf('-', file)).toBe(401);
      expect(await statusOf(linkOf({ content: 'up_short' }), file)).toBe(401);
      expect(await statusOf(linkOf({ exp: nowS - 70 }), file)).toBe(401);
      expect(await statusOf(linkOf({}, 'other'), file)).toBe(403);
    }
    expect(rangesAsked('original')).toEqual([]);
  });
});

describe('a file', () => {
  it('requested by 20 viewers at once costs the node one request for each slice, whatever their links', async () => {
    const urls = Array.from({ length: 20 }, () => urlOf(linkOf({ content: 'up_short' }), 'original', 'up_short'));
    const bodies = await Promise.all(urls.map(async (url) => hashOf(await bytesOf(await fetch(url)))));
    expect(new Set(bodies)).toEqual(new Set([hashOf(shortFile)]));
    expect(rangesAsked('original').toSorted()).toEqual([slice(0), slice(1)].toSorted());
  });

  it('is served in ranges, for which the node gets requests of whole slices only', async () => {
    const token = linkOf();
    const rangeOf = async (range: string, more = {}) => {
      const answer = await fetch(urlOf(token), { headers: Object.assign({ range }, more) });
      return { status: answer.status, said: answer.headers.get('content-range'), body: await bytesOf(answer) };
    };
    const [from, to] = [2 * SLICE - 5, 2 * SLICE + 4];
    const middle = await rangeOf(`bytes=${from}-${to}`);
    expect([middle.status, middle.said]).toEqual([206, `bytes ${from}-${to}/${film.length}`]);
    expect(middle.body.equals(film.subarray(from, to + 1))).toBe(true);
    expect(rangesAsked('original')).toEqual([slice(1), slice(2)]);
    const end = await rangeOf('bytes=-7');
    expect([end.status, end.body.equals(film.subarray(-7))]).toEqual([206, true]);
    const beyond = await rangeOf(`bytes=${film.length}-`);
    expect([beyond.status, beyond.said]).toEqual([416, `bytes */${film.length}`]);
    expect((await rangeOf('bytes=0-9', { 'if-range': `"${hashOf(film)}"` })).status).toBe(206);
    const otherRange = await rangeOf('bytes=0-9', { 'if-range': '"another"' });
    expect([otherRange.status, hashOf(otherRange.body)]).toEqual([200, hashOf(film)]);
    const head = await fetch(urlOf(token), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, `${film.length}`, '']);
  });
});

describe('a link', () => {
  it('is checked once while its answer is valid, and ends everywhere soon after it was revoked', async () => {
    const token = linkOf({ via: 'revoked' });
    for (let count = 0; count < 3; count += 1) expect(await statusOf(token, SEGMENT)).toBe(200);
    expect(aboutViewers()).toHaveLength(1);
    node.revoke('revoked');
    await until('the link is over', async () => (await statusOf(token, SEGMENT)) === 401);
    expect(await statusOf(token, SEGMENT)).toBe(401);
  });
});

describe('the node', () => {
  const plays = async (token: string): Promise<Response> => fetch(`${nodeUrl()}/library/plays/${token}`);
  const basesOf = async (token: string): Promise<string[]> =>
    ((await (await plays(token)).json()) as { bases: string[] }).bases;

  it('lists playback addresses only to valid tokens: edges first, itself last', async () => {
    expect((await plays('nothing')).status).toBe(401);
    expect((await plays(linkOf({}, 'other'))).status).toBe(404);
    expect((await plays(linkOf({ content: 'up_none' }))).status).toBe(404);
    const token = linkOf();
    const answer = await plays(token);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const { bases, renewMs } = (await answer.json()) as { readonly bases: string[]; readonly renewMs: number };
    const atEdges = [edge, lower].map(({ url }) => `${url}/library/edge/lib-1/up_film/${token}`);
    expect(bases.slice(0, 2).toSorted()).toEqual(atEdges.toSorted());
    expect(bases.slice(2)).toEqual([`${nodeUrl()}/library/contents/${token}`]);
    expect(renewMs).toBeGreaterThan(0);
    for (const base of bases) expect((await fetch(`${base}/${SEGMENT}`)).status).toBe(200);
    expect(await (await fetch(`${nodeUrl()}/library/edges`)).json()).toEqual({ urls: [edge.url, lower.url] });
  });

  it('sends no viewer to an edge that has died', async () => {
    const token = linkOf();
    const isNamed = async (): Promise<boolean> => (await basesOf(token)).some((base) => base.startsWith(lower.url));
    await lower.kill();
    await node.edges.queryAll();
    expect(await isNamed()).toBe(true);
    await node.edges.queryAll();
    expect(await isNamed()).toBe(false);
    expect(await basesOf(token)).toHaveLength(2);
  });
});
