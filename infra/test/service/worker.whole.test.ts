import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { release } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SetupError } from '../../setup/error.mjs';
import { ensureWorker } from '../../setup/worker.mjs';
import { whyNotRunning } from '../../setup/worker-verify.mjs';
import { someFacts } from '../support/facts.ts';
import { recordedProgress } from '../support/progress.ts';
import { temporaryTree } from '../support/tree.ts';
import { archive, crashingWorker, foreignWorker, goodWorker, releaseServer } from '../support/worker.ts';

const VERSION = '3.27.1';

/** Makes a clone with a mediasoup package, an empty cache, and an instant build. */
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

/** Interrupts a build that has made something. */
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

/** Returns the entries of the cache without the digests in their names. */
const entries = (folder: string) => readdirSync(folder).map((name) => name.split('-')[0]);

describe('the prebuilt worker', () => {
  const send =
    (body: Buffer): RequestListener =>
    (_, response) =>
      void response.end(body);
  const halfArchive = archive(goodWorker).subarray(0, 120);
  type Limits = { answerLimitMs?: number; downloadLimitMs?: number };
  const faults: { name: string; answer: RequestListener; says: RegExp; limits?: Limits }[] = [
    {
      name: 'is not there',
      answer: (_, response) => void response.writeHead(404).end('no'),
      says: /the server answers 404/,
    },
    {
      name: 'does not answer',
      answer: () => undefined,
      says: /no answer within 0.3 s/,
      limits: { answerLimitMs: 300 },
    },
    {
      name: 'never becomes complete',
      answer: (_, response) => void response.write(halfArchive),
      says: /not complete within 0.6 s/,
      limits: { downloadLimitMs: 600 },
    },
    {
      name: 'breaks off',
      answer: (_, response) =>
        void response.writeHead(200, { 'content-length': 5000 }).write(halfArchive, () => response.destroy()),
      says: /not used: \S/,
    },
    { name: 'is truncated', answer: send(halfArchive), says: /does not unpack/ },
    { name: 'is not an archive', answer: send(Buffer.from('<html>sign in</html>')), says: /does not unpack/ },
    {
      name: 'is an archive of something else',
      answer: send(archive('text', 'README')),
      says: /holds no mediasoup-worker/,
    },
    { name: 'is not a program', answer: send(archive('text')), says: /is not a program/ },
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
    { name: 'is ended by a signal', answer: send(archive('#!/bin/sh\nkill -SEGV $$\n')), says: /ended by SIGSEGV/ },
  ];
  it.each(faults)(
    'is skipped with a message when it $name, and a worker is built',
    async ({ answer, says, limits }) => {
      const server = await releaseServer(answer);
      const { context, progress, folder, built } = clone(server.url);
      const path = await ensureWorker({ ...context, ...limits });
      expect(await whyNotRunning(path, VERSION)).toBeUndefined();
      expect(built()).toBe(1);
      expect(progress.said).toEqual(['Asking for the prebuilt mediasoup worker', expect.stringMatching(says)]);
      expect(entries(folder)).toEqual(['built']);
    },
  );

  it('is kept when it works: requested by its official name, tested, and reused without a request', async () => {
    const server = await releaseServer(send(archive(goodWorker)));
    const { context, folder, built } = clone(server.url);
    const first = await ensureWorker(context);
    expect(readFileSync(first, 'utf8')).toBe(goodWorker);
    expect(await ensureWorker(context)).toBe(first);
    const kernel = release().split('.')[0];
    expect(server.paths).toEqual([`/${VERSION}/mediasoup-worker-${VERSION}-linux-x64-kernel${kernel}.tgz`]);
    expect([built(), entries(folder)]).toEqual([0, ['prebuilt']]);
  });

  it('does not serve a command that needs our patches, from the cache neither', async () => {
    const server = await releaseServer(send(archive(goodWorker)));
    const { context, folder, built } = clone(server.url);
    await ensureWorker(context);
    await ensureWorker({ ...context, isPatched: true });
    expect([server.paths.length, built(), entries(folder).sort()]).toEqual([1, 1, ['built', 'prebuilt']]);
  });
});

describe('the worker build', () => {
  it('leaves its folder when interrupted, and the next run continues there with a message', async () => {
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
});
