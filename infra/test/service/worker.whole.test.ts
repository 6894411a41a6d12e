import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { release } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { SetupError } from '../../setup/error.mjs';
import { processStarted } from '../../setup/lock.mjs';
import { ensureWorker } from '../../setup/worker.mjs';
import { whyNotRunning } from '../../setup/worker-verify.mjs';
import { someFacts } from '../support/facts.ts';
import { recordedProgress } from '../support/progress.ts';
import { temporaryTree, writeTree } from '../support/tree.ts';
import { archive, closedPort, crashingWorker, foreignWorker, goodWorker, releaseServer } from '../support/worker.ts';

const VERSION = '3.27.1';

/** A clone with a mediasoup package, an empty cache, and a build that takes no time. */
function clone(baseUrl: string, builds: string = goodWorker) {
  const root = temporaryTree({
    'node_modules/mediasoup/package.json': JSON.stringify({
      version: VERSION,
      repository: { url: 'git+http://127.0.0.1:9/x.git' },
    }),
    'infra/mediasoup-worker/build.sh': '# recipe',
  });
  const progress = recordedProgress();
  let built = 0;
  const context = {
    root,
    cache: join(root, 'cache'),
    logs: join(root, 'cache/logs'),
    env: { MERIDIAN_WORKER_BASE_URL: baseUrl } as Record<string, string | undefined>,
    facts: someFacts(),
    progress,
    finder: { missing: () => [] },
    build: async ({ output }: { output: string; work: string }) => {
      built += 1;
      writeFileSync(output, builds, { mode: 0o755 });
      return { libsrtp: 'openssl' as const };
    },
  };
  return { context, progress, folder: join(root, 'cache/worker'), built: () => built };
}

/** A run whose build has made something when it is interrupted. */
async function interruptedBuild(context: ReturnType<typeof clone>['context']) {
  const interrupt = new AbortController();
  const build = async ({ work }: { work: string }) => {
    writeFileSync(join(work, 'half'), '');
    interrupt.abort();
    throw new SetupError('INTERRUPTED', 'Interrupted', { remedy: 'run it again' });
  };
  const run = ensureWorker({ ...context, build, signal: interrupt.signal });
  await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
}

/** Entries of the cache, without the digests in their names. */
const entries = (folder: string) => readdirSync(folder).map((name) => name.split('-')[0]);

