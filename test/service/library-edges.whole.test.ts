// The library by edges: nginx with the configuration that `meridian node edge` writes, in front of a library node.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { EDGE_HEADER, edgeSignsOf } from '@meridian/node-shell';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../gateway/test/support/nginx-rtmp.ts';
import { acceptAll, library, planOf, tokenOf } from '../../library/test/support/library.ts';
import { send } from '../../library/test/support/sending.ts';
import { said, watchId } from '../../library/test/support/watch.ts';
import { hashOf } from '../../object-store/test/support/stores-contract.ts';
import { until } from '../../runtime/test/support/until.ts';
import { Nginx } from '../support/nginx-edge.ts';

const secret = 'a secret of edges that is long enough';
const proof = { [EDGE_HEADER]: edgeSignsOf(secret).proof };
const SLICE = 4 * 1_048_576;
/** Of three slices. */
const film = randomBytes(2 * SLICE + 1000);
/** Of two, of another content. */
const short = film.subarray(SLICE);
const master = Buffer.from('#EXTM3U\n360p.m3u8\n');
const segment = randomBytes(9000);
const SEGMENT = 'renditions/360p-0-ab-1.mp4';
const MASTER = 'renditions/master.m3u8';
const place = { region: 'fra', latitude: 50, longitude: 8 };

let edge: Nginx;
/** Behind the other one, as behind a regional cache. */
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
  const contents = { up_film: film, up_long: film, up_short: short };
  for (const [uploadId, bytes] of Object.entries(contents)) {
    await node.open(planOf(bytes.length, { uploadId }));
    await send(node.urlOf(0, uploadId), bytes);
    for (const [name, made] of Object.entries({ [MASTER]: master, [SEGMENT]: segment }))
      await node.store.put(`t-acme/${uploadId}/${name}`, made, { sha256: hashOf(made) });
  }
  await until('they are kept', () => node.api.ended.length === 3);
  await node.edges.look();
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
/** A link of its own: what an edge has kept of another is not that of this. */
function linkOf(o: object = {}, key: 'acme' | 'other' = 'acme'): string {
  links += 1;
  return tokenOf(Object.assign({ content: 'up_film', may: 'play', via: `link-${links}` }, o), key);
}
const urlOf = (token: string, file = 'original', content = 'up_film', at = edge): string =>
  `${at.url}/library/edge/lib-1/${content}/${token}/${file}`;
const statusOf = async (...of: Parameters<typeof urlOf>): Promise<number> => (await fetch(urlOf(...of))).status;
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
/** As the node is asked for it. */
const slice = (at: number): string => `bytes=${at * SLICE}-${(at + 1) * SLICE - 1}`;
/** Ranges that the node was asked for of a file, in order. */
const rangesAsked = (file: string): string[] =>
  node.asked.filter((one) => one.split(' ')[0]?.endsWith(`/${file}`)).map((one) => one.split(' ')[1] ?? '');
const aboutViewers = (): string[] => node.asked.filter((one) => one.includes('/viewer?'));

describe('an edge refuses', () => {
  it('tokens that do not open the content, though it is kept here', async () => {
    expect(await statusOf(linkOf(), SEGMENT)).toBe(200);
    const nowS = Math.floor(Date.now() / 1000);
    for (const file of ['original', SEGMENT, MASTER, 'cover.jpg']) {
      expect(await statusOf('nothing', file)).toBe(401);
      expect(await statusOf('-', file)).toBe(401);
      expect(await statusOf(linkOf({ content: 'up_short' }), file)).toBe(401);
      expect(await statusOf(linkOf({ exp: nowS - 10 }), file)).toBe(401);
      expect(await statusOf(linkOf({}, 'other'), file)).toBe(403);
    }
    expect(rangesAsked('original')).toEqual([]);
  });

  const names = `
    viewer facts.json original/ ORIGINAL original%0a ../original renditions/ renditions/../facts.json
    renditions/..%2ffacts.json renditions/list-0-ab-1.json renditions/M.m3u8 renditions/x/master.m3u8 cover%2ejpg/
    ${SEGMENT}x renditions/360p-0-${'a'.repeat(200)}.mp4`;
  it.each(['', ...names.trim().split(/\s+/)])('what is no file: %s', async (name) => {
    const path = `${new URL(urlOf(linkOf(), '')).pathname}${name}`;
    const [answer] = await once(request({ host: '127.0.0.1', port: edge.port, path, agent: false }).end(), 'response');
    answer.resume();
    expect(answer.statusCode).toBe(404);
    expect(node.asked).toEqual([]);
  });

  it('other origins, contents that are none, methods, and what is its own', async () => {
    const url = urlOf(linkOf());
    const statusAt = async (...of: Parameters<typeof fetch>): Promise<number> => (await fetch(...of)).status;
    expect(await statusAt(url.replace('/lib-1/', '/lib-2/'))).toBe(404);
    expect(await statusAt(url.replace('/up_film/', '/film/'))).toBe(404);
    expect(await statusAt(urlOf('a'.repeat(4097)))).toBe(404);
    expect(await statusAt(url, { method: 'POST' })).toBe(405);
    expect(await statusAt(url, { method: 'DELETE' })).toBe(405);
    expect(await statusAt(`${edge.url}/meridian-library-viewer`)).toBe(404);
    expect(node.asked).toEqual([]);
  });
});

