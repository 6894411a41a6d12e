// Real coded media as frames: ffmpeg's encodings of a test picture or tone.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type CodedFrame, readAv1Obus, readVp9Head, splitAnnexB } from '@meridian/room-media/core';
import type { RecordedCodec } from '../../src/core/tracks/outputs.ts';
import { hex, opusFormat } from './coded-frames.ts';

export const size = { width: 160, height: 90 };
const PICTURE_MS = 40;
const REORDERED = 2;
const picture = ['-f', 'lavfi', '-i', `testsrc=s=160x90:r=25:d=5`, '-pix_fmt', 'yuv420p', '-g', '25'];
const tone = ['-f', 'lavfi', '-i', 'sine=r=48000:d=5', '-ac', '2'];
const encoders: Readonly<Record<RecordedCodec, readonly string[]>> = {
  h264: [...picture, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-bsf:v', 'dump_extra'],
  vp8: [...picture, '-c:v', 'libvpx', '-deadline', 'realtime'],
  vp9: [...picture, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0'],
  av1: [...picture, '-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime', '-lag-in-frames', '0'],
  opus: [...tone, '-c:a', 'libopus'],
  aac: [...tone, '-c:a', 'aac'],
};

interface ProbedPacket {
  readonly pts_time: string;
  readonly flags: string;
  readonly data: string;
}

/** Encodes five seconds at 25 fps, whose first frame is decoded at `beginMs`. */
export function encodedFrames(codec: RecordedCodec, folder: string, beginMs: number): CodedFrame[] {
  const path = join(folder, `${codec}.nut`);
  execFileSync('ffmpeg', ['-v', 'error', ...encoders[codec], '-f', 'nut', path]);
  const shown = ['-show_packets', '-show_data', '-of', 'json'];
  const text = execFileSync('ffprobe', ['-v', 'error', ...shown, path], { maxBuffer: 2 ** 28 }).toString();
  const { packets } = JSON.parse(text) as { packets: readonly ProbedPacket[] };
  const firstMs = Number(packets[0]?.pts_time ?? 0) * 1000;
  // With reordered pictures, the first ones have no decode time in this container.
  const delayMs = codec === 'h264' ? REORDERED * PICTURE_MS : 0;
  return packets.map((packet, at) => {
    const ptsMs = beginMs + Number(packet.pts_time) * 1000 - firstMs + delayMs;
    return frameOf(codec, packet, ptsMs, beginMs + at * PICTURE_MS);
  });
}

function frameOf(codec: RecordedCodec, packet: ProbedPacket, ptsMs: number, dtsMs: number): CodedFrame {
  const data = dumped(packet.data);
  const timed = { ptsMs, rtpTimestamp: 0 };
  const isKey = packet.flags.startsWith('K');
  switch (codec) {
    case 'h264':
      return { ...timed, codec, dtsMs, isKey, nals: splitAnnexB(data) ?? [] };
    case 'opus':
      return { ...timed, codec, format: opusFormat, data };
    case 'aac':
      return { ...timed, codec, format: { codec, sampleRate: 48_000, channels: 2, config: hex('1190') }, data };
    case 'vp9':
      return { ...timed, codec, isKey, size: readVp9Head(data) && size, data };
    case 'av1':
      return { ...timed, codec, isKey: readAv1Obus(data)?.sequenceHeader !== undefined, size: undefined, data };
    case 'vp8':
      return { ...timed, codec, isKey, size: isKey ? size : undefined, data };
  }
}

/** Parses the bytes of lines like `00000010: 0a0b 0000 12  ..text`. */
const dumped = (text: string): Uint8Array =>
  hex(
    text
      .split('\n')
      .map((line) => line.slice(10, 50))
      .join(''),
  );
