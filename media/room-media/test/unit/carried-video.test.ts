import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CarriedDepacketiser,
  type CarriedPicture,
  carriedH264,
  packetiseCarried,
  packetiseCarriedH264,
} from '../../src/core/rtp/carried-video.ts';
import type { VideoUnit } from '../../src/core/units.ts';
import { hex } from '../support/bytes.ts';

const MAX = 100;
const pictureOf = (o: Partial<CarriedPicture> = {}): CarriedPicture => ({
  ptsMs: 80,
  dtsMs: 0,
  isKey: true,
  data: Uint8Array.of(1, 2, 3),
  ...o,
});
/** Packetises consecutive pictures, each at its decode time. */
const packetsOf = (pictures: readonly CarriedPicture[], from = 0) => {
  let extendedSequence = from;
  return pictures.flatMap((picture) =>
    packetiseCarried(picture, MAX).map((payload, at, all) => ({
      packet: {
        payload,
        timestamp: picture.dtsMs,
        marker: at === all.length - 1,
        extendedSequence: extendedSequence++,
      },
      dtsMs: picture.dtsMs,
    })),
  );
};
const read = (packets: ReturnType<typeof packetsOf>, reader = new CarriedDepacketiser()): CarriedPicture[] =>
  packets.flatMap(({ packet, dtsMs }) => reader.push(packet, dtsMs) ?? []);
const long = (value: number, o: Partial<CarriedPicture> = {}) =>
  pictureOf({ data: new Uint8Array(250).fill(value), ...o });

describe('the carried video depacketiser', () => {
  it("makes pictures of the packets' own bytes, or none, of arbitrary packets", () => {
    const packet = fc.record({
      payload: fc.uint8Array({ maxLength: 12 }),
      marker: fc.boolean(),
      step: fc.nat(2),
      timestamp: fc.nat(1),
    });
    fc.assert(
      fc.property(fc.array(packet), (all) => {
        const reader = new CarriedDepacketiser();
        let [extendedSequence, bytes] = [0, 0];
        for (const { step, ...one } of all) {
          extendedSequence += step;
          bytes += one.payload.length;
          const picture = reader.push({ ...one, extendedSequence }, 0);
          if (picture !== undefined && (!one.marker || picture.data.length > bytes)) return false;
          if (picture !== undefined) carriedH264(picture);
        }
        return true;
      }),
    );
  });
  it('keeps at most the largest picture when no packet ends it', () => {
    const reader = new CarriedDepacketiser();
    const [first] = packetsOf([long(1)]);
    if (first === undefined) throw new Error('no packet');
    reader.push(first.packet, 0);
    const part = new Uint8Array(60_000).fill(3);
    for (let at = 1; at < 100; at += 1)
      expect(reader.push({ ...first.packet, payload: part, extendedSequence: at }, 0)).toBeUndefined();
    expect(reader.needsKey).toBe(true);
    expect(reader.push({ ...first.packet, payload: part, marker: true, extendedSequence: 100 }, 0)).toBeUndefined();
  });
  it.each([
    ['the first', 0],
    ['one in the middle', 1],
    ['the last', 2],
  ])('returns nothing until the next key frame after the loss of %s packet', (_which, lost) => {
    const all = packetsOf([long(1), long(2, { isKey: false, dtsMs: 40 }), long(3, { dtsMs: 80 })]);
    expect(read(all.filter((_, at) => at !== lost)).map(({ data }) => data[0])).toEqual([3]);
  });
  it('drops a picture without an end, and returns the next key frame', () => {
    const [first, ...others] = packetsOf([long(1), long(2, { isKey: false, dtsMs: 40 }), long(3, { dtsMs: 80 })]);
    if (first === undefined) throw new Error('no packet');
    const cut = [
      first,
      ...others.map((one, at) => (at === 1 ? { ...one, packet: { ...one.packet, marker: false } } : one)),
    ];
    expect(read(cut).map(({ data }) => data[0])).toEqual([3]);
  });
  it('ignores packets without bytes, which only probe', () => {
    const reader = new CarriedDepacketiser();
    const [a, b, c] = packetsOf([pictureOf(), pictureOf({ isKey: false })]);
    if (a === undefined || b === undefined || c !== undefined) throw new Error('two packets');
    const probe = { ...a.packet, payload: new Uint8Array(0), extendedSequence: 1, marker: false };
    expect(reader.push(a.packet, 0)).toBeDefined();
    expect(reader.push(probe, 0)).toBeUndefined();
    expect(reader.push({ ...b.packet, extendedSequence: 2 }, 0)).toBeDefined();
  });
});

it('returns pictures of any length and times, from packets within the bound', () => {
  const one = fc.record({
    data: fc.uint8Array({ minLength: 1, maxLength: 700 }),
    dtsMs: fc.integer({ min: 0, max: 1_000_000 }),
    shownLaterMs: fc.integer({ min: -1000, max: 10_000 }),
    isKey: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), ([first, ...others]) => {
      const pictures = [{ ...first, isKey: true }, ...others].map(
        ({ data = new Uint8Array(1), dtsMs = 0, shownLaterMs = 0, isKey = false }) => ({
          data,
          dtsMs,
          ptsMs: dtsMs + shownLaterMs,
          isKey,
        }),
      );
      const packets = packetsOf(pictures, 65_530);
      expect(Math.max(...packets.map(({ packet }) => packet.payload.length))).toBeLessThanOrEqual(MAX);
      expect(read(packets)).toEqual(pictures);
    }),
  );
});

describe('carried H.264', () => {
  const sps = hex('67640028acd940780227e5c044000003000400000300c83c60c658');
  const key: VideoUnit = {
    kind: 'video',
    ptsMs: 80,
    dtsMs: 0,
    isKey: true,
    nals: [sps, hex('68ebe3cb22c0'), Uint8Array.of(0x65, 0x88, 0x84)],
  };
  const through = (unit: VideoUnit): VideoUnit | undefined => {
    const payloads = packetiseCarriedH264(unit, MAX);
    const reader = new CarriedDepacketiser();
    const [picture] = payloads.flatMap(
      (payload, at) =>
        reader.push({ payload, timestamp: 0, extendedSequence: at, marker: at === payloads.length - 1 }, unit.dtsMs) ??
        [],
    );
    return picture === undefined ? undefined : carriedH264(picture);
  };
  it('keeps both times', () => {
    expect(through(key)).toEqual(key);
  });
  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['a length beyond the end', hex('00000005 65 88')],
    ['a length of 2^32 - 1', hex('ffffffff 65')],
    ['a key frame without parameter sets', hex('00000003 658884')],
    ['a delta frame that is marked as a key frame', hex('00000003 418884')],
  ])('is invalid for %s', (_what, data) => {
    expect(carriedH264({ ptsMs: 0, dtsMs: 0, isKey: true, data })).toBeUndefined();
  });
});
