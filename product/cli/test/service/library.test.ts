// `meridian library` against a server that answers as the api does, and a real tus server.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewUpload } from '../../../../files/uploader/src/types.ts';
import { bytesOf, ScriptedApi } from '../../../../files/uploader/test/support/scripted.ts';
import { TusNode } from '../../../../files/uploader/test/support/tus-node.ts';
import { run } from '../../src/program.ts';
import { JsonServer } from '../support/json-server.ts';

const item = {
  id: 'it_1',
  title: 'Talk\u001b[2J',
  description: 'of Monday',
  tags: ['a', 'b'],
  visibility: 'tenant',
  owner: 'ann',
  name: 'talk.mp4',
  state: 'ready',
  kind: 'video',
  bytes: 1_200_000,
  cover: 'made',
  chapters: [],
  transcripts: [],
  createdAt: '2026-11-27T05:00:00Z',
  changedAt: '2026-11-27T05:00:00Z',
};
const link = { id: 'lk_1', url: 'https://meet/l/1', expiresAt: '2026-11-28T00:00:00Z' };
const usage = { items: 3, bytes: 1_500_000_000, bytesMax: 0 };
const task = {
  id: 'JB_1',
  kind: 'encode',
  state: 'waiting',
  position: 3,
  urgent: false,
  done: 0.259,
  reasons: [],
  attempts: 1,
  createdAt: '2026-11-27T05:00:00Z',
  dueAt: '2026-11-27T05:00:00Z',
  rankAt: '2026-11-27T05:00:00Z',
  item: 'it_1',
  title: 'Talk',
  failure: { code: 'FFMPEG_FAILED', detail: 'no frames' },
};
const missing = { code: 'NOT_FOUND', title: 'There is no such item.' };
type Body = Record<string, unknown>;

const folder = mkdtempSync(join(tmpdir(), 'meridian-library-'));
const file = bytesOf(900_000);
const path = join(folder, 'talk.mp4');
let node: TusNode;
const openLink = {
  id: 'LL_1',
  item: 'it_1',
  may: 'play',
  createdBy: 'user:ann',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-02T00:00:00.000Z',
};
let api: ScriptedApi;
let server: JsonServer;
let asked: unknown[];
/** When set, the server refuses new uploads with this error. */
let refusal: { code: string; title: string } | undefined;

writeFileSync(path, file);
beforeEach(async () => {
  node = await TusNode.listen();
  api = new ScriptedApi(node, 3);
  asked = [];
  refusal = undefined;
  server = await JsonServer.listen(answer);
});
afterEach(async () => {
  await server.close();
  await node.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function answer(request: IncomingMessage): Promise<[number, unknown]> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
  const where = `${request.method} ${pathname.replace('/api/v1/library', '')}`;
  const body = ['POST', 'PATCH'].includes(request.method ?? '') ? ((await json(request)) as Body) : undefined;
  if (!where.includes('/uploads')) asked.push([where, Object.fromEntries(searchParams), body]);
  if (where === 'GET /uploads') {
    const found = await api.find(searchParams.get('fingerprint') ?? '');
    return [200, { data: found === undefined ? [] : [found] }];
  }
  if (where === 'POST /uploads') {
    if (refusal !== undefined) return [403, refusal];
    return [201, await api.create(body as unknown as NewUpload, String(request.headers['idempotency-key']))];
  }
  if (where.startsWith('GET /uploads/')) return [200, await api.get()];
  if (where === 'GET /items') return [200, { data: [item] }];
  if (where === 'POST /items/it_1/links') return [201, link];
  if (['GET /items/it_1/links', 'GET /links'].includes(where)) return [200, { data: [openLink] }];
  if (where === 'GET /api/v1/file-links') return [200, { data: [openLink] }];
  if (/^DELETE .*(links\/LL_1|\/users\/ann\/file-links)$/.test(where)) return [204, undefined];
  if (where === 'GET /usage') return [200, usage];
  if (where === 'GET /tasks') return [200, { data: [task] }];
  if (where === 'POST /tasks/JB_1/order') return [200, { ...task, ...body }];
  if (where === 'DELETE /items/it_1') return [204, undefined];
  return where.endsWith(' /items/it_1') ? [200, item] : [404, missing];
}

/** Runs `meridian`; aborting `signal` stands for Ctrl-C. */
async function meridian(words: string, { signal = new AbortController().signal, command = 'library' } = {}) {
  const said = { out: [] as string[], err: [] as string[], lines: [] as string[] };
  const { port } = server;
  const code = await run([command, ...words.split(' ')], {
    env: {
      MERIDIAN_URL: `http://127.0.0.1:${port}`,
      MERIDIAN_API_KEY: 'key',
      MERIDIAN_API_SECRET: 's'.repeat(32),
    },
    out: (text) => said.out.push(text),
    err: (text) => said.err.push(text),
    line: (text) => said.lines.push(text),
    signal,
  });
  return { code, out: said.out.join('\n'), err: said.err.join('\n'), lines: said.lines };
}

describe('an invalid command line', () => {
  it.each([
    { words: 'upload', says: "missing required argument 'file'" },
    { words: `upload a.mp4 b.mp4 --title Talk`, says: '--title needs a single file' },
    { words: 'upload a.mp4 --visibility all', says: 'private, tenant' },
    { words: 'list --kind film', says: 'video, audio, image, document' },
    { words: 'change it_1', says: 'nothing to change' },
    { words: 'link it_1 --expires soon', says: '90s, 45m, 1h30m' },
  ])('$words ends with exit code 2 and the reason', async ({ words, says }) => {
    const { code, out, err } = await meridian(words);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(says)]);
  });
});

