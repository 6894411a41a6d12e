import { ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { QUEUED_BYTES_END, QUEUED_BYTES_MAX } from '../../src/core/slow-viewer.ts';
import { WaitingBytes } from '../../src/core/waiting-bytes.ts';
import { CROWD_MERGE_MS, CROWD_VIEWERS, MERGE_MS, MergedWrites } from '../../src/room/merged-writes.ts';

interface Item {
  readonly kind: 'audio' | 'video';
  readonly isFormat: boolean;
  readonly isKey: boolean;
  readonly bytes: Uint8Array;
}
const item = (kind: Item['kind'], isKey: boolean, ...bytes: number[]): Item => ({
  kind,
  isKey,
  isFormat: false,
  bytes: Uint8Array.from(bytes),
});
const [key, picture, sound] = [item('video', true, 1), item('video', false, 2, 2), item('audio', false, 3)];

class FakeProgramme {
  kept: Item[] = [];
  isOver = false;
  readonly watching = new Set<{ take(item: Item): void; ended(code: string): void }>();

  begin(): readonly Item[] {
    return this.kept;
  }
  watch(viewer: { take(item: Item): void; ended(code: string): void }): () => void {
    if (this.isOver) {
      viewer.ended('IDLE');
      return () => undefined;
    }
    for (const one of this.kept) viewer.take(one);
    this.watching.add(viewer);
    return () => void this.watching.delete(viewer);
  }
  give(...items: Item[]): void {
    for (const one of items) for (const viewer of this.watching) viewer.take(one);
  }
  end(code: string): void {
    this.isOver = true;
    for (const viewer of [...this.watching]) viewer.ended(code);
    this.watching.clear();
  }
}

function start(kept: Item[] = [key], waiting?: WaitingBytes) {
  const clock = new ManualClock();
  const film = new FakeProgramme();
  film.kept = kept;
  const made: Item[] = [];
  const writes = new MergedWrites<Item>({
    clock,
    waiting,
    bytesOf: (one) => {
      made.push(one);
      return one.bytes;
    },
  });
  const come = (onWrite: () => void = () => undefined) => {
    const viewer = { written: [] as Buffer[], ends: [] as string[], queuedBytes: 0 };
    const leave = writes.of(film).watch({
      get queuedBytes() {
        return viewer.queuedBytes;
      },
      write: (bytes) => {
        viewer.written.push(bytes);
        onWrite();
      },
      ended: (code) => void viewer.ends.push(code),
    });
    return Object.assign(viewer, { leave });
  };
  return { clock, film, made, come };
}
const bytesOf = ({ written }: { written: readonly Buffer[] }): number[][] => written.map((bytes) => [...bytes]);

describe('a viewer that leaves', () => {
  it('gets nothing more, and the last viewer leaves the programme and no timer', () => {
    const { clock, film, come } = start();
    const [a, b] = [come(), come()];
    film.give(picture);
    a.leave();
    a.leave();
    clock.advance(MERGE_MS);
    expect([bytesOf(a), bytesOf(b)]).toEqual([[[1]], [[1], [2, 2]]]);
    film.give(picture);
    b.leave();
    expect([film.watching.size, clock.pendingTimers]).toEqual([0, 0]);
    come();
    expect(film.watching.size).toBe(1);
  });
  it('during a write to itself or to another viewer is not written to again', () => {
    const { clock, film, come } = start();
    let isGoing = false;
    const a = come(() => {
      if (!isGoing) return;
      a.leave();
      b.leave();
    });
    const b = come();
    isGoing = true;
    film.give(picture);
    clock.advance(MERGE_MS);
    expect([a.written.length, b.written.length, clock.pendingTimers]).toEqual([2, 1, 0]);
  });
  it('because the programme is over gets the waiting items and its end once; a later viewer is ended too', () => {
    const { clock, film, come } = start();
    const [a, b] = [come(), come()];
    film.give(picture);
    film.end('KICKED');
    for (const viewer of [a, b]) expect([bytesOf(viewer), viewer.ends]).toEqual([[[1], [2, 2]], ['KICKED']]);
    expect(come().ends).toEqual(['IDLE']);
    expect(clock.pendingTimers).toBe(0);
  });
  it('because it stops reading is ended, and the others continue', () => {
    const { clock, film, come } = start();
    const [a, b] = [come(), come()];
    a.queuedBytes = QUEUED_BYTES_END + 1;
    film.give(sound);
    clock.advance(MERGE_MS);
    film.give(sound);
    clock.advance(MERGE_MS);
    expect([a.ends, a.written.length]).toEqual([['TOO_SLOW'], 1]);
    expect([b.ends, bytesOf(b)]).toEqual([[], [[1], [3], [3]]]);
  });
});

describe('when too much waits for all viewers of the gateway', () => {
  it('the slowest is ended, though each is below its own bound; the others continue', () => {
    const waiting = new WaitingBytes({ maxBytes: QUEUED_BYTES_MAX });
    const { clock, film, come } = start([key], waiting);
    const [slow, slower, fast] = [come(), come(), come()];
    slow.queuedBytes = QUEUED_BYTES_MAX / 2;
    slower.queuedBytes = QUEUED_BYTES_MAX / 2 + 1;
    film.give(sound);
    clock.advance(MERGE_MS);
    film.give(sound);
    clock.advance(MERGE_MS);
    expect([slow, slower, fast].map(({ ends }) => ends)).toEqual([[], ['TOO_SLOW'], []]);
    expect([slow, slower, fast].map(({ written }) => written.length)).toEqual([3, 2, 3]);
    expect(waiting.bytes).toBe(QUEUED_BYTES_MAX / 2);
    slow.leave();
    film.end('KICKED');
    expect(waiting.bytes).toBe(0);
  });
});

describe('items', () => {
  it('wait for each other for 50 ms from the first, in order, and are one write', () => {
    const { clock, film, come } = start();
    const a = come();
    film.give(picture);
    clock.advance(MERGE_MS - 1);
    film.give(sound);
    expect(bytesOf(a)).toEqual([[1]]);
    clock.advance(1);
    expect(bytesOf(a)).toEqual([[1], [2, 2, 3]]);
    expect(clock.pendingTimers).toBe(0);
    film.give(key);
    clock.advance(MERGE_MS);
    expect(bytesOf(a).at(-1)).toEqual([1]);
  });
  it.each([
    { viewers: CROWD_VIEWERS - 1, waitMs: MERGE_MS },
    { viewers: CROWD_VIEWERS, waitMs: CROWD_MERGE_MS },
  ])('wait for each other for $waitMs ms with $viewers viewers', ({ viewers, waitMs }) => {
    const { clock, film, come } = start();
    const all = Array.from({ length: viewers }, () => come());
    film.give(picture);
    clock.advance(waitMs - 1);
    film.give(sound);
    expect(all.map(bytesOf)).toEqual(all.map(() => [[1]]));
    clock.advance(1);
    expect(all.map(bytesOf)).toEqual(all.map(() => [[1], [2, 2, 3]]));
  });
});

describe('viewers', () => {
  it('that come later begin at once with the kept items, and get each item once', () => {
    const { clock, film, come } = start([]);
    const a = come();
    film.give(key);
    film.kept = [key];
    const b = come();
    expect([bytesOf(a), bytesOf(b)]).toEqual([[[1]], [[1]]]);
    film.give(picture);
    clock.advance(MERGE_MS);
    expect([bytesOf(a), bytesOf(b)]).toEqual([
      [[1], [2, 2]],
      [[1], [2, 2]],
    ]);
  });
  it('that stop reading hold no bytes of their own, whenever they came', () => {
    // This size avoids the buffer pool.
    const large = (kind: Item['kind'], isKey = false): Item => item(kind, isKey, ...new Uint8Array(10_000));
    const shared = [large('video', true), large('audio')];
    const { clock, film, come } = start([...shared]);
    const viewers: { queuedBytes: number; readonly written: readonly Buffer[] }[] = [];
    for (let at = 0; at < 30; at += 1) {
      viewers.push(come());
      const next = [large('video'), large('audio')];
      shared.push(...next);
      film.kept.push(...next);
      film.give(...next);
      clock.advance(MERGE_MS);
      for (const viewer of viewers) viewer.queuedBytes += QUEUED_BYTES_MAX / 10;
    }
    const held = new Set(viewers.flatMap(({ written }) => written.map(({ buffer }) => buffer)));
    for (const { bytes } of shared) held.delete(bytes.buffer);
    // Each write has one buffer, shared by all viewers that keep up.
    expect(held.size).toBeLessThanOrEqual(30);
  });
  it('that are slow lose pictures up to a key frame, and no sound; the others lose nothing', () => {
    const { clock, film, come } = start();
    const [a, b] = [come(), come()];
    a.queuedBytes = QUEUED_BYTES_MAX + 1;
    film.give(picture, sound);
    clock.advance(MERGE_MS);
    a.queuedBytes = 0;
    film.give(picture, key, sound);
    clock.advance(MERGE_MS);
    expect(bytesOf(a)).toEqual([[1], [3], [1], [3]]);
    expect(bytesOf(b)).toEqual([[1], [2, 2, 3], [2, 2, 1, 3]]);
  });
});
