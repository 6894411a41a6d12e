// Several callers of one content, and slow or false sources: the fault of a caller or source does not affect others.
import { randomBytes } from 'node:crypto';
import { once as onceOf } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, ManualClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openContentFolder } from '../../src/content/folder.ts';
import type { ContentFolder, Supply } from '../../src/content/types.ts';
import { SinkError } from '../../src/sinks/sink.ts';
import { Holder, hashesOf, hexOf } from '../support/holder.ts';

const BLOCK = 1000;
/** Time between two looks at the pace of a block. */
const LOOK_MS = 15_000;
const film = randomBytes(3 * BLOCK);
const wanted = {
  content: 'up_film',
  tenant: 'acme',
  bytes: film.length,
  sha256: hexOf(film),
  blocksSha256: hexOf(hashesOf(film, BLOCK)),
};
let root: string;
let clock: ManualClock;
let folder: ContentFolder;
let near: Holder;
let far: Holder;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'meridian-callers-'));
  clock = new ManualClock();
  const log = createLogger({ name: 'content', level: 'silent' });
  folder = await openContentFolder({ folder: root, bytesMax: 100_000, parallel: 2, clock, log, blockBytes: BLOCK });
  [near, far] = [await Holder.of(film, BLOCK), await Holder.of(film, BLOCK)];
});
afterEach(async () => {
  await folder.close();
  await Promise.all([near.close(), far.close()]);
  rmSync(root, { recursive: true, force: true });
});

const supplyOf = (token: string, sources: Supply['sources'] = async () => [near.source, far.source]): Supply => ({
  token,
  pass: 'pass',
  sources,
});
/** Resolves with 'done' or the code of the failure. */
const fetched = (supply: Supply, mayGoOn?: () => Promise<void>): Promise<unknown> =>
  folder.fetch(wanted, supply, Object.assign({ signal: new AbortController().signal }, mayGoOn && { mayGoOn })).then(
    () => 'done',
    (error: unknown) => (error instanceof SinkError ? error.code : error),
  );
/** Permission of a caller that takes one block and then fails. */
function once() {
  let count = 0;
  return async (): Promise<void> => {
    count += 1;
    if (count > 1) await new Promise(() => undefined);
  };
}
/** `promise` resolves when the caller with this `mayGoOn` waits for blocks, beside others. */
function meeting() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, mayGoOn: async () => resolve() };
}

describe('callers of the same content', () => {
  it('a caller with a bad token fails alone, and another gets all blocks from the nearest source', async () => {
    near.takes = (opened) => opened === 'Bearer good';
    far.takes = near.takes;
    const met = meeting();
    const first = fetched(
      supplyOf('bad', async () => {
        await met.promise;
        return [near.source, far.source];
      }),
      once(),
    );
    const second = fetched(supplyOf('good'), met.mayGoOn);
    expect([await first, await second]).toEqual(['SOURCE_GONE', 'done']);
    expect(near.requests.toSorted()).toEqual(['0', '1000', '2000', 'blocks']);
    expect(far.requests).toEqual([]);
  });

  it('a caller without a list of sources fails alone', async () => {
    const met = meeting();
    const first = fetched(
      supplyOf('good', async () => {
        await met.promise;
        throw new Error('no answer');
      }),
      once(),
    );
    const second = fetched(supplyOf('good'), met.mayGoOn);
    expect([await first, await second]).toEqual(['SOURCE_GONE', 'done']);
  });

  it('a later caller is not rejected for an earlier failure', async () => {
    await folder.register(wanted, hashesOf(film, BLOCK));
    const answers: (() => void)[] = [];
    near.give = (response, bytes, from) =>
      void answers.push(() => (from === 0 ? response.destroy() : response.end(bytes)));
    const supply = supplyOf('good', async () => [near.source]);
    const signal = new AbortController().signal;
    const reader = await folder.read('up_film', { from: 0, bytes: 5 }, { signal, supply });
    const first = reader?.toArray().catch((error: SinkError) => error.code);
    await expect.poll(() => answers.length).toBe(1);
    const second = fetched(supply);
    await expect.poll(() => answers.length).toBe(2);
    near.give = (response, bytes) => response.end(bytes);
    answers[0]?.();
    expect(await first).toBe('SOURCE_GONE');
    answers[1]?.();
    expect(await second).toBe('done');
  });
});

