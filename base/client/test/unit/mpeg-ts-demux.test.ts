import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TsDemuxer, type TsUnit } from '../../src/mpeg-ts/demux.ts';
import { crc32 } from '../../src/mpeg-ts/format.ts';
import { TsMuxer, type TsMuxUnit } from '../../src/mpeg-ts/mux.ts';

const packetBytes = 188;
const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);
const video = (ptsMs: number, length: number, isKey = false): TsMuxUnit => ({
  kind: 'video',
  ptsMs,
  isKey,
  data: filled(length, 7),
});
const audio = (ptsMs: number, length = 300): TsMuxUnit => ({ kind: 'audio', ptsMs, data: filled(length, 9) });
const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Returns a few pictures and audio units, each as its packets. */
const written = (): Uint8Array[] => {
  const muxer = new TsMuxer({ video: 'mpeg1', audio: 'mp2' });
  return [video(0, 1000, true), audio(10), video(40, 500), audio(50), video(80, 700)].map((unit) => muxer.write(unit));
};
const sizes = (units: readonly TsUnit[]): number[] => units.map(({ data }) => data.length);

/** Returns a packet; `field` is an adaptation field with its length, `payload` the rest, filled with stuffing bytes. */
const packet = (pid: number, counter: number, begins: boolean, payload: readonly number[], field: number[] = []) => {
  const bytes = filled(packetBytes, 0xff);
  const control = (field.length > 0 ? 0x20 : 0) | 0x10 | counter;
  bytes.set([0x47, (begins ? 0x40 : 0) | (pid >> 8), pid & 255, control, ...field, ...payload].slice(0, packetBytes));
  return bytes;
};
const table = (id: number, body: readonly number[]): number[] => {
  const length = body.length + 9;
  const bytes = Uint8Array.of(id, 0xb0 | (length >> 8), length & 255, 0, 1, 0xc1, 0, 0, ...body, 0, 0, 0, 0);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)));
  return [...bytes];
};
/** Splits a table of any length into packets. */
const tablePackets = (pid: number, bytes: readonly number[]): Uint8Array[] => {
  const rest = [0, ...bytes];
  const packets: Uint8Array[] = [];
  for (let counter = 0; rest.length > 0; counter += 1)
    packets.push(packet(pid, counter & 15, counter === 0, rest.splice(0, 184)));
  return packets;
};
const pat = packet(0, 0, true, [0, ...table(0, [0, 1, 0xe1, 0])]);
const pmt = (types: readonly (readonly [type: number, pid: number])[]) =>
  tablePackets(
    0x100,
    table(2, [0xe1, 1, 0xf0, 0, ...types.flatMap(([type, pid]) => [type, 0xe0 | (pid >> 8), pid & 255, 0xf0, 0])]),
  );
const pesOf = (length: number, ...rest: number[]): number[] => [0, 0, 1, 0xe0, length >> 8, length & 255, ...rest];
const timed = [0x80, 0x80, 5, 0x21, 0, 1, 0, 1];

