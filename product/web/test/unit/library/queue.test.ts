import { MeridianApiError } from '@meridian/api-client';
import { UploadError } from '@meridian/uploader';
import { describe, expect, it, onTestFinished } from 'vitest';
import { QUEUED_MAX } from '../../../src/library/core/file-rejection.ts';
import type { Phase } from '../../../src/library/core/file-state.ts';
import { failureOf } from '../../../src/library/upload/failure.ts';
import { type QueueRow, UploadQueue } from '../../../src/library/upload/queue.ts';
import type { SendOptions } from '../../../src/library/upload/sending.ts';

interface Sending {
  readonly o: SendOptions;
  done(item?: string): void;
  fail(error: unknown): void;
}

/** A file with a claimed size. */
const file = (name: string, bytes = 100): File =>
  Object.defineProperty(new File(['x'], name, { lastModified: 1 }), 'size', { value: bytes });

/** A queue whose sends the test ends. `isDeaf`: an abort does not end a send. */
function scripted({
  isDeaf = false,
  giveUp = () => Promise.resolve(),
}: {
  isDeaf?: boolean;
  giveUp?: () => Promise<void>;
} = {}) {
  const sendings: Sending[] = [];
  const forgotten: string[] = [];
  let nowMs = 0;
  const queue = new UploadQueue({
    send: (o) =>
      new Promise((resolve, reject) => {
        sendings.push({ o, done: (item = 'it_1') => resolve({ id: 'up_1', item }), fail: reject });
        if (!isDeaf) o.signal.addEventListener('abort', () => reject(new UploadError('ABORTED', 'stopped')));
      }),
    forget: async (upload) => {
      forgotten.push(upload);
      await giveUp();
    },
    nowMs: () => {
      nowMs += 1000;
      return nowMs;
    },
  });
  onTestFinished(() => queue.close());
  const row = (name: string): QueueRow => {
    const match = queue.rows.get().find((one) => one.name === name);
    if (match === undefined) throw new Error(`no row ${name}`);
    return match;
  };
  const of = (name: string): Sending => {
    const sending = sendings.findLast(({ o }) => o.file.name === name);
    if (sending === undefined) throw new Error(`${name} is not sent`);
    return sending;
  };
  /** Resolves when the queue has exactly these rows, each as `name phase`. */
  const rows = (...expectedRows: string[]): Promise<void> =>
    whenTrue(
      queue,
      () =>
        queue.rows
          .get()
          .map(({ name, state }) => `${name} ${state.phase}`)
          .join() === expectedRows.join(),
    );
  const names = (): string[] => sendings.map(({ o }) => o.file.name);
  return { queue, sendings, forgotten, row, of, rows, names };
}

function whenTrue(queue: UploadQueue, test: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!test()) return;
      stop();
      resolve();
    };
    const stop = queue.rows.subscribe(look);
    look();
  });
}
const reach = ({ o }: Sending, phase: 'reading' | 'sending' | 'checking', bytes: number): void =>
  o.onProgress({ phase, bytes, bytesTotal: o.file.size, knownBytes: 0 });

describe('turns', () => {
  it('two files are sent at once; while one of them is checked, the next file starts', async () => {
    const { queue, of, rows, names } = scripted();
    queue.add([file('a'), file('b'), file('c'), file('d')], 'tenant');
    await rows('a reading', 'b reading', 'c waiting', 'd waiting');
    expect(names()).toEqual(['a', 'b']);
    expect(of('a').o.visibility).toBe('tenant');
    reach(of('a'), 'checking', 100);
    await rows('a checking', 'b reading', 'c reading', 'd waiting');
    of('b').done();
    await rows('a checking', 'b ready', 'c reading', 'd reading');
    expect(queue.isBusy()).toBe(true);
    for (const name of ['a', 'c', 'd']) of(name).done();
    await rows('a ready', 'b ready', 'c ready', 'd ready');
    expect(queue.isBusy()).toBe(false);
  });

  it('a row has the phase, bytes, pace and item of its file', async () => {
    const { queue, of, row, rows } = scripted();
    queue.add([file('a', 1000)], 'private');
    await rows('a reading');
    of('a').o.onUpload({ id: 'up_7', item: 'it_7' });
    reach(of('a'), 'sending', 100);
    reach(of('a'), 'sending', 300);
    expect(row('a').state).toMatchObject({
      phase: 'sending',
      bytes: 300,
      bytesTotal: 1000,
      upload: 'up_7',
      item: 'it_7',
    });
    expect(row('a').state.pace).toHaveLength(2);
  });
});

