import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TsDemuxer } from '../../src/mpeg-ts/demux.ts';
import { crc32 } from '../../src/mpeg-ts/format.ts';
import { TsMuxer, type TsMuxUnit } from '../../src/mpeg-ts/mux.ts';

const packetBytes = 188;
const filled = (length: number, value = 7): Uint8Array => new Uint8Array(length).fill(value);
const refused = expect.objectContaining({ name: 'MpegTsError', code: 'UNIT_INVALID' });
const packetsOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / packetBytes }, (_, at) => bytes.slice(at * packetBytes, (at + 1) * packetBytes));
const pidOf = ([, b1 = 0, b2 = 0]: Uint8Array): number => ((b1 & 31) << 8) | b2;
const hasPcr = (one: Uint8Array): boolean =>
  ((one[3] ?? 0) & 0x20) !== 0 && (one[4] ?? 0) > 0 && ((one[5] ?? 0) & 0x10) !== 0;

describe('writing a transport stream', () => {
  it('refuses units of another format', () => {
    const muxer = new TsMuxer({ audio: 'mp2' });
    const data = filled(10);
    expect(() => new TsMuxer({})).toThrow(refused);
    expect(() => muxer.write({ kind: 'video', ptsMs: 0, data })).toThrow(refused);
    expect(() => muxer.write({ kind: 'audio', ptsMs: Number.NaN, data })).toThrow(refused);
    expect(() => muxer.write({ kind: 'audio', ptsMs: 0, dtsMs: Number.POSITIVE_INFINITY, data })).toThrow(refused);
    expect(() => muxer.write({ kind: 'audio', ptsMs: 0, data: filled(0) })).toThrow(refused);
    expect(() => muxer.write({ kind: 'audio', ptsMs: 0, data: filled(65_536) })).toThrow(refused);
    const pictures = new TsMuxer({ video: 'mpeg1' });
    expect(() => pictures.write({ kind: 'video', ptsMs: 0, data: filled(1024 * 1024 + 1) })).toThrow(refused);
  });

  it('gives back every unit unchanged, of any length and time', () => {
    const unit = fc.record({
      kind: fc.constantFrom('video' as const, 'audio' as const),
      length: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 60_000, max: 70_000 })),
      // Ticks are whole: 90 a millisecond.
      ptsMs: fc.integer({ min: 0, max: 9_000_000 }).map((ticks) => ticks / 90),
      delayMs: fc.integer({ min: 0, max: 200 }),
      isKey: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 12 }), (rows) => {
        const muxer = new TsMuxer({ video: 'mpeg1', audio: 'aac' });
        const demuxer = new TsDemuxer();
        const units = rows.map(({ length, delayMs, ...row }, index): TsMuxUnit => {
          const data = filled(row.kind === 'audio' ? Math.min(length, 60_000) : length, index + 1);
          return { ...row, dtsMs: row.ptsMs - delayMs, data };
        });
        const readUnits = [...units.flatMap((one) => demuxer.push(muxer.write(one))), ...demuxer.flush()];
        // A picture without a length comes when the next begins.
        const order = (a: { data: Uint8Array }, b: { data: Uint8Array }) => (a.data[0] ?? 0) - (b.data[0] ?? 0);
        const start = readUnits[0];
        // Times are relative to the first, which may be negative and was written as 33 bits.
        const offsetMs = (start?.ptsMs ?? 0) - (units.find(({ data }) => data[0] === start?.data[0])?.ptsMs ?? 0);
        for (const [index, one] of readUnits.sort(order).entries()) {
          expect(one.data).toEqual(units[index]?.data);
          expect(one.ptsMs - offsetMs).toBeCloseTo(units[index]?.ptsMs ?? 0, 6);
          expect(one.dtsMs - offsetMs).toBeCloseTo(units[index]?.dtsMs ?? 0, 6);
        }
        expect(readUnits.length).toBe(units.length);
        expect(demuxer.lostUnits).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('gives a picture with a length at once, and one above 64 KiB when the next begins', () => {
    const muxer = new TsMuxer({ video: 'mpeg1' });
    const demuxer = new TsDemuxer();
    const push = (ptsMs: number, length: number) =>
      demuxer.push(muxer.write({ kind: 'video', ptsMs, data: filled(length) })).map(({ data }) => data.length);
    expect(push(0, 50_000)).toEqual([50_000]);
    expect(push(40, 70_000)).toEqual([]);
    expect(push(80, 100)).toEqual([70_000, 100]);
  });

  it('keeps the distances between times when the ticks wrap at 33 bits', () => {
    const muxer = new TsMuxer({ video: 'mpeg1', audio: 'mp2' });
    const demuxer = new TsDemuxer();
    const wrapMs = 2 ** 33 / 90;
    const times = Array.from(
      { length: 20 },
      (_, index) => wrapMs * (1 + Math.floor(index / 10)) + (index % 10) * 40 - 200,
    );
    const units = times.flatMap((ptsMs) => [
      ...demuxer.push(muxer.write({ kind: 'video', ptsMs, data: filled(300) })),
      ...demuxer.push(muxer.write({ kind: 'audio', ptsMs: ptsMs + 20, data: filled(300) })),
    ]);
    const firstMs = units[0]?.ptsMs ?? 0;
    for (const [index, unit] of units.entries()) {
      const row = Math.floor(index / 2);
      const passed = (row % 10) * 40 + (index % 2) * 20;
      expect(unit.ptsMs - firstMs).toBeCloseTo(passed, 6);
    }
  });

  it('repeats the tables before key pictures and after half a second, and counts packets of each PID', () => {
    const muxer = new TsMuxer({ video: 'h264', audio: 'aac' });
    const rows: readonly (readonly [kind: 'video' | 'audio', ptsMs: number, isKey: boolean, tables: boolean])[] = [
      ['audio', 0, false, true],
      ['video', 10, true, true],
      ['video', 100, false, false],
      ['audio', 509, false, false],
      ['audio', 511, false, true],
      ['video', 550, false, false],
      ['video', 600, true, true],
      // The publisher's clock restarts.
      ['audio', 0, false, true],
    ];
    const counters = new Map<number, number>();
    for (const [kind, ptsMs, isKey, hasTables] of rows) {
      const packets = packetsOf(muxer.write({ kind, ptsMs, isKey, data: filled(500) }));
      expect(packets.slice(0, 2).map(pidOf).join() === '0,4096').toBe(hasTables);
      for (const one of packets) {
        const expected = counters.get(pidOf(one));
        const counter = (one[3] ?? 0) & 15;
        if (expected !== undefined) expect(counter).toBe(expected);
        counters.set(pidOf(one), (counter + 1) & 15);
      }
    }
  });

  it('writes tables with a checksum, also for viewers that come between two units', () => {
    const muxer = new TsMuxer({ video: 'mpeg1' });
    const before = muxer.write({ kind: 'video', ptsMs: 0, data: filled(10) });
    const head = packetsOf(muxer.head());
    expect(head.map(pidOf)).toEqual([0, 0x1000]);
    for (const one of head) expect(crc32(one.subarray(5, 8 + (one[7] ?? 0)))).toBe(0);
    const after = muxer.write({ kind: 'video', ptsMs: 40, data: filled(10) });
    const demuxer = new TsDemuxer();
    expect(demuxer.push(Uint8Array.from([...before, ...muxer.head(), ...after])).length).toBe(2);
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0x0376e6e7);
  });

  it('writes the clock (PCR) with each picture, or with sound in a stream without pictures', () => {
    const both = new TsMuxer({ video: 'mpeg1', audio: 'mp2' });
    const clocks = (bytes: Uint8Array) => packetsOf(bytes).filter(hasPcr).map(pidOf);
    expect(clocks(both.write({ kind: 'video', ptsMs: 0, data: filled(1000) }))).toEqual([0x100]);
    expect(clocks(both.write({ kind: 'audio', ptsMs: 0, data: filled(1000) }))).toEqual([]);
    const sound = new TsMuxer({ audio: 'mp2' });
    expect(clocks(sound.write({ kind: 'audio', ptsMs: 0, data: filled(1000) }))).toEqual([0x101]);
  });

  it('begins H.264 pictures with a delimiter, once', () => {
    const read = (data: Uint8Array): number[] => {
      const packets = new TsMuxer({ video: 'h264' }).write({ kind: 'video', ptsMs: 0, data });
      return [...(new TsDemuxer().push(packets)[0]?.data ?? [])];
    };
    const slice = [0, 0, 1, 0x65, 1, 2];
    expect(read(Uint8Array.from(slice))).toEqual([0, 0, 0, 1, 9, 0xf0, ...slice]);
    expect(read(Uint8Array.of(0, 0, 0, 1, 9, 0x10, ...slice))).toEqual([0, 0, 0, 1, 9, 0x10, ...slice]);
    expect(read(Uint8Array.of(0, 0, 1, 9, 0x10, ...slice))).toEqual([0, 0, 1, 9, 0x10, ...slice]);
  });
});
