// Items of many connections in few writes: when, in which order, and who shares the bytes.
import { ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { MERGE_MS, MergedWrites } from '../../src/room/merged-writes.ts';

const item = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const [one, two, three] = [item(1), item(2, 2), item(3)];

function start() {
  const clock = new ManualClock();
  const made: Uint8Array[] = [];
  const writes = new MergedWrites<Uint8Array>({
    clock,
    bytesOf: (bytes) => {
      made.push(bytes);
      return bytes;
    },
  });
  const writer = () => {
    const written: Buffer[] = [];
    return { written, ...{ writer: writes.writer((bytes) => void written.push(bytes)) } };
  };
  return { clock, made, writer };
}

describe('a connection that ends', () => {
  it('gets nothing more, and leaves no timer', () => {
    const { clock, writer } = start();
    const { written, writer: a } = writer();
    a.push(one);
    a.close();
    a.close();
    a.push(two);
    a.flush();
    expect([a.waitingBytes, clock.pendingTimers]).toEqual([0, 0]);
    clock.advance(MERGE_MS);
    expect(written).toEqual([]);
  });
  it('within a write of its own, or of another, is not written to again', () => {
    const clock = new ManualClock();
    const writes = new MergedWrites<Uint8Array>({ clock, bytesOf: (bytes) => bytes });
    const log: string[] = [];
    const a = writes.writer(() => {
      log.push('a');
      a.close();
      b.close();
    });
    const b = writes.writer(() => void log.push('b'));
    a.push(one);
    b.push(one);
    clock.advance(MERGE_MS);
    clock.advance(MERGE_MS);
    expect([log, clock.pendingTimers]).toEqual([['a'], 0]);
  });
});

describe('items', () => {
  it('wait for each other for 50 ms from the first, in order, and are one write', () => {
    const { clock, writer } = start();
    const { written, writer: a } = writer();
    a.push(one);
    clock.advance(MERGE_MS - 1);
    a.push(two);
    expect([written.length, a.waitingBytes]).toEqual([0, 3]);
    clock.advance(1);
    expect(written).toEqual([Buffer.from([1, 2, 2])]);
    expect([a.waitingBytes, clock.pendingTimers]).toEqual([0, 0]);
    a.push(three);
    clock.advance(MERGE_MS);
    expect(written.at(-1)).toEqual(Buffer.from([3]));
  });
  it('are written at once when asked, and not again', () => {
    const { clock, writer } = start();
    const { written, writer: a } = writer();
    a.push(one);
    a.flush();
    a.flush();
    clock.advance(MERGE_MS);
    expect(written).toEqual([Buffer.from([1])]);
  });
  it('that are pushed within a write come with the next one', () => {
    const clock = new ManualClock();
    const writes = new MergedWrites<Uint8Array>({ clock, bytesOf: (bytes) => bytes });
    const written: number[][] = [];
    const a = writes.writer((bytes) => {
      written.push([...bytes]);
      if (written.length === 1) a.push(two);
    });
    a.push(one);
    clock.advance(MERGE_MS);
    expect(written).toEqual([[1]]);
    clock.advance(MERGE_MS);
    expect(written).toEqual([[1], [2, 2]]);
  });
});

describe('connections', () => {
  it('that get the same share its bytes, which are made once', () => {
    const { clock, made, writer } = start();
    const [a, b] = [writer(), writer()];
    for (const bytes of [one, two]) for (const { writer } of [a, b]) writer.push(bytes);
    clock.advance(MERGE_MS);
    expect(a.written).toEqual([Buffer.from([1, 2, 2])]);
    expect(b.written[0]).toBe(a.written[0]);
    expect(made).toEqual([one, two]);
  });
  it('that leave something out get theirs', () => {
    const { clock, writer } = start();
    const [all, first, last, late] = [writer(), writer(), writer(), writer()];
    all.writer.push(one);
    first.writer.push(one);
    all.writer.push(two);
    last.writer.push(two);
    for (const { writer } of [all, first, last, late]) writer.push(three);
    clock.advance(MERGE_MS);
    expect(all.written).toEqual([Buffer.from([1, 2, 2, 3])]);
    expect(first.written).toEqual([Buffer.from([1, 3])]);
    expect(last.written).toEqual([Buffer.from([2, 2, 3])]);
    expect(late.written).toEqual([Buffer.from([3])]);
  });
});