describe('reading a hostile transport stream', () => {
  const oneTrackTables = [pat, ...pmt([[1, 0x101]])];

  it('gives up data in another format, with a code', () => {
    const demuxer = new TsDemuxer();
    const refused = expect.objectContaining({ name: 'MpegTsError', code: 'NOT_MPEG_TS' });
    expect(() => demuxer.push(filled(70_000, 0))).toThrow(refused);
    // In pieces, and with packet-like bytes here and there.
    const looksLike = (): Uint8Array =>
      Uint8Array.from({ length: 1000 }, (_, at) => (at % 188 === 0 && at < 300 ? 0x47 : 0));
    const patient = new TsDemuxer();
    expect(() => {
      for (let piece = 0; piece < 300; piece += 1) patient.push(looksLike());
    }).toThrow(refused);
  });

  it('reads on after damage of any kind, in pieces of any size', () => {
    const bytes = concatBytes(...written());
    const disturbed = fc.record({
      at: fc.nat({ max: bytes.length - 1 }),
      junk: fc.uint8Array({ maxLength: 400 }),
      cut: fc.nat({ max: 800 }),
      piece: fc.integer({ min: 1, max: 700 }),
    });
    fc.assert(
      fc.property(disturbed, ({ at, junk, cut, piece }) => {
        const damaged = concatBytes(bytes.subarray(0, at), junk, bytes.subarray(at + cut), ...written());
        const demuxer = new TsDemuxer();
        const units: TsUnit[] = [];
        for (let from = 0; from < damaged.length; from += piece)
          units.push(...demuxer.push(damaged.subarray(from, from + piece)));
        expect(sizes(units).slice(-4)).toEqual([300, 500, 300, 700]);
      }),
      { numRuns: 150 },
    );
  });

  it('waits for the rest of a stream cut at any byte, and gives the same units', () => {
    const bytes = concatBytes(...written());
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const demuxer = new TsDemuxer();
      const units = [...demuxer.push(bytes.subarray(0, cut)), ...demuxer.push(bytes.subarray(cut))];
      expect(sizes(units)).toEqual([1000, 300, 500, 300, 700]);
      expect([demuxer.junkBytes, demuxer.lostUnits]).toEqual([0, 0]);
    }
  });

  it('reads a table of 200 streams up to its bound, takes one stream of each kind, and ignores a longer table', () => {
    const many = Array.from({ length: 200 }, (_, index): [number, number] => [0x1b, 0x200 + index]);
    const demuxer = new TsDemuxer();
    const unit = packet(0x201, 0, true, pesOf(12, ...timed, 1, 2, 3, 4));
    const first = packet(0x200, 0, true, pesOf(12, ...timed, 1, 2, 3, 4));
    expect(sizes(demuxer.push(concatBytes(pat, ...pmt(many), unit, first)))).toEqual([4]);
    const tooMany = Array.from({ length: 1000 }, (_, index): [number, number] => [0x1b, 0x200 + index]);
    expect(new TsDemuxer().push(concatBytes(pat, ...pmt(tooMany), first))).toEqual([]);
  });

  it('takes no table with a wrong checksum, and no table whose pointer is out of range', () => {
    const [good] = pmt([[1, 0x101]]);
    const unit = packet(0x101, 0, true, pesOf(12, ...timed, 1, 2, 3, 4));
    const wrong = Uint8Array.from(good ?? []);
    wrong[20] = (wrong[20] ?? 0) ^ 1;
    expect(new TsDemuxer().push(concatBytes(pat, wrong, unit))).toEqual([]);
    const infoBeyond = packet(0x100, 0, true, [0, ...table(2, [0xe1, 1, 0xff, 0xff, 1, 0xe1, 1, 0xf0, 0])]);
    expect(new TsDemuxer().push(concatBytes(pat, infoBeyond, unit))).toEqual([]);
    const streamBeyond = packet(0x100, 0, true, [0, ...table(2, [0xe1, 1, 0xf0, 0, 6, 0xe1, 2, 0xff, 0xff])]);
    expect(new TsDemuxer().push(concatBytes(pat, streamBeyond, unit))).toEqual([]);
    const pointerBeyond = packet(0x100, 0, true, [255, ...table(2, [0xe1, 1, 0xf0, 0, 1, 0xe1, 1, 0xf0, 0])]);
    expect(new TsDemuxer().push(concatBytes(pat, pointerBeyond, unit))).toEqual([]);
    expect(sizes(new TsDemuxer().push(concatBytes(pat, good ?? pat, unit)))).toEqual([4]);
  });

  it.each([
    ['an adaptation field of 255', packet(0x101, 1, false, [], [255])],
    ['an adaptation field that leaves nothing', packet(0x101, 1, false, [], [183])],
    ['a packet that is marked as damaged', packet(0x101 | 0x8000, 1, false, [1, 2, 3])],
  ])('leaves out %s', (_, bad) => {
    const demuxer = new TsDemuxer();
    const unit = packet(0x101, 1, true, pesOf(12, ...timed, 1, 2, 3, 4));
    expect(sizes(demuxer.push(concatBytes(...oneTrackTables, bad, unit)))).toEqual([4]);
  });

  it.each([
    ['states a length below that of its own header', pesOf(1, ...timed, 1, 2)],
    ['has a header behind its end', pesOf(12, 0x80, 0x80, 250, 0x21, 0, 1, 0, 1)],
    ['has no room for the times it announces', pesOf(12, 0x80, 0xc0, 5, 0x31, 0, 1, 0, 1)],
    ['has no time, nor had one before', pesOf(12, 0x80, 0, 0, 1, 2, 3)],
    ['has no data', pesOf(8, ...timed)],
    ['is of another kind', [0, 0, 1, 0xbd, 0, 12, ...timed, 1, 2]],
    ['has no start code', [0, 0, 2, 0xe0, 0, 12, ...timed, 1, 2]],
    ['has no PES header', pesOf(12, 0, 0, 0, 0, 0)],
  ])('loses a unit that %s, and no other', (_, bad) => {
    const demuxer = new TsDemuxer();
    const next = packet(0x101, 1, true, pesOf(12, ...timed, 1, 2, 3, 4));
    expect(sizes(demuxer.push(concatBytes(...oneTrackTables, packet(0x101, 0, true, bad), next)))).toEqual([4]);
    expect(demuxer.lostUnits).toBe(1);
  });

  it('loses a unit that states more bytes than follow, and ends a unit that states fewer', () => {
    const demuxer = new TsDemuxer();
    const nextUnit = packet(0x101, 0, true, pesOf(5000, ...timed, 1, 2));
    const less = packet(0x101, 1, true, pesOf(10, ...timed, 1, 2, 3, 4, 5));
    expect(
      sizes(demuxer.push(concatBytes(...oneTrackTables, nextUnit, less, packet(0x101, 2, false, [1, 2, 3])))),
    ).toEqual([2]);
    expect(demuxer.lostUnits).toBe(1);
  });

  it('ends a unit without a length at 1 MiB', () => {
    const demuxer = new TsDemuxer();
    demuxer.push(concatBytes(...oneTrackTables, packet(0x101, 0, true, pesOf(0, ...timed))));
    for (let counter = 1; counter < 12_000; counter += 1)
      expect(demuxer.push(packet(0x101, counter & 15, false, []))).toEqual([]);
    expect(demuxer.lostUnits).toBe(1);
    expect(sizes(demuxer.push(packet(0x101, 12_000 & 15, true, pesOf(12, ...timed, 1, 2, 3, 4))))).toEqual([4]);
  });

  it('loses the unit of a missing packet, and takes a repeated packet once', () => {
    const packets = written().flatMap((bytes) =>
      Array.from({ length: bytes.length / packetBytes }, (_, at) =>
        bytes.subarray(at * packetBytes, (at + 1) * packetBytes),
      ),
    );
    // Two tables, then six packets of the first picture.
    const missing = new TsDemuxer();
    expect(sizes(missing.push(concatBytes(...packets.filter((_, at) => at !== 4))))).toEqual([300, 500, 300, 700]);
    expect(missing.lostUnits).toBe(1);
    const twice = new TsDemuxer();
    expect(sizes(twice.push(concatBytes(...packets.flatMap((one) => [one, one]))))).toEqual([1000, 300, 500, 300, 700]);
  });

  it('follows streams that move to other PIDs, and gives the units that had begun before the move', () => {
    const demuxer = new TsDemuxer();
    const openUnit = packet(0x101, 0, true, pesOf(0, ...timed, 1, 2, 3), []);
    const moved = pmt([[1, 0x105]]).map((bytes) => bytes.with(3, 0x11));
    const next = packet(0x105, 0, true, pesOf(12, ...timed, 1, 2, 3, 4));
    const units = demuxer.push(
      concatBytes(...oneTrackTables, openUnit, ...moved, next, packet(0x101, 1, true, pesOf(12, ...timed, 1, 2, 3, 4))),
    );
    expect(sizes(units)).toEqual([170, 4]);
  });
});
