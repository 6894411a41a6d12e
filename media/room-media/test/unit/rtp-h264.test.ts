import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nalTypeOf } from '../../src/core/h264/nal.ts';
import { H264Depacketiser, maxUnitBytes, packetiseH264 } from '../../src/core/rtp/h264.ts';
import type { VideoUnit } from '../../src/core/units.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const sps = bytes('674d401fd9005005bb011000000300100000030320f1832480');
const pps = bytes('68ebc3cb20');
const idr = bytes('65888040ff');
const delta = bytes('419a2211');

const packetOf = (nal: Uint8Array): string => Buffer.from(nal).toString('hex');
const stap = (...nals: Uint8Array[]): string =>
  `78${nals.map((nal) => nal.length.toString(16).padStart(4, '0') + packetOf(nal)).join('')}`;

/** Feeds packets in sequence: payload, timestamp, marker, and the number of skipped packets before. */
class Feed {
  readonly depacketiser = new H264Depacketiser();
  #sequence = 65_530;

  push(payload: string | Uint8Array, o: { at?: number; marker?: boolean; skip?: number } = {}): VideoUnit[] {
    const { at = 0, marker = false, skip = 0 } = o;
    this.#sequence += 1 + skip;
    const data = typeof payload === 'string' ? bytes(payload) : payload;
    const packet = { extendedSequence: this.#sequence, timestamp: at * 90, marker, payload: data };
    return this.depacketiser.push(packet, at);
  }
  /** Feeds a key frame of one packet, with which the stream continues. */
  key(at: number): VideoUnit[] {
    return this.push(stap(sps, pps, idr), { at, marker: true });
  }
}

describe('a malformed payload drops its unit, and the stream waits for a key frame', () => {
  it.each<[string, string[]]>([
    ['NAL type 0', ['00aa']],
    ['NAL type 31', ['1faa']],
    ['STAP-B', ['79 0000 0001 41']],
    ['MTAP', ['7a 0000 0001 41']],
    ['FU-B', ['7d 81 0000 aa']],
    ['STAP-A without NAL units', ['78']],
    ['STAP-A with half a length', ['78 00']],
    ['STAP-A with a length of 0', ['78 0000']],
    ['STAP-A with a length beyond the end', ['78 0003 4141']],
    ['STAP-A with the greatest length', ['78 ffff 4141']],
    ['STAP-A with a second length beyond the end', ['78 0001 41 0002 41']],
    ['STAP-A with a byte behind its last unit', ['78 0001 41 00']],
    ['STAP-A in STAP-A', ['78 0004 78 0001 41']],
    ['FU-A without its header', ['7c']],
    ['FU-A without data', ['7c 81']],
    ['FU-A without start', ['7c 01 aa']],
    ['FU-A with its end alone', ['7c 41 aa']],
    ['FU-A with two starts', ['7c 81 aa', '7c 81 aa', '7c 41 aa']],
    ['FU-A with start and end in one', ['7c c1 aa']],
    ['FU-A of an aggregate', ['7c 98 aa', '7c 58 aa']],
    ['FU-A without end before another NAL unit', ['7c 81 aa', '41 aa']],
    ['FU-A around another NAL unit', ['7c 81 aa', '41 aa', '7c 41 aa']],
    ['FU-A with an empty first fragment', ['7c 81', '7c 41 aa']],
    ['FU-A without end before the marker', ['7c 81 aa']],
  ])('%s', (_, payloads) => {
    const feed = new Feed();
    feed.key(0);
    expect(feed.depacketiser.needsKey).toBe(false);
    // The slices before and after the payload cannot save the unit.
    feed.push(delta, { at: 40 });
    const units = payloads.flatMap((payload, index) =>
      feed.push(payload, { at: 40, marker: index === payloads.length - 1 }),
    );
    expect(units).toEqual([]);
    expect(feed.depacketiser.needsKey).toBe(true);
    expect(feed.push(delta, { at: 80, marker: true })).toEqual([]);
    expect(feed.key(120)).toHaveLength(1);
    expect(feed.push(delta, { at: 160, marker: true })).toHaveLength(1);
  });

  it('a payload cut at any byte never gives a partial unit', () => {
    const whole = bytes(stap(sps, pps, idr));
    for (let length = 1; length < whole.length; length++)
      expect(new Feed().push(whole.subarray(0, length), { marker: true })).toEqual([]);
  });

  it('an endless unit is dropped', () => {
    const feed = new Feed();
    feed.push(stap(sps, pps));
    const part = new Uint8Array(64 * 1024).fill(1);
    part[0] = 0x7c;
    part[1] = 0x85;
    feed.push(part);
    part[1] = 0x05;
    for (let sent = 0; sent < maxUnitBytes; sent += part.length) feed.push(part);
    expect(feed.push('7c45aa', { marker: true })).toEqual([]);
    expect(feed.key(40)).toHaveLength(1);
  });

  it('a unit of endless small parts is dropped', () => {
    const feed = new Feed();
    for (let part = 0; part < 1100; part++) feed.push(idr);
    expect(feed.push(stap(sps, pps, idr), { marker: true })).toEqual([]);
    const fragments = new Feed();
    fragments.key(0);
    fragments.push('7c85aa', { at: 40 });
    for (let part = 0; part < 10_000; part++) fragments.push('7c05aa', { at: 40 });
    expect(fragments.push('7c45aa', { at: 40, marker: true })).toEqual([]);
  });

  it('random payloads never throw', () => {
    const packet = fc.record({
      payload: fc.uint8Array({ maxLength: 30 }),
      at: fc.integer({ min: 0, max: 3 }),
      marker: fc.boolean(),
      skip: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 30 }), (packets) => {
        const feed = new Feed();
        for (const { payload, ...rest } of packets) feed.push(payload, rest);
      }),
    );
  });
});

