import { rm } from 'node:fs/promises';
import { createLogger, ManualClock, secureRng } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { PART_BYTES_MIN } from '../../../../files/object-store/src/core/bounds.ts';
import { StoreError } from '../../../../files/object-store/src/core/errors.ts';
import { openFileStore } from '../../../../files/object-store/src/file-store.ts';
import { FaultyStore } from '../../../../files/object-store/test/support/faulty-store.ts';
import { hashOf } from '../../../../files/object-store/test/support/stores-contract.ts';
import { Uploader, type UploadSource } from '../../src/stints/uploader.ts';
import { temporaryFolder } from '../support/spooling.ts';

const log = createLogger({ name: 'uploader', level: 'silent' });
const passing = ['STORE_UNREACHABLE', 'STORE_FULL', 'STORE_DENIED'] as const;
const unreachable = (): Error => new StoreError('STORE_UNREACHABLE');

async function uploading(folder = temporaryFolder('uploads')) {
  const store = new FaultyStore(await openFileStore({ folder }));
  const clock = new ManualClock();
  const uploader = new Uploader({ store, clock, rng: secureRng(), log });
  onTestFinished(async () => {
    await uploader.close();
    await store.close('test');
    await rm(folder, { recursive: true, force: true });
  });
  return { folder, store, clock, uploader };
}

/** Source of bytes in memory that grows on demand. */
class Growing implements UploadSource {
  readonly key: string;
  bytes: number;
  sha256: string | undefined;
  readonly whole: Buffer;

  constructor(key: string, o: { bytes: number; have?: number }) {
    this.key = key;
    this.whole = Buffer.from(new Uint8Array(Buffer.alloc(o.bytes, key)).map((byte, at) => byte ^ (at >> 12)));
    this.bytes = o.have ?? o.bytes;
    if (o.have === undefined) this.end();
  }
  end(): void {
    this.bytes = this.whole.length;
    this.sha256 = hashOf(this.whole);
  }
  read(from: number, bytes: number): Promise<Uint8Array> {
    return Promise.resolve(this.whole.subarray(from, from + bytes));
  }
}

it.each(passing)('the uploader retries without limit while the store says %s', async (code) => {
  const { store, clock, uploader } = await uploading();
  let isAway = true;
  store.fails = () => (isAway ? new StoreError(code) : undefined);
  const sources = [new Growing('a', { bytes: 10 }), new Growing('b', { bytes: PART_BYTES_MIN + 1 })];
  const uploads = sources.map((source) => uploader.upload(source));
  const waits: number[] = [];
  for (let round = 1; round <= 20; round += 1) {
    await until('both wait', () => uploader.counts.failures === 2 * round && clock.pendingTimers === 2);
    waits.push((clock.nextDueMs ?? 0) - clock.nowMs());
    clock.advance(60_000);
  }
  isAway = false;
  await until('both wait or are done', () => clock.pendingTimers === 0 || clock.pendingTimers === 2);
  clock.advance(60_000);
  expect(await Promise.all(uploads.map(({ outcome }) => outcome))).toEqual([{ type: 'stored' }, { type: 'stored' }]);
  expect(waits[0]).toBeLessThanOrEqual(500);
  expect(Math.min(...waits.slice(10))).toBeGreaterThanOrEqual(30_000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
});

it("the uploader continues at the store's state after a lost answer, in every call", async () => {
  for (const lost of ['put', 'upload', 'append', 'finish', 'head'] as const) {
    const { store, clock, uploader } = await uploading();
    let count = 0;
    store.loses = (call) => {
      if (call !== lost || count === 2) return undefined;
      count += 1;
      return unreachable();
    };
    const source = new Growing('x', { bytes: lost === 'put' ? 50 : 2 * PART_BYTES_MIN + 9 });
    const { outcome } = uploader.upload(source);
    let isOver = false;
    void outcome.finally(() => {
      isOver = true;
    });
    await until(`the upload is over although ${lost} was lost`, () => {
      clock.advance(60_000);
      return isOver;
    });
    expect(await outcome, lost).toEqual({ type: 'stored' });
    expect(count, lost).toBeGreaterThan(0);
    expect(hashOf(await store.get('x', {})), lost).toBe(source.sha256);
    // No part is sent twice: the store is asked what it has.
    if (lost !== 'put') expect(store.countOf('append'), lost).toBe(3);
  }
});

it('the uploader continues with parts of an earlier process, and discards those that do not match', async () => {
  const folder = temporaryFolder('resumed');
  const bytes = 3 * PART_BYTES_MIN + 9;
  const before = await uploading(folder);
  const growing = new Growing('x', { bytes, have: 2 * PART_BYTES_MIN });
  before.uploader.upload(growing);
  await until('two parts are there', () => before.store.answers('append') === 2);
  await before.uploader.close();
  const after = await uploading(folder);
  expect(await after.uploader.upload(new Growing('x', { bytes })).outcome).toEqual({ type: 'stored' });
  expect(after.store.countOf('append')).toBe(2);

  // The store has parts of an earlier file with this name and different bytes.
  const strange = await after.store.upload('y');
  const part = Buffer.alloc(PART_BYTES_MIN, 'strange');
  await strange.append(part, { sha256: hashOf(part) });
  const other = new Growing('y', { bytes });
  expect(await after.uploader.upload(other).outcome).toEqual({ type: 'stored' });
  expect((await after.store.head('y'))?.sha256).toBe(other.sha256);

  // The last part of a file that seemed complete.
  const short = await after.store.upload('z');
  const longer = new Growing('z', { bytes });
  const begun = longer.whole.subarray(0, 100);
  await short.append(begun, { sha256: hashOf(begun) });
  expect(await after.uploader.upload(longer).outcome).toEqual({ type: 'stored' });

  // The whole object exists: the process died before it knew.
  const puts = after.store.countOf('append');
  expect(await after.uploader.upload(new Growing('x', { bytes })).outcome).toEqual({ type: 'stored' });
  expect(after.store.countOf('append')).toBe(puts);
});

it('the uploader gives up on final refusals only', async () => {
  const { store, uploader } = await uploading();
  const other = Buffer.from('other');
  await store.put('taken', other, { sha256: hashOf(other) });
  store.fails = (call, key) => (call === 'upload' && key === 'no' ? new StoreError('STORE_REFUSED') : undefined);
  const outcomes = [
    new Growing('taken', { bytes: 10 }),
    new Growing('NO KEY', { bytes: 10 }),
    new Growing('no', { bytes: PART_BYTES_MIN + 1 }),
    new Growing('fine', { bytes: 10 }),
  ].map((source) => uploader.upload(source).outcome);
  expect((await Promise.all(outcomes)).map((one) => (one.type === 'refused' ? one.code : one.type))).toEqual([
    ...['OBJECT_EXISTS', 'KEY_INVALID', 'STORE_REFUSED', 'stored'],
  ]);
  expect(uploader.counts.refusals).toBe(3);
});
