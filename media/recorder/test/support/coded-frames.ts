// Hand-made frames as from a room, and the contents of pieces made of them.
import type { AudioFormat, H264Frame, PictureFrame, SoundFrame } from '@meridian/room-media/core';
import type { FileBegin, Piece, TrackOutput } from '../../src/core/tracks/outputs.ts';

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

/** 1280 x 720, and 640 x 360. */
export const large = { sps: hex('67640028acd940780227e5c044000003000400000300c83c60c658'), pps: hex('68ebe3cb22c0') };
export const small = { sps: hex('6742c01ed900a02ff97011000003000100000300320f162e48'), pps: hex('68cb83cb20') };

export function h264(ms: number, isKey: boolean, o: { sets?: typeof large; ptsMs?: number; bytes?: number } = {}) {
  const { sps, pps } = o.sets ?? small;
  const slice = new Uint8Array(o.bytes ?? 20).fill(isKey ? 0x65 : 0x41);
  const nals = isKey ? [sps, pps, slice] : [slice];
  const frame: H264Frame = { codec: 'h264', isKey, nals, dtsMs: ms, ptsMs: o.ptsMs ?? ms, rtpTimestamp: rtp(ms) };
  return frame;
}

export function vp8(ms: number, isKey: boolean, size = { width: 320, height: 180 }): PictureFrame {
  const data = isKey ? hex('000000 9d012a 4001 b400 0000') : hex('010000 0000');
  return { codec: 'vp8', isKey, size: isKey ? size : undefined, data, ptsMs: ms, rtpTimestamp: rtp(ms) };
}

export const opusFormat: AudioFormat = { codec: 'opus', sampleRate: 48_000, channels: 2 };
const celt = new Uint8Array(200).fill(0xf8);
/** Returns 20 ms of CELT, at most 200 bytes; with 2 bytes the packet after which an encoder is silent. */
export const opus = (ms: number, bytes = 40): SoundFrame => ({
  codec: 'opus',
  format: opusFormat,
  ptsMs: ms,
  data: celt.subarray(0, bytes),
  rtpTimestamp: rtp(ms),
});

export const aacFormat: AudioFormat = { codec: 'aac', sampleRate: 44_100, channels: 2, config: hex('1210') };
export const aac = (ms: number, format = aacFormat): SoundFrame => ({
  codec: 'aac',
  format,
  ptsMs: ms,
  data: new Uint8Array(100).fill(0x21),
  rtpTimestamp: rtp(ms),
});

const rtp = (ms: number): number => Math.round(ms * 90) % 2 ** 32;

export interface PieceSample {
  readonly tick: number;
  readonly duration: number;
  readonly isSync: boolean;
  readonly composition: number;
  readonly bytes: number;
}

/** Parses the samples of a piece. Throws when its boxes do not fit together. */
export function samplesOf(piece: Piece): PieceSample[] {
  const view = new DataView(piece.bytes.buffer, piece.bytes.byteOffset, piece.bytes.byteLength);
  const at = (type: string): number => Buffer.from(piece.bytes).indexOf(type) + 4;
  const [tfdt, trun, mdat] = [at('tfdt'), at('trun'), view.getUint32(0)];
  const flags = view.getUint32(trun) & 0xffffff;
  const isVideo = (flags & 0x800) !== 0;
  let tick = Number(view.getBigUint64(tfdt + 4));
  let bytes = 0;
  const samples = Array.from({ length: view.getUint32(trun + 4) }, (_, index) => {
    const field = (number: number): number => trun + 12 + (index * (isVideo ? 4 : 2) + number) * 4;
    const duration = view.getUint32(field(0));
    const sample = {
      tick,
      duration,
      isSync: !isVideo || view.getUint32(field(2)) === 0x02000000,
      composition: isVideo ? view.getInt32(field(3)) : 0,
      bytes: view.getUint32(field(1)),
    };
    tick += duration;
    bytes += sample.bytes;
    return sample;
  });
  if (view.getUint32(mdat) !== bytes + 8 || mdat + bytes + 8 !== piece.bytes.length) throw new Error('an mdat cut');
  if (view.getUint32(trun + 8) !== mdat + 8) throw new Error('samples begin elsewhere');
  return samples;
}

export const piecesOf = (outputs: readonly TrackOutput[]): Piece[] => outputs.filter((one) => one.type === 'piece');
export const filesOf = (outputs: readonly TrackOutput[]): FileBegin[] => outputs.filter((one) => one.type === 'file');