describe('a file', () => {
  it('that 20 ask for at once costs the node one request for each slice, whatever their links', async () => {
    const urls = Array.from({ length: 20 }, () => urlOf(linkOf({ content: 'up_short' }), 'original', 'up_short'));
    const bodies = await Promise.all(urls.map(async (url) => hashOf(await bytesOf(await fetch(url)))));
    expect(new Set(bodies)).toEqual(new Set([hashOf(short)]));
    expect(rangesAsked('original').toSorted()).toEqual([slice(0), slice(1)].toSorted());
  });

  it('that is large is whole behind a regional cache too, which asks nothing about viewers', async () => {
    const linkOfLong = (): string => linkOf({ content: 'up_long' });
    const body = await bytesOf(await fetch(urlOf(linkOfLong(), 'original', 'up_long', lower)));
    expect(hashOf(body)).toBe(hashOf(film));
    expect(aboutViewers()).toHaveLength(1);
    expect(rangesAsked('original')).toEqual([slice(0), slice(1), slice(2)]);
    expect(hashOf(await bytesOf(await fetch(urlOf(linkOfLong(), 'original', 'up_long'))))).toBe(hashOf(film));
    expect(rangesAsked('original')).toHaveLength(3);
  });

  it('is given in ranges, of which the node is asked for the slices alone', async () => {
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
    const other = await rangeOf('bytes=0-9', { 'if-range': '"another"' });
    expect([other.status, hashOf(other.body)]).toEqual([200, hashOf(film)]);
    const head = await fetch(urlOf(token), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, `${film.length}`, '']);
  });

  it('is shown, not kept, by pages of other origins, with the headers that its node gives', async () => {
    const answer = await fetch(urlOf(linkOf({ may: 'download' }), 'original?download=1'));
    await answer.body?.cancel();
    expect(answer.headers.get('content-disposition')).toBe(null);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'video/mp4',
      etag: `"${hashOf(film)}"`,
      'cache-control': 'private, max-age=86400, immutable',
      'access-control-allow-origin': '*',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    });
    const before = await fetch(urlOf('-'), { method: 'OPTIONS', headers: { 'access-control-request-method': 'GET' } });
    const allowed = before.headers.get('access-control-allow-headers');
    expect([before.status, allowed]).toEqual([204, 'Range, If-Range, If-None-Match']);
  });

  it('that may change is asked for by clients each time, and of the node once in a minute', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(urlOf(linkOf(), MASTER))));
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
      expect((await bytesOf(answer)).equals(master)).toBe(true);
    }
    expect(rangesAsked(MASTER)).toHaveLength(1);
    const etag = answers[0]?.headers.get('etag') ?? expect.unreachable('a file has an entity tag');
    expect((await fetch(urlOf(linkOf(), MASTER), { headers: { 'if-none-match': etag } })).status).toBe(304);
  });
});

describe('a link', () => {
  it('is asked about once while its answer holds, and ends everywhere soon after it was revoked', async () => {
    const token = linkOf({ via: 'revoked' });
    for (let count = 0; count < 3; count += 1) expect(await statusOf(token, SEGMENT)).toBe(200);
    expect(aboutViewers()).toHaveLength(1);
    node.revoke('revoked');
    await until('the link is over', async () => (await statusOf(token, SEGMENT)) === 401);
    expect(await statusOf(token, SEGMENT)).toBe(401);
  });

  it('is answered about to edges alone', async () => {
    const about = async (token: string, headers: Record<string, string>, content = 'up_film') => {
      const answer = await fetch(`${nodeUrl()}/library/contents/${token}/viewer?content=${content}`, { headers });
      return [answer.status, answer.headers.get('cache-control')];
    };
    expect(await about(linkOf(), {})).toEqual([404, 'no-store']);
    expect(await about(linkOf(), { [EDGE_HEADER]: 'a'.repeat(32) })).toEqual([404, 'no-store']);
    expect(await about('nothing', proof)).toEqual([401, 'max-age=1']);
    expect(await about(linkOf(), proof, 'up_short')).toEqual([401, 'max-age=1']);
    expect(await about(linkOf({ content: 'up_none' }), proof, 'up_none')).toEqual([403, 'max-age=1']);
    expect(await about(linkOf(), proof)).toEqual([204, 'max-age=1']);
  });
});