describe('loss', () => {
  it('before a unit drops the units that refer to it', () => {
    const feed = new Feed();
    feed.key(0);
    expect(feed.push(delta, { at: 80, marker: true, skip: 1 })).toEqual([]);
    expect(feed.depacketiser.needsKey).toBe(true);
  });

  it('of any packet of a unit drops the unit', () => {
    for (const lost of [0, 1, 2]) {
      const feed = new Feed();
      feed.key(0);
      const payloads = ['7c85aa', '7c05bb', '7c45cc'].filter((_, index) => index !== lost);
      const units = payloads.flatMap((payload, index) =>
        feed.push(payload, { at: 40, marker: lost !== 2 && index === 1, skip: index === Math.min(lost, 1) ? 1 : 0 }),
      );
      expect([...units, ...feed.push(delta, { at: 80, marker: true, skip: lost === 2 ? 1 : 0 })]).toEqual([]);
    }
  });

  it('of the first of several slices is detected by the first macroblock of the next', () => {
    const feed = new Feed();
    feed.key(0);
    const secondSlice = bytes('6537');
    expect(feed.push(secondSlice, { at: 40, marker: true, skip: 1 })).toEqual([]);
    expect(feed.push(idr, { at: 80, marker: true, skip: 1 })).toHaveLength(1);
  });

  it('of the marker and the whole next unit does not join two units', () => {
    const feed = new Feed();
    feed.key(0);
    feed.push(delta, { at: 40 });
    expect(feed.push(stap(sps, pps, idr), { at: 120, marker: true, skip: 2 })).toMatchObject([{ ptsMs: 120 }]);
  });

  it('before the first packet, in the middle of a unit, delays the stream to the next key frame', () => {
    const feed = new Feed();
    expect(feed.push(bytes('6537'), { marker: true })).toEqual([]);
    expect(feed.push('7c05aa', { at: 40, marker: true })).toEqual([]);
    expect(feed.push(delta, { at: 80, marker: true })).toEqual([]);
    expect(feed.key(120)).toMatchObject([{ isKey: true, ptsMs: 120, dtsMs: 120, nals: [sps, pps, idr] }]);
  });
});

