// Files of the library through the nginx of a host, with the configuration that `meridian node init` writes: nginx
// sends them from the store's folder, in front of a real library node.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../base/runtime/test/support/free-port.ts';
import { until } from '../../../base/runtime/test/support/until.ts';
import { acceptAll, folderOf, library, planOf, tokenOf } from '../../../files/library/test/support/library.ts';
import { send } from '../../../files/library/test/support/sending.ts';
import { hashOf } from '../../../files/object-store/test/support/stores-contract.ts';
import type { Nginx } from '../support/nginx-edge.ts';
import { hostNginx } from '../support/nginx-host.ts';

const film = randomBytes(300_000);
const other = randomBytes(20_000);
/** A file whose every answer is reported. */
const large = Buffer.alloc(10_000_000, 'a large file ');
const SEGMENT = 'renditions/360p-0-ab-1.mp4';
/** Ten times the second for which nginx keeps an answer. */
const KEPT_LIMIT_MS = 10_000;

let nginx: Nginx;
let node: Awaited<ReturnType<typeof library>>;
let folder: string;

beforeAll(async () => {
  folder = await folderOf();
  const port = await freePort();
  const nowMs = Date.now();
  const authority = await createLocalAuthority({ name: 'test', nowMs });
  const { certPem, keyPem } = await issueServerCertificate(authority, { ip: '127.0.0.1', nowMs });
  nginx = await hostNginx({
    libraryPort: port,
    objects: join(folder, 'files/objects'),
    certificate: { certPem, keyPem },
  });
  const check: typeof acceptAll = async (file, signal) =>
    Object.assign({}, await acceptAll(file, signal), { cover: Buffer.from('a picture') });
  node = await library({ folder, port, check, config: { trustedProxies: ['127.0.0.1'], filesByProxy: true } });
  node.join();
  for (const [uploadId, bytes] of Object.entries({ up_1: film, up_2: other, up_large: large })) {
    await node.open(planOf(bytes.length, { uploadId, name: 'Größe.mp4' }));
    await send(node.urlOf(0, uploadId), bytes);
    await node.store.put(`t-acme/${uploadId}/${SEGMENT}`, bytes, { sha256: hashOf(bytes) });
  }
  await until('they are kept', () => node.api.ended.length === 3);
});
afterAll(async () => {
  await nginx.close();
  await node.stop();
  await node.remove();
});
beforeEach(() => {
  node.asked.length = 0;
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** The path goes out as it stands. */
async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const o = { host: '127.0.0.1', port: nginx.port, agent: false, rejectUnauthorized: false, path, headers, method };
  const [answer] = (await once(request(o).end(), 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) };
}

let links = 0;
/** Makes a link of its own, for which nginx has kept no answer. */
function linkOf(o: object = {}, key: 'acme' | 'other' = 'acme'): string {
  links += 1;
  return tokenOf(Object.assign({ content: 'up_1', may: 'play', via: `link-${links}` }, o), key);
}
const pathOf = (token: string, file = 'original'): string => `/library/contents/${token}/${file}`;
const objectOf = (file: string, id = 'up_1'): string => join(folder, 'files/objects/t-acme', id, file);
/** Requests that the node got itself, and questions about a token. */
const passedOn = (): string[] => node.asked.filter((one) => one.startsWith('/library/contents/'));
const questions = (): string[] => node.asked.filter((one) => one.startsWith('/handed/'));

describe('a file', () => {
  it('is sent by nginx with the headers of the node, whole and in ranges', async () => {
    const token = linkOf();
    const direct = await fetch(`http://127.0.0.1:${node.port}${pathOf(token)}`);
    node.asked.length = 0;
    const whole = await ask(pathOf(token));
    expect([whole.status, whole.body.equals(film), passedOn()]).toEqual([200, true, []]);
    const ofConnection = ['connection', 'keep-alive', 'date', 'server', 'vary'];
    const shown = (headers: object) => Object.entries(headers).filter(([name]) => !ofConnection.includes(name));
    expect(shown(whole.headers).toSorted()).toEqual(shown(Object.fromEntries(direct.headers)).toSorted());
    const range = await ask(pathOf(token), { range: 'bytes=10-19' });
    expect([range.status, range.headers['content-range'], range.body]).toEqual([
      206,
      `bytes 10-19/${film.length}`,
      film.subarray(10, 20),
    ]);
    expect((await ask(pathOf(token), { range: 'bytes=-5' })).body).toEqual(film.subarray(-5));
    expect((await ask(pathOf(token), { range: `bytes=${film.length}-` })).status).toBe(416);
    const same = { range: 'bytes=0-9', 'if-range': `"${hashOf(film)}"` };
    expect((await ask(pathOf(token), same)).status).toBe(206);
    expect((await ask(pathOf(token), { range: 'bytes=0-9', 'if-range': '"another"' })).status).toBe(200);
    const head = await ask(pathOf(token), {}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(film.length), 0]);
    expect(passedOn()).toEqual([]);
  });

  it('is offered under its name when the link allows that, and then alone', async () => {
    const token = linkOf({ may: 'download' });
    const saved = await ask(`${pathOf(token)}?download=1`);
    expect(saved.headers['content-disposition']).toMatch(/^attachment; .*Gr%C3%B6%C3%9Fe\.mp4/);
    expect((await ask(pathOf(token))).headers['content-disposition']).toBeUndefined();
    expect((await ask(`${pathOf(linkOf())}?download=1`)).headers['content-disposition']).toBeUndefined();
    expect(passedOn()).toEqual([]);
  });

  it('costs the node one question for many requests of a second', async () => {
    const token = linkOf();
    await ask(pathOf(token, SEGMENT));
    await Promise.all(Array.from({ length: 20 }, () => ask(pathOf(token, SEGMENT))));
    expect(passedOn()).toEqual([]);
    expect(questions().length).toBeLessThanOrEqual(3); // the answer may end twice on the way
  });

  it('is given by the node for conditions, preflights and ranges of other forms', async () => {
    const token = linkOf();
    const etag = `"${hashOf(film)}"`;
    expect((await ask(pathOf(token), { 'if-none-match': etag })).status).toBe(304);
    expect((await ask(pathOf(token), { range: 'bytes=0-1,4-5' })).body.equals(film)).toBe(true);
    const preflight = { origin: 'https://x.example', 'access-control-request-method': 'GET' };
    expect((await ask(pathOf(token), preflight, 'OPTIONS')).headers['access-control-allow-origin']).toBe('*');
    expect(passedOn()).toHaveLength(3);
    // A date says nothing, as at the node.
    const since = { 'if-modified-since': new Date(Date.now() + 1000).toUTCString() };
    expect((await ask(pathOf(token), since)).status).toBe(200);
  });

  it('is counted with its bytes', async () => {
    const counted = async (): Promise<number> => {
      const text = await node.metrics.registry.metrics();
      return Number(/library_file_bytes_total(?:\{[^}]*\})? (\d+)/.exec(text)?.[1] ?? 0);
    };
    const before = await counted();
    const token = linkOf({ content: 'up_large' });
    expect((await ask(pathOf(token))).body.length).toBe(large.length);
    await vi.waitFor(async () => expect((await counted()) - before).toBeGreaterThanOrEqual(large.length), {
      timeout: 10_000,
    });
    // A smaller answer in 16 counts for all.
    const [byNow, small] = [await counted(), linkOf()];
    for (let group = 0; group < 4; group += 1)
      await Promise.all(Array.from({ length: 50 }, () => ask(pathOf(small, SEGMENT))));
    const times = (): Promise<number> => counted().then((bytes) => (bytes - byNow) / film.length);
    await vi.waitFor(async () => expect(await times()).toBeGreaterThan(50), { timeout: 10_000 });
    expect([(await times()) % 16, (await times()) < 800, passedOn()]).toEqual([0, true, []]);
  });

  it('may be read by the group of the store, and only the folders above it are entered', () => {
    expect(statSync(objectOf('original')).mode & 0o777).toBe(0o640);
    expect(statSync(objectOf('.')).mode & 0o070).toBeGreaterThanOrEqual(0o010);
    expect(statSync(objectOf('facts.json')).mode & 0o777).toBe(0o600);
  });
});

