// Assembles pictures of the codecs that are transcoded to H.264.

import type { VideoPacket } from '@meridian/room-media/core';
import {
  av1,
  CarriedDepacketiser,
  type CarriedPicture,
  type CodedPicture,
  carriedH264,
  nalType,
  nalTypeOf,
  type Picture,
  PictureDepacketiser,
  parseSps,
  readMpeg1,
  toAnnexB,
  vp8,
  vp9,
} from '@meridian/room-media/core';
import type { VideoSource } from '../adapters/ffmpeg/video.ts';

/** `bframes` (H.264) and `mpeg1` come from publishers whose own gateway has no capacity. */
export const sourceCodecs = ['vp8', 'vp9', 'av1', 'bframes', 'mpeg1'] as const;
export type SourceCodec = (typeof sourceCodecs)[number];

export interface SourcePictures {
  readonly needsKey: boolean;
  /** Takes the next packet with the time of its timestamp. Returns pictures in decoding order. */
  push(packet: VideoPacket, ms: number): readonly Picture[];
}

export interface Source {
  readonly codec: VideoSource;
  readonly pictures: () => SourcePictures;
}

export const sources: Record<SourceCodec, Source> = {
  vp8: { codec: 'vp8', pictures: () => new PictureDepacketiser(vp8) },
  vp9: { codec: 'vp9', pictures: () => new PictureDepacketiser(vp9) },
  av1: { codec: 'av1', pictures: () => new PictureDepacketiser(av1) },
  bframes: { codec: 'h264', pictures: () => carriedPictures(h264Of) },
  mpeg1: { codec: 'mpeg1', pictures: () => carriedPictures(mpeg1Of) },
};

function carriedPictures(pictureOf: (picture: CarriedPicture) => CodedPicture | undefined): SourcePictures {
  const packets = new CarriedDepacketiser();
  return {
    get needsKey() {
      return packets.needsKey;
    },
    push(packet, ms) {
      const whole = packets.push(packet, ms);
      const coded = whole && pictureOf(whole);
      return coded === undefined || whole === undefined ? [] : [{ ptsMs: whole.ptsMs, ...coded }];
    },
  };
}

function h264Of(picture: CarriedPicture): CodedPicture | undefined {
  const unit = carriedH264(picture);
  if (unit === undefined) return undefined;
  const data = toAnnexB(unit.nals);
  if (!unit.isKey) return { head: { isKey: false }, layers: 1, data };
  const sps = unit.nals.find((nal) => nalTypeOf(nal) === nalType.sps);
  const size = sps && parseSps(sps);
  return size && { head: { isKey: true, width: size.width, height: size.height }, layers: 1, data };
}

function mpeg1Of({ isKey, data }: CarriedPicture): CodedPicture | undefined {
  const read = readMpeg1(data);
  if (typeof read !== 'object' || read.isKey !== isKey) return undefined;
  return { head: isKey ? { isKey, width: read.width, height: read.height } : { isKey }, layers: 1, data };
}