describe('a paused file', () => {
  it('stops at once, frees its slot, and resumes when a slot is free', async () => {
    const { queue, of, row, rows, names } = scripted();
    queue.add([file('a'), file('b'), file('c')], 'private');
    await rows('a reading', 'b reading', 'c waiting');
    queue.pause(row('a').id);
    expect(of('a').o.signal.aborted).toBe(true);
    await rows('a paused', 'b reading', 'c reading');
    queue.resume(row('a').id);
    await rows('a waiting', 'b reading', 'c reading');
    of('b').done();
    await rows('a reading', 'b ready', 'c reading');
    expect(names()).toEqual(['a', 'b', 'c', 'a']);
  });

  it('is not sent twice at once: the next try begins when the last try has stopped', async () => {
    const { queue, sendings, row, rows } = scripted({ isDeaf: true });
    queue.add([file('a')], 'private');
    await rows('a reading');
    queue.pause(row('a').id);
    queue.resume(row('a').id);
    await new Promise(setImmediate); // lets all immediate reactions happen
    expect(sendings).toHaveLength(1);
    reach(sendings[0] as Sending, 'sending', 50); // too late
    expect(row('a').state).toMatchObject({ phase: 'waiting', bytes: 0 });
    sendings[0]?.fail(new UploadError('ABORTED', 'stopped'));
    await rows('a reading');
    expect(sendings).toHaveLength(2);
  });

  it('resumes when the same file is chosen again', async () => {
    const { queue, row, rows, names } = scripted();
    queue.add([file('a')], 'private');
    await rows('a reading');
    queue.pause(row('a').id);
    queue.add([file('a')], 'private');
    await rows('a reading');
    expect([names(), queue.refusals.get()]).toEqual([['a', 'a'], []]);
  });

  it('is not sent when paused while waiting', async () => {
    const { queue, of, row, rows, names } = scripted();
    queue.add([file('a'), file('b'), file('c')], 'private');
    await rows('a reading', 'b reading', 'c waiting');
    queue.pause(row('c').id);
    of('a').done();
    await rows('a ready', 'b reading', 'c paused');
    expect(names()).toEqual(['a', 'b']);
  });
});

describe('a cancelled file', () => {
  it('stops, leaves the list, and its upload is deleted at the API', async () => {
    const { queue, of, row, rows, forgotten } = scripted();
    queue.add([file('a'), file('b'), file('c')], 'private');
    await rows('a reading', 'b reading', 'c waiting');
    of('a').o.onUpload({ id: 'up_a', item: 'it_a' });
    queue.remove(row('a').id);
    expect(of('a').o.signal.aborted).toBe(true);
    await rows('b reading', 'c reading');
    expect(forgotten).toEqual(['up_a']);
  });

  it('whose upload the API creates later has that upload deleted', async () => {
    const { queue, of, row, rows, forgotten } = scripted({ isDeaf: true });
    queue.add([file('a')], 'private');
    await rows('a reading');
    queue.remove(row('a').id);
    expect(forgotten).toEqual([]);
    of('a').o.onUpload({ id: 'up_late', item: 'it_late' });
    expect(forgotten).toEqual(['up_late']);
  });

  it('stays in the library if its item exists already', async () => {
    const { queue, of, row, rows, forgotten } = scripted();
    queue.add([file('a')], 'private');
    await rows('a reading');
    of('a').o.onUpload({ id: 'up_a', item: 'it_a' });
    of('a').done('it_a');
    await rows('a ready');
    queue.remove(row('a').id);
    expect([queue.rows.get(), forgotten]).toEqual([[], []]);
  });

  it('shows a problem when the API could not be reached', async () => {
    const problem = new MeridianApiError('API_UNREACHABLE', 'no answer');
    const { queue, of, row, rows } = scripted({ giveUp: () => Promise.reject(problem) });
    queue.add([file('a')], 'private');
    await rows('a reading');
    of('a').o.onUpload({ id: 'up_a', item: 'it_a' });
    queue.remove(row('a').id);
    await new Promise<void>((resolve) => queue.problem.subscribe(resolve));
    expect(queue.problem.get()).toBe(problem);
  });

  it('is not deleted at the API when the page closes the queue', async () => {
    const { queue, of, rows, forgotten } = scripted();
    queue.add([file('a')], 'private');
    await rows('a reading');
    of('a').o.onUpload({ id: 'up_a', item: 'it_a' });
    queue.close();
    expect([of('a').o.signal.aborted, forgotten]).toEqual([true, []]);
  });
});