describe('nobody gets', () => {
  it('files by tokens that do not open them, although nginx has sent the files', async () => {
    expect((await ask(pathOf(linkOf()))).status).toBe(200);
    const nowS = Math.floor(Date.now() / 1000);
    for (const [status, token] of [
      [401, 'nothing'],
      [401, linkOf({ exp: nowS - 70 })],
      [401, tokenOf({ upload: 'up_1' })],
      [401, linkOf({ content: '../t-acme/up_1' })],
      [404, linkOf({}, 'other')],
      [404, linkOf({ content: 'up_9' })],
    ] as const) {
      const { status: answered, body } = await ask(pathOf(token));
      expect([token, answered, body.length < 200]).toEqual([token, status, true]);
    }
  });

  it.each([
    'facts.json',
    '../up_2/original',
    '..%2fup_2%2foriginal',
    '%2e%2e/up_2/original',
    'renditions/../../up_2/original',
    'renditions%2f..%2f..%2fup_2%2foriginal',
    'original/',
    'original%00',
    'original%0a',
    'original/../facts.json',
  ])('a file of another name or content by %s', async (name) => {
    const { status, body } = await ask(pathOf(linkOf(), name));
    expect(status === 404 || status === 400 || status === 401).toBe(true);
    expect(body.includes(other.subarray(0, 100)) || body.includes('sha256')).toBe(false);
  });

  it('the answers for nginx, or a file that a client names in a header', async () => {
    const token = linkOf();
    for (const path of [`/handed/${token}/original`, '/meridian-handed', `/library/../handed/${token}/original`]) {
      const { status, headers } = await ask(path);
      expect([path, (status ?? 0) >= 400, headers['meridian-key']]).toEqual([path, true, undefined]);
    }
    expect(node.asked).toEqual([]);
    const named = { 'meridian-key': 't-acme/up_2/original', 'x-accel-redirect': '/meridian-handed' };
    const sent = await ask(pathOf(token), named);
    expect([sent.status, sent.body.equals(film), sent.headers['meridian-key']]).toEqual([200, true, undefined]);
  });

  it('a file outside the store by a symbolic link in it', async () => {
    const token = linkOf({ content: 'up_2' });
    expect((await ask(pathOf(token, SEGMENT))).status).toBe(200);
    const outside = join(folder, 'outside');
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, '360p-0-ab-1.mp4'), 'the outside');
    renameSync(objectOf('renditions', 'up_2'), objectOf('kept', 'up_2'));
    symlinkSync(outside, objectOf('renditions', 'up_2'));
    try {
      const answers = await Promise.all([
        ask(pathOf(token, SEGMENT)),
        ask(pathOf(linkOf({ content: 'up_2' }), SEGMENT)),
      ]);
      for (const { status, body } of answers)
        expect([(status ?? 0) >= 400, body.includes('the outside')]).toEqual([true, false]);
    } finally {
      rmSync(objectOf('renditions', 'up_2'));
      renameSync(objectOf('kept', 'up_2'), objectOf('renditions', 'up_2'));
    }
  });

  it(
    'a file by a link that was revoked, or of a content that was removed, longer than a second',
    async () => {
      const token = linkOf({ via: 'revoked' });
      expect((await ask(pathOf(token))).status).toBe(200);
      node.revoke('revoked');
      await vi.waitFor(async () => expect((await ask(pathOf(token))).status).toBe(401), { timeout: KEPT_LIMIT_MS });
      const last = linkOf({ content: 'up_2' });
      expect((await ask(pathOf(last))).status).toBe(200);
      await node.uploads.erase('acme', 'up_2');
      expect(existsSync(objectOf('original', 'up_2'))).toBe(false);
      expect((await ask(pathOf(last))).status).toBe(404);
    },
    2 * KEPT_LIMIT_MS,
  );
});

it('what nginx does not find in its folder, the node sends', async () => {
  const elsewhere = await hostNginx({ libraryPort: node.port, objects: join(folder, 'elsewhere') });
  try {
    const answer = await fetch(`${elsewhere.url}${pathOf(linkOf())}`);
    expect([answer.status, Buffer.from(await answer.arrayBuffer()).equals(film)]).toEqual([200, true]);
    expect(passedOn()).toHaveLength(1);
  } finally {
    await elsewhere.close();
  }
});