describe('a source that delivers slowly', () => {
  const trickling = (holder: Holder): (() => void)[] => {
    const ends: (() => void)[] = [];
    holder.give = (response, bytes) => {
      response.write(bytes.subarray(0, 5));
      ends.push(() => response.end(bytes.subarray(5)));
    };
    return ends;
  };

  /**
   * Lets the fetcher look at the pace of its blocks, and returns what `count` counts then. It waits while a block is
   * without an answer, whose limit is longer than the time between two looks.
   */
  const afterLook = (count: () => number) => (): number => {
    const isDue = (clock.nextDueMs ?? Number.POSITIVE_INFINITY) - clock.nowMs() <= LOOK_MS;
    if (clock.pendingTimers === 2 && isDue) clock.advance(LOOK_MS);
    return count();
  };

  it('is replaced by another source after a while', async () => {
    trickling(near);
    const done = fetched(supplyOf('good'));
    await expect.poll(afterLook(() => far.requests.length)).toBeGreaterThanOrEqual(2);
    expect(await done).toBe('done');
    expect(far.requests.toSorted()).toEqual(['0', '1000', '2000']);
  });

  it('stays in use when there is no other source, or when all sources are as slow', async () => {
    const [slow, slower] = [trickling(near), trickling(far)];
    const done = fetched(supplyOf('good'));
    await expect.poll(afterLook(() => slower.length)).toBe(2);
    const lookedMs = clock.nowMs();
    await expect.poll(afterLook(() => clock.nowMs())).toBeGreaterThan(lookedMs);
    slower[0]?.();
    await expect.poll(() => slower.length).toBe(3);
    for (const end of slower.slice(1)) end();
    expect(await done).toBe('done');
    expect(slow).toHaveLength(2);
  });
});

describe('a source that sends wrong blocks', () => {
  /** Fetches one block at a time, since a wrong block that follows another at once is not counted again. */
  const tried = (): Promise<unknown> =>
    fetched(
      supplyOf('good', async () => [near.source]),
      once(),
    );
  beforeEach(() => {
    near.give = (response, bytes) => response.end(Buffer.from(bytes.map((byte) => 255 - byte)));
  });

  it('is used again after a minute when there is no other source', async () => {
    expect(await tried()).toBe('SOURCE_GONE');
    near.give = (response, bytes) => response.end(bytes);
    clock.advance(59_999);
    expect([await tried(), near.requests]).toEqual(['SOURCE_GONE', ['blocks', '0']]);
    clock.advance(1);
    expect(await fetched(supplyOf('good', async () => [near.source]))).toBe('done');
  });

  it('is barred for longer the second time', async () => {
    expect(await tried()).toBe('SOURCE_GONE');
    clock.advance(60_000);
    expect([await tried(), near.requests]).toEqual(['SOURCE_GONE', ['blocks', '0', '0']]);
    clock.advance(119_999);
    expect([await tried(), near.requests]).toEqual(['SOURCE_GONE', ['blocks', '0', '0']]);
  });
});

describe('a source that stalls in its answer', () => {
  it.each([
    ['hashes', 1, 'HTTP/1.1 200 OK\r\ncontent-length: 96\r\n\r\nx'],
    ['the head of its answer', 2, 'HTTP/1.1 206 Partial Content\r\nx-a: '],
  ])('delays %s by half a minute at most', async (what, asked, said) => {
    const sockets: Socket[] = [];
    const drip = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      socket.once('data', () => socket.write(said));
    });
    await onceOf(drip.listen(0, '127.0.0.1'), 'listening');
    const base = `http://127.0.0.1:${(drip.address() as AddressInfo).port}`;
    if (what !== 'hashes') await folder.register(wanted, hashesOf(film, BLOCK));
    const done = fetched(supplyOf('good', async () => [{ base, kind: 'neighbour' }, far.source]));
    await expect.poll(() => [sockets.length, clock.pendingTimers]).toEqual([asked, asked]);
    clock.advance(30_000);
    expect(await done).toBe('done');
    for (const socket of sockets) socket.destroy();
    drip.close();
  });
});