describe('units', () => {
  it('end with the marker, or where another timestamp begins', () => {
    const feed = new Feed();
    feed.key(0);
    expect(feed.push(delta, { at: 40 })).toEqual([]);
    expect(feed.push(delta, { at: 40 })).toEqual([]);
    const units = feed.push(delta, { at: 80, marker: true });
    expect(units).toMatchObject([
      { ptsMs: 40, isKey: false, nals: [delta, delta] },
      { ptsMs: 80, isKey: false, nals: [delta] },
    ]);
  });

  it('of an IDR picture get the last parameter sets if they lack their own', () => {
    const feed = new Feed();
    feed.key(0);
    expect(feed.push(idr, { at: 40, marker: true })).toMatchObject([{ isKey: true, nals: [sps, pps, idr] }]);
    // Parameter sets may come alone, and one of the two kinds is not enough.
    const other = bytes('6742c00dd90141fb0e1000000300100000030320f142a480');
    expect(feed.push(other, { at: 80, marker: true })).toEqual([]);
    expect(feed.push(idr, { at: 80, marker: true })).toEqual([]);
    expect(feed.depacketiser.needsKey).toBe(true);
    expect(feed.push(pps, { at: 120, marker: true })).toEqual([]);
    expect(feed.push(idr, { at: 120, marker: true })).toMatchObject([{ nals: [other, pps, idr] }]);
    expect(feed.depacketiser.format).toEqual({ codec: 'h264', sps: other, pps });
  });

  it('of an IDR picture without any parameter sets are not output', () => {
    const feed = new Feed();
    expect(feed.push(idr, { marker: true })).toEqual([]);
    expect(feed.depacketiser).toMatchObject({ needsKey: true, format: undefined });
  });

  it('contain every picture parameter set of their sequence', () => {
    const feed = new Feed();
    const second = bytes('682a');
    feed.push(stap(sps, pps, second, idr), { marker: true });
    expect(feed.push(idr, { at: 40, marker: true })).toMatchObject([{ nals: [sps, pps, second, idr] }]);
  });

  it('lack delimiters and filler, and empty packets change nothing', () => {
    const feed = new Feed();
    feed.push('09f0');
    feed.push('');
    feed.push(stap(sps, pps, idr));
    expect(feed.push('0cffff80', { marker: true })).toMatchObject([{ nals: [sps, pps, idr] }]);
  });

  it('have the header of a fragmented NAL unit restored', () => {
    const feed = new Feed();
    feed.push(stap(sps, pps));
    feed.push('7c85 8880');
    feed.push('7c05 1122');
    expect(feed.push('7c45 33', { marker: true })[0]?.nals.at(-1)).toEqual(bytes('65 8880 1122 33'));
  });
});

describe('payloads', () => {
  it('share a STAP-A of the highest importance for parameter sets and small NAL units', () => {
    const sei = bytes('0605aa');
    expect(packetiseH264([bytes('09f0'), sps, pps, sei, bytes('')], 1180)).toEqual([
      bytes(`78${stap(sps, pps, sei).slice(2)}`),
    ]);
    expect(packetiseH264([bytes('0605'), bytes('0605')], 1180)).toEqual([bytes('18 0002 0605 0002 0605')]);
    expect(packetiseH264([bytes('8605'), bytes('4105')], 1180)).toEqual([bytes('d8 0002 8605 0002 4105')]);
  });

  it('fragment a NAL unit that is one byte too long', () => {
    const nal = new Uint8Array(100).fill(7);
    expect(packetiseH264([nal], 100)).toHaveLength(1);
    const [first, second, ...more] = packetiseH264([nal], 99);
    expect(more).toEqual([]);
    expect([first?.[0], first?.[1], second?.[0], second?.[1]]).toEqual([0x1c, 0x87, 0x1c, 0x47]);
  });

  it('give back any unit', () => {
    const type = fc.constantFrom(0x41, 0x01, 0x61, 0x06);
    const body = fc.integer({ min: 1, max: 5000 });
    const nals = fc.array(fc.tuple(type, body), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(nals, fc.integer({ min: 60, max: 1188 }), (parts, limit) => {
        const others = parts.map(([header, length]) =>
          Uint8Array.from({ length }, (_, at) => (at === 0 ? header : (at * 31) & 0xff)),
        );
        const unit = [sps, pps, idr, ...others];
        const payloads = packetiseH264(unit, limit);
        const feed = new Feed();
        const units = payloads.flatMap((payload, index) => {
          expect(payload.length).toBeLessThanOrEqual(limit);
          return feed.push(payload, { marker: index === payloads.length - 1 });
        });
        expect(units.flatMap((one) => one.nals.map(nalTypeOf))).toEqual(unit.map(nalTypeOf));
        expect(Buffer.concat(units[0]?.nals ?? []).equals(Buffer.concat(unit))).toBe(true);
      }),
    );
  });
});