describe('the node', () => {
  const plays = async (token: string): Promise<Response> => fetch(`${nodeUrl()}/library/plays/${token}`);
  const basesOf = async (token: string): Promise<string[]> =>
    ((await (await plays(token)).json()) as { bases: string[] }).bases;

  it('says from where to play to those with a good token alone: edges, and itself at last', async () => {
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

  it('sends those who begin with a file to an edge, unless they keep it or ask for it here', async () => {
    const token = linkOf({ may: 'download' });
    const at = `${nodeUrl()}/library/contents/${token}`;
    const answerOf = async (file: string, o: RequestInit = {}): Promise<[number, string | null]> => {
      const answer = await fetch(`${at}/${file}`, Object.assign({ redirect: 'manual' as const }, o));
      await answer.body?.cancel();
      return [answer.status, answer.headers.get('location')?.replace(/^http:\/\/[^/]+/, '') ?? null];
    };
    for (const file of ['original', MASTER])
      expect(await answerOf(file)).toEqual([307, `/library/edge/lib-1/up_film/${token}/${file}`]);
    for (const file of ['original?edge=0', `${MASTER}?edge=0`, 'original?download=1', SEGMENT, 'cover.jpg'])
      expect([file, ...(await answerOf(file))]).toEqual([file, 200, null]);
    expect(await answerOf('original', { method: 'HEAD' })).toEqual([200, null]);
    expect(await answerOf('original', { headers: proof })).toEqual([200, null]);
    expect(hashOf(await bytesOf(await fetch(`${at}/original`)))).toBe(hashOf(film));
  });

  it('has an edge fetch what many begin to watch, before they ask for it', async () => {
    await node.edges.look();
    const list = Buffer.from(
      `#EXTM3U\n#EXT-X-MAP:URI="${SEGMENT.slice(11)}"\n#EXTINF:4.0,\n#EXT-X-BYTERANGE:9000@0\n${SEGMENT.slice(11)}\n`,
    );
    const facts = Buffer.from(await node.store.get('t-acme/up_film/facts.json'));
    await node.store.put('t-acme/up_hot/facts.json', facts, { sha256: hashOf(facts) });
    for (const [name, bytes] of Object.entries({ [MASTER]: master, 'renditions/360p.m3u8': list, [SEGMENT]: segment }))
      await node.store.put(`t-acme/up_hot/${name}`, bytes, { sha256: hashOf(bytes) });
    const ofHot = { content: 'up_hot' };
    for (let at = 1; at <= 6; at += 1) {
      const body = JSON.stringify(said({ watch: watchId(at) }));
      const url = `${nodeUrl()}/library/plays/${linkOf(ofHot)}/watches`;
      const answer = await fetch(url, { method: 'POST', body });
      expect([answer.status, await answer.text()]).toEqual([204, '']);
    }
    expect(rangesAsked(SEGMENT)).toEqual([]);
    await node.warming.look();
    await node.warming.settled();
    expect(new Set(node.warmed)).toEqual(new Set(['fetched']));
    expect(aboutViewers()).toEqual([]);
    const asked = rangesAsked(SEGMENT).length;
    expect(asked).toBeGreaterThan(0);
    const bodies = await Promise.all(
      [edge, lower].map(async (at) => bytesOf(await fetch(urlOf(linkOf(ofHot), SEGMENT, 'up_hot', at)))),
    );
    for (const body of bodies) expect(body.equals(segment)).toBe(true);
    expect(rangesAsked(SEGMENT)).toHaveLength(asked);
  });

  it('leads no viewer to an edge that has died', async () => {
    const token = linkOf();
    const isNamed = async (): Promise<boolean> => (await basesOf(token)).some((base) => base.startsWith(lower.url));
    await lower.kill();
    await node.edges.look();
    expect(await isNamed()).toBe(true);
    await node.edges.look();
    expect(await isNamed()).toBe(false);
    expect(await basesOf(token)).toHaveLength(2);
  });

  it('leaves viewers of an edge their links for a while when it has died', async () => {
    const token = linkOf();
    expect(await statusOf(token, SEGMENT)).toBe(200);
    await node.http.close();
    let asked = 0;
    const dead = createServer((socket) => {
      asked += 1;
      socket.destroy();
    }).listen(node.port, '127.0.0.1');
    await once(dead, 'listening');
    await until('the edge asks about the link again', async () => {
      expect(await statusOf(token, SEGMENT)).toBe(200);
      return asked > 0;
    });
    expect(await statusOf(token, SEGMENT)).toBe(200);
    expect(await statusOf(linkOf(), SEGMENT)).toBe(500);
    dead.close();
  });
});