describe('failures', () => {
  const api = (code: string, status: number) => new MeridianApiError(code, code, { status });
  it.each<[unknown, Phase, string]>([
    [new UploadError('REFUSED', '', { failure: { code: 'TYPE_REFUSED', detail: '' } }), 'refused', 'TYPE_REFUSED'],
    [new UploadError('REFUSED', '', { failure: { code: 'MALWARE_FOUND', detail: '' } }), 'refused', 'MALWARE_FOUND'],
    [new UploadError('REFUSED', '', { failure: { code: 'UPLOAD_LOST', detail: '' } }), 'failed', 'UPLOAD_LOST'],
    [new UploadError('REFUSED', ''), 'refused', 'REFUSED'],
    [new UploadError('FILE_TOO_LARGE', ''), 'refused', 'FILE_TOO_LARGE'],
    [new UploadError('FILE_CHANGED', ''), 'failed', 'FILE_CHANGED'],
    [new UploadError('EXPIRED', ''), 'failed', 'EXPIRED'],
    [new UploadError('QUOTA_EXCEEDED', '', { cause: api('QUOTA_EXCEEDED', 403) }), 'failed', 'QUOTA_EXCEEDED'],
    [new UploadError('INTERNAL', '', { cause: api('INTERNAL', 500) }), 'failed', 'API_UNREACHABLE'],
    [api('NOT_PERMITTED', 403), 'failed', 'NOT_PERMITTED'],
    [new TypeError('a defect'), 'failed', 'INTERNAL'],
  ])('%s becomes %s: %s', (error, name, code) => expect(failureOf(error)).toEqual({ name, code }));

  it('a temporary failure is retried by the user, not with the next file; a refusal is final', async () => {
    const { queue, of, row, rows, names } = scripted();
    queue.add([file('a'), file('b')], 'private');
    await rows('a reading', 'b reading');
    of('a').fail(new UploadError('REFUSED', '', { failure: { code: 'TYPE_REFUSED', detail: '' } }));
    of('b').fail(api('RATE_LIMITED', 429));
    await rows('a refused', 'b failed');
    expect([row('a').state.code, row('b').state.code]).toEqual(['TYPE_REFUSED', 'RATE_LIMITED']);
    queue.add([file('c')], 'private');
    await rows('a refused', 'b failed', 'c reading');
    queue.resume(row('a').id);
    queue.resume(row('b').id);
    await rows('a refused', 'b reading', 'c reading');
    expect(names()).toEqual(['a', 'b', 'c', 'b']);
    queue.clear();
    await rows('b reading', 'c reading');
  });
});

describe('rejected files', () => {
  it('are empty, too large, or in the queue already; other files of the same drop are accepted', async () => {
    const { queue, rows } = scripted();
    queue.add([file('a')], 'private');
    await rows('a reading');
    queue.add([file('none', 0), file('huge', 2 ** 40), file('a'), file('b')], 'private');
    await rows('a reading', 'b reading');
    expect(queue.refusals.get().map(({ name, why: reason }) => `${name} ${reason}`)).toEqual([
      'none empty',
      'huge tooLarge',
      'a twice',
    ]);
    queue.add([file('c')], 'private');
    expect(queue.refusals.get()).toEqual([]);
  });

  it('include those that exceed the number of files', () => {
    const { queue } = scripted();
    queue.add(
      Array.from({ length: QUEUED_MAX + 1 }, (_, at) => file(`f${at}`)),
      'private',
    );
    expect([queue.rows.get().length, queue.refusals.get().map(({ why: reason }) => reason)]).toEqual([0, ['tooMany']]);
  });
});