describe('a file that cannot be sent', () => {
  it('ends with exit code 1 and the reason', async () => {
    const { code, err } = await meridian(`upload ${join(folder, 'none.mp4')}`);
    expect([code, err]).toEqual([1, expect.stringContaining('(FILE_UNREADABLE)')]);
    const asJson = await meridian(`upload ${join(folder, 'none.mp4')} --json`);
    expect(JSON.parse(asJson.err)).toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('ends with the error code of the api when the api refuses', async () => {
    refusal = { code: 'QUOTA_EXCEEDED', title: 'The tenant keeps all that it may.' };
    const { code, err } = await meridian(`upload ${path}`);
    expect([code, err]).toEqual([1, 'meridian: The tenant keeps all that it may. (QUOTA_EXCEEDED)']);
    refusal = { code: 'NOT_PERMITTED', title: 'Scope library:write is missing.' };
    expect((await meridian(`upload ${path}`)).err).toContain('meridian keys create');
  });

  it('ends an upload of several, and the remaining files are named', async () => {
    const none = join(folder, 'none.mp4');
    const { code, out, err } = await meridian(`upload ${path} ${none} ${path}`);
    expect([code, out]).toEqual([1, `${path} is it_1`]);
    expect(err).toContain(`Not sent: ${none} ${path}`);
  });
});

describe('a file', () => {
  it('is sent with its title and tags, its item is printed, and a line shows the progress', async () => {
    const { code, out, err, lines } = await meridian(
      `upload ${path} --title Talk --tags a,,b --visibility tenant --owner ann`,
    );
    expect([code, out, err, node.whole().equals(file)]).toEqual([0, `${path} is it_1`, '', true]);
    const about = { title: 'Talk', tags: ['a', 'b'], visibility: 'tenant', owner: 'ann', name: 'talk.mp4' };
    expect(api.bodies).toEqual([expect.objectContaining(about)]);
    expect([lines[0], lines.at(-1)]).toEqual(['talk.mp4 is read: 0 % of 900 kB', '']);
    const again = await meridian(`upload ${path} --json`);
    expect(JSON.parse(again.out)).toEqual({ file: path, item: 'it_1', upload: expect.stringMatching(/^up_/) });
  });

  it('continues after Ctrl-C when the command runs again', async () => {
    const stop = new AbortController();
    node.before = () => {
      if (node.writtenBytes > 300_000) stop.abort();
    };
    const stopped = await meridian(`upload ${path}`, { signal: stop.signal });
    expect([stopped.code, stopped.out]).toEqual([1, '']);
    expect(stopped.err).toContain('The same command goes on.');
    await expect.poll(() => node.writing).toBe(0);
    node.before = () => undefined;
    const { code } = await meridian(`upload ${path}`);
    expect([code, node.whole().equals(file), api.bodies.length, node.writtenBytes]).toEqual([0, true, 1, file.length]);
  });
});

describe('items', () => {
  it('are listed by the given filters, without control characters of their titles', async () => {
    const { out } = await meridian('list --text mon --tag a --kind video --all');
    expect(asked).toEqual([['GET /items', { text: 'mon', tag: 'a', kind: 'video' }, undefined]]);
    expect(out.split('\n')[1]).toMatch(/^it_1\s+ready\s+video\s+1200000\s+-\s+\S+\s+a b\s+Talk·\[2J$/);
    expect(JSON.parse((await meridian('list --json')).out)).toEqual([item]);
  });

  it('are shown, changed, deleted and opened by a link', async () => {
    expect((await meridian('show it_1')).out).toMatch(/^description\s+of Monday$/m);
    expect((await meridian('change it_1 --title New --tags c')).out).toBe('it_1 is changed');
    expect((await meridian('link it_1 --expires 2d --download')).out).toBe('https://meet/l/1');
    expect((await meridian('delete it_1')).out).toBe('it_1 is deleted');
    expect(asked.slice(1)).toEqual([
      ['PATCH /items/it_1', {}, { title: 'New', tags: ['c'] }],
      ['POST /items/it_1/links', {}, { expiresInS: 172_800, may: 'download' }],
      ['DELETE /items/it_1', {}, undefined],
    ]);
  });

  it('have open links, which are listed, of one item or all, and ended', async () => {
    for (const words of ['links it_1', 'links'])
      expect((await meridian(words)).out.split('\n')[1]).toMatch(/^LL_1\s+it_1\s+play\s+user:ann\s/);
    expect((await meridian('end-link LL_1')).out).toBe('LL_1 is ended');
    expect(asked.map((one) => (one as [string])[0])).toEqual([
      'GET /items/it_1/links',
      'GET /links',
      'DELETE /links/LL_1',
    ]);
  });

  it('have links of every maker, which are listed, and ended alone or all of a user', async () => {
    const fileLinks = (words: string) => meridian(words, { command: 'file-links' });
    expect((await fileLinks('list --by user:ann --use share')).out.split('\n')[1]).toMatch(/^LL_1\s+it_1\s+play\s/);
    expect((await fileLinks('end LL_1')).out).toBe('LL_1 is ended');
    expect((await fileLinks('end-all ann')).out).toBe('all links to files that ann made are ended');
    expect(asked).toEqual([
      ['GET /api/v1/file-links', { createdBy: 'user:ann', use: 'share' }, undefined],
      ['DELETE /api/v1/file-links/LL_1', {}, undefined],
      ['DELETE /api/v1/users/ann/file-links', {}, undefined],
    ]);
  });

  it('that do not exist end with exit code 1', async () => {
    expect(await meridian('show it_2')).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') });
  });

  it('are summed up with the storage in use', async () => {
    expect((await meridian('usage')).out).toBe('items    3\nkept     1.5 GB\nat most  no limit');
  });
});

describe('tasks', () => {
  it('are listed with their places and failures, and made urgent and normal again', async () => {
    const [, line] = (await meridian('tasks --state waiting')).out.split('\n');
    expect(line).toMatch(/^JB_1\s+encode\s+waiting\s+3\s+.*25 %\s+2026-\S+\s+it_1\s+FFMPEG_FAILED: no frames\s+Talk$/);
    expect((await meridian('urgent JB_1')).out).toBe('JB_1 is urgent');
    expect((await meridian('urgent JB_1 --undo')).out).toBe('JB_1 is normal');
    expect(await meridian('urgent JB_2')).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') });
    expect(asked).toMatchObject([
      ['GET /tasks', { state: 'waiting' }, undefined],
      ['POST /tasks/JB_1/order', {}, { urgent: true }],
      ['POST /tasks/JB_1/order', {}, { urgent: false }],
      ['POST /tasks/JB_2/order', {}, { urgent: true }],
    ]);
  });
});
