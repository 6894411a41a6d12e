// Tests that all units that depacketisers make of hostile H.264 can be written for every player.

import type { VideoUnit } from '@meridian/room-media/core';
import {
  CarriedDepacketiser,
  carriedH264,
  flvTag,
  flvTagType,
  H264Depacketiser,
  MAX_FLV_TAG_BYTES,
  maxNalsPerUnit,
  maxUnitBytes,
  packetiseCarriedH264,
  packetiseH264,
  readFormat,
} from '@meridian/room-media/core';
import { describe, expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { videoFormatBody, videoUnitBody } from '../../src/core/flv/media.ts';
import { encodeMedia } from '../../src/core/rtmp/media.ts';

const sps = hex('67640028acd940780227e5c044000003000400000300c83c60c658');
const pps = hex('68ebe3cb22c0');
const idr = hex('65888421');
const delta = hex('419a216c');
const PAYLOAD_BYTES = 1200;

interface Depacketiser {
  /** Packetises the NAL units of the stream's next picture; returns the units that the depacketiser makes of them. */
  through(nals: readonly Uint8Array[], isKey: boolean): VideoUnit[];
}
const depacketisers: Record<string, () => Depacketiser> = {
  'browsers’ H.264': () => {
    const reader = new H264Depacketiser();
    let [extendedSequence, timestamp] = [0, 0];
    return {
      through: (nals) => {
        timestamp += 3600;
        return packetiseH264(nals, PAYLOAD_BYTES).flatMap((payload, at, { length }) =>
          reader.push({ payload, timestamp, extendedSequence: ++extendedSequence, marker: at === length - 1 }, 0),
        );
      },
    };
  },
  'H.264 with B-frames': () => {
    const reader = new CarriedDepacketiser();
    let [extendedSequence, timestamp] = [0, 0];
    return {
      through: (nals, isKey) => {
        timestamp += 3600;
        const payloads = packetiseCarriedH264({ kind: 'video', ptsMs: 0, dtsMs: 0, isKey, nals }, PAYLOAD_BYTES);
        return payloads.flatMap((payload, at, { length }) => {
          const packet = { payload, timestamp, extendedSequence: ++extendedSequence, marker: at === length - 1 };
          const picture = reader.push(packet, 0);
          const unit = picture && carriedH264(picture);
          return unit === undefined ? [] : [unit];
        });
      },
    };
  },
};

function write(unit: VideoUnit): void {
  const format = unit.isKey ? readFormat(unit.nals) : undefined;
  if (unit.isKey && format === undefined) throw new Error('a key frame without parameter sets');
  const bodies = [...(format === undefined ? [] : [videoFormatBody(format)]), videoUnitBody(unit).body];
  for (const body of bodies) {
    flvTag(flvTagType.video, 0, body);
    encodeMedia({ kind: 'video', streamId: 1, timestampMs: 0, body });
  }
}

const filled = (head: number, bytes: number): Uint8Array => new Uint8Array(bytes).fill(0x55).fill(head, 0, 1);

describe.each(Object.entries(depacketisers))('%s', (_name, make) => {
  it.each<[string, Uint8Array[]]>([
    ['an SPS of one byte', [Uint8Array.of(0x67), pps]],
    ['an SPS without its size', [sps.subarray(0, 5), pps]],
    ['an SPS of 64 kB', [filled(0x67, 65_536), pps]],
    ['a PPS of one byte', [sps, Uint8Array.of(0x68)]],
    ['a PPS of 64 kB', [sps, filled(0x68, 65_536)]],
  ])('drops a key frame with %s, and returns the next good one', (_what, sets) => {
    const stream = make();
    expect(stream.through([...sets, idr], true)).toEqual([]);
    const [unit, ...others] = stream.through([sps, pps, idr], true);
    expect([unit?.nals, others]).toEqual([[sps, pps, idr], []]);
    expect(stream.through([...sets, idr], true)).toEqual([]);
  });

  it.each<[string, Uint8Array[]]>([
    ['of one slice', [filled(0x41, maxUnitBytes)]],
    ['of one slice, a little less', [filled(0x41, maxUnitBytes - 16_384)]],
    ['of as many as a unit may have', Array.from({ length: maxNalsPerUnit }, () => filled(0x41, 4080))],
    [
      'of many that share packets',
      Array.from({ length: maxNalsPerUnit }, (_, at) => filled(0x41, at < 900 ? 4600 : 8)),
    ],
  ])('returns the largest picture %s in a form that can be written', (_what, nals) => {
    const stream = make();
    stream.through([sps, pps, idr], true);
    for (const unit of stream.through(nals, false)) write(unit);
  });

  it.each([-10_000, -100, -6, -5, -4, 0])(
    'returns a picture of %i bytes below 4 MiB in a form that can be written, or drops it',
    (more) => {
      const stream = make();
      stream.through([sps, pps, idr], true);
      for (const unit of stream.through([filled(0x41, MAX_FLV_TAG_BYTES + more)], false)) write(unit);
    },
  );

  it('returns a picture between good key frames in a form that can be written', () => {
    const stream = make();
    const units = [...stream.through([sps, pps, idr], true), ...stream.through([delta], false)];
    for (const unit of units) write(unit);
    expect(units.map(({ isKey }) => isKey)).toEqual([true, false]);
  });
});
