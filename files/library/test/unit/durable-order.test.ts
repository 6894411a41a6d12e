// The order in which an upload and an object become durable: what a power cut leaves is never more than what is whole.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { FileThreads, openFileStore, sha256Of } from '@meridian/object-store';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { Incoming } from '../../src/uploads/incoming.ts';
import { Spool } from '../../src/uploads/spool.ts';
import { planOf } from '../support/library.ts';

class NotedThreads extends FileThreads {
  readonly done: string[] = [];

  override run(...[steps, moved]: Parameters<FileThreads['run']>): Promise<void> {
    for (const step of steps) {
      if (step.do === 'sync')
        this.done.push(
          `sync ${[...(step.files ?? []), ...(step.folders ?? [])].map((path) => basename(path)).join(' ')}`,
        );
      else this.done.push(`${step.do} ${basename(step.do === 'link' ? step.to : step.path)}`);
    }
    return super.run(steps, moved);
  }
}

async function started() {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-order-'));
  const threads = new NotedThreads();
  onTestFinished(async () => {
    await threads.close();
    await rm(folder, { recursive: true });
  });
  return { folder, threads };
}

it.each([100, 4096, 20_000, 1_000_000])(
  'a block of %s bytes is on the disk before its journal says so, and the journal before the answer',
  async (bytes) => {
    const { folder, threads } = await started();
    const clock = new ManualClock();
    const log = createLogger({ name: 'test', level: 'silent' });
    const spool = await Spool.open({ folder, freeBytes: 0, threads, clock, log });
    await spool.open(planOf(bytes));
    const begun = ['makeEmpty data', 'makeEmpty part-0', 'write plan.json', 'sync plan.json up_1'];
    expect(threads.done.slice(-begun.length)).toEqual(begun);
    threads.done.length = 0;
    const body = Readable.from([Buffer.alloc(bytes, 'bytes')], { objectMode: false, highWaterMark: bytes });
    const upload = spool.get('acme', 'up_1');
    expect(await upload?.receive(0, new Incoming(body, { bytesMax: bytes, clock, onBytes: () => undefined }))).toBe(
      bytes,
    );
    expect(threads.done).toEqual(['writeAt data', 'sync data', 'writeAt part-0', 'sync part-0']);
    await spool.close();
  },
);

it('an object that an earlier attempt has left without a sync is synced before it is acknowledged', async () => {
  const { folder, threads } = await started();
  const store = await openFileStore({ folder, threads });
  const put = () => store.put('t-acme/up_1/original', Buffer.from('bytes'), { sha256: sha256Of(Buffer.from('bytes')) });
  await put();
  threads.done.length = 0;
  await put();
  expect(threads.done.at(-1)).toBe('sync original original up_1 up_1');
  await store.close('the test is over');
});

it('an object appears when its bytes and its hash are on the disk, and is there when it is acknowledged', async () => {
  const { folder, threads } = await started();
  const store = await openFileStore({ folder, threads });
  await store.put('t-acme/up_1/original', Buffer.from('bytes'), { sha256: sha256Of(Buffer.from('bytes')) });
  const done = threads.done.map((one) => one.replaceAll(/[0-9a-f-]{36}/g, 'temporary'));
  expect(done.slice(-4)).toEqual(['sync temporary original up_1', 'link original', 'sync up_1', 'unlink temporary']);
  await store.close('the test is over');
});