describe('the prebuilt worker', () => {
  const send =
    (body: Buffer): RequestListener =>
    (_, response) =>
      void response.end(body);
  const half = archive(goodWorker).subarray(0, 120);
  type Limits = { answerLimitMs?: number; downloadLimitMs?: number };
  const faults: { name: string; answer: RequestListener; says: RegExp; limits?: Limits }[] = [
    {
      name: 'is not there',
      answer: (_, response) => void response.writeHead(404).end('no'),
      says: /the server answers 404/,
    },
    {
      name: 'is not answered for',
      answer: () => undefined,
      says: /no answer within 0.3 s/,
      limits: { answerLimitMs: 300 },
    },
    {
      name: 'never becomes complete',
      answer: (_, response) => void response.write(half),
      says: /not complete within 0.6 s/,
      limits: { downloadLimitMs: 600 },
    },
    {
      name: 'breaks off',
      answer: (_, response) =>
        void response.writeHead(200, { 'content-length': 5000 }).write(half, () => response.destroy()),
      says: /not used: \S/,
    },
    { name: 'is truncated', answer: send(half), says: /does not unpack/ },
    { name: 'is no archive', answer: send(Buffer.from('<html>sign in</html>')), says: /does not unpack/ },
    {
      name: 'is an archive of something else',
      answer: send(archive('text', 'README')),
      says: /holds no mediasoup-worker/,
    },
    { name: 'is no program', answer: send(archive('text')), says: /is not a program/ },
    {
      name: 'is made for another CPU',
      answer: send(archive(foreignWorker())),
      says: /made for another CPU \(ELF machine 21, this is x64\)/,
    },
    { name: 'does not load', answer: send(archive('#!/bin/sh\nexit 127\n')), says: /does not start: exit code 127/ },
    {
      name: 'crashes at its start',
      answer: send(archive(crashingWorker)),
      says: /does not say that it runs: exit code 3, no TLS/,
    },
    { name: 'dies of a signal', answer: send(archive('#!/bin/sh\nkill -SEGV $$\n')), says: /ended by SIGSEGV/ },
  ];
  it.each(faults)('that $name is passed over with a word, and one is built', async ({ answer, says, limits }) => {
    const server = await releaseServer(answer);
    const { context, progress, folder, built } = clone(server.url);
    const path = await ensureWorker({ ...context, ...limits });
    expect(await whyNotRunning(path, VERSION)).toBeUndefined();
    expect(built()).toBe(1);
    expect(progress.said).toEqual(['Asking for the prebuilt mediasoup worker', expect.stringMatching(says)]);
    expect(entries(folder)).toEqual(['built']);
  });

  it('whose server cannot be reached is passed over with a word', async () => {
    const { context, progress, built } = clone(`http://127.0.0.1:${await closedPort()}`);
    await ensureWorker(context);
    expect([built(), progress.said[1]]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
  });

  it('that is good is kept: asked for by its official name, tried, used again without asking', async () => {
    const server = await releaseServer(send(archive(goodWorker)));
    const { context, folder, built } = clone(server.url);
    const first = await ensureWorker(context);
    expect(readFileSync(first, 'utf8')).toBe(goodWorker);
    expect(await ensureWorker(context)).toBe(first);
    const kernel = release().split('.')[0];
    expect(server.paths).toEqual([`/${VERSION}/mediasoup-worker-${VERSION}-linux-x64-kernel${kernel}.tgz`]);
    expect([built(), entries(folder)]).toEqual([0, ['prebuilt']]);
  });

  it('is asked for once when two start at the same time', async () => {
    const server = await releaseServer(send(archive(goodWorker)));
    const { context } = clone(server.url);
    const paths = await Promise.all([ensureWorker(context), ensureWorker(context)]);
    expect([new Set(paths).size, server.paths.length]).toEqual([1, 1]);
  });

  it('is not asked for when the base address is "none"', async () => {
    const { context, progress, built } = clone('none');
    await ensureWorker(context);
    expect([built(), progress.said]).toEqual([1, []]);
  });
});

describe('the cached worker', () => {
  it('is used again at once, and built again when the recipe or the system changes', async () => {
    const { context, built } = clone('none');
    const first = await ensureWorker(context);
    expect([await ensureWorker(context), built()]).toEqual([first, 1]);
    writeTree(context.root, { 'infra/mediasoup-worker/build.sh': '# another recipe' });
    expect(await ensureWorker(context)).not.toBe(first);
    const { distribution } = context.facts;
    if (!distribution) throw new Error('facts without a distribution');
    await ensureWorker({ ...context, facts: { ...context.facts, distribution: { ...distribution, version: '13' } } });
    expect(built()).toBe(3);
  });

  const broken: { name: string; harm: (entry: string) => void; says: RegExp }[] = [
    { name: 'lost its program', harm: (entry) => rmSync(join(entry, 'mediasoup-worker')), says: /files are missing/ },
    { name: 'lost its record', harm: (entry) => rmSync(join(entry, 'worker.json')), says: /files are missing/ },
    {
      name: 'has a record that is cut off',
      harm: (entry) => writeFileSync(join(entry, 'worker.json'), '{"sha'),
      says: /record is not readable/,
    },
    {
      name: 'changed its content',
      harm: (entry) => writeFileSync(join(entry, 'mediasoup-worker'), `${goodWorker}#`),
      says: /content has changed/,
    },
    {
      name: 'became empty',
      harm: (entry) => writeFileSync(join(entry, 'mediasoup-worker'), ''),
      says: /content has changed/,
    },
  ];
  it.each(broken)('that $name is removed with a word and provided again', async ({ harm, says }) => {
    const { context, progress, built } = clone('none');
    const path = await ensureWorker(context);
    harm(join(path, '..'));
    expect(await ensureWorker(context)).toBe(path);
    expect(await whyNotRunning(path, VERSION)).toBeUndefined();
    expect([built(), progress.said]).toEqual([2, [expect.stringMatching(says)]]);
  });

  it('of an earlier version is kept for the way back, up to a bound', async () => {
    const { context, folder } = clone('none');
    for (let recipe = 0; recipe < 7; recipe++) {
      writeTree(context.root, { 'infra/mediasoup-worker/build.sh': `# recipe ${recipe}` });
      await ensureWorker(context);
    }
    expect(entries(folder)).toEqual(['built', 'built', 'built', 'built']);
  });
});

describe('the worker build', () => {
  it('is done once when two start at the same time', async () => {
    const { context, built } = clone('none');
    const paths = await Promise.all([ensureWorker(context), ensureWorker(context)]);
    expect([new Set(paths).size, built()]).toEqual([1, 1]);
  });

  it('takes over from an interrupted run and clears what it left, but not the work of one that lives', async () => {
    const { context, folder, built } = clone('none');
    const dead = spawnSync('true').pid;
    mkdirSync(join(folder, `work-${dead}-1`), { recursive: true });
    mkdirSync(join(folder, `work-1-1`));
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: dead, started: 'some boot 1' }));
    await ensureWorker(context);
    expect(built()).toBe(1);
    expect(entries(folder).sort()).toEqual(['built', 'work']);
    expect(existsSync(join(folder, 'work-1-1'))).toBe(processStarted(1) !== undefined);
  });

  it('that is interrupted leaves its folder, and the next run goes on in it and says so', async () => {
    const { context, progress, folder } = clone('none');
    await interruptedBuild(context);
    expect(entries(folder)).toEqual(['unfinished']);
    const found: string[][] = [];
    const build = async (next: Parameters<typeof context.build>[0]) => {
      found.push(readdirSync(next.work));
      return context.build(next);
    };
    await ensureWorker({ ...context, build });
    expect(found).toEqual([expect.arrayContaining(['half'])]);
    expect(progress.said).toEqual([expect.stringContaining('going on from there')]);
    expect(entries(folder)).toEqual(['built']);
  });

  it('that was interrupted is not gone on with by another recipe', async () => {
    const { context, progress, folder, built } = clone('none');
    await interruptedBuild(context);
    writeTree(context.root, { 'infra/mediasoup-worker/build.sh': '# another recipe' });
    await ensureWorker(context);
    expect([built(), progress.said, entries(folder)]).toEqual([1, [], ['built']]);
  });

  it('that fails leaves nothing to go on with', async () => {
    const { context, folder } = clone('none');
    await interruptedBuild(context);
    const build = () => Promise.reject(new SetupError('WORKER_BUILD_FAILED', 'no compiler', { remedy: 'get one' }));
    await expect(ensureWorker({ ...context, build })).rejects.toMatchObject({ code: 'WORKER_BUILD_FAILED' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('whose result does not run is an error, and nothing enters the cache', async () => {
    const { context, folder } = clone('none', crashingWorker);
    await expect(ensureWorker(context)).rejects.toMatchObject({
      code: 'WORKER_BUILD_FAILED',
      message: expect.stringContaining('no TLS'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that meets a full disk says so, and nothing enters the cache', async () => {
    const { context, folder } = clone('none');
    const build = () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    await expect(ensureWorker({ ...context, build })).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that may not install what it needs says what is missing', async () => {
    const { context } = clone('none');
    const finder = { missing: (rows: object[]) => rows.slice(0, 1) as never };
    const facts = someFacts({ root: false });
    const error = await ensureWorker({ ...context, finder, facts }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SetupError);
    expect(error).toMatchObject({ code: 'PACKAGES_MISSING', remedy: expect.stringContaining('apt-get install') });
  });
});

describe('a worker named by MEDIASOUP_WORKER_BIN', () => {
  it('is used as it is', async () => {
    const { context } = clone('none');
    const path = await ensureWorker(context);
    expect(await ensureWorker({ ...context, env: { MEDIASOUP_WORKER_BIN: path } })).toBe(path);
  });

  it.each([
    { name: 'is not there', file: '/not/there', says: 'there is no such file' },
    { name: 'does not start', file: '/bin/false', says: 'exit code 1' },
  ])('that $name is an error, not a reason to build', async ({ file, says }) => {
    const { context, built } = clone('none');
    const use = ensureWorker({ ...context, env: { MEDIASOUP_WORKER_BIN: file } });
    await expect(use).rejects.toMatchObject({ code: 'WORKER_UNUSABLE', message: expect.stringContaining(says) });
    expect(built()).toBe(0);
  });

  it('and with which these tests run says that it runs: the real one', async () => {
    const real = process.env['MEDIASOUP_WORKER_BIN'];
    if (!real) throw new Error('start the tests by npm test: it provides the worker');
    expect(await whyNotRunning(real, VERSION)).toBeUndefined();
  });
});
