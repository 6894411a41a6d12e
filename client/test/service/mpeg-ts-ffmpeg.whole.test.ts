import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { TsDemuxer, TsMuxer, type TsUnit } from '../../src/index.ts';

/** Runs ffmpeg or ffprobe to its end. What it complains of is an error. */
async function run(command: 'ffmpeg' | 'ffprobe', args: readonly string[], input?: Uint8Array): Promise<Uint8Array> {
  const child = spawn(command, ['-loglevel', 'warning', ...args]);
  const written = new Promise<void>((resolve) => child.stdin.end(input ?? new Uint8Array(0), resolve));
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [output, complaints, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended, written]);
  expect(complaints.toString()).toBe('');
  expect(code).toBe(0);
  return output;
}

interface ProbedPacket {
  codec_type: 'video' | 'audio';
  pts: number;
  dts: number;
  size: string;
}

/** Packets as ffprobe sees them, in ticks of 90 kHz. */
async function probed(stream: Uint8Array): Promise<ProbedPacket[]> {
  const asked = ['-show_packets', '-show_entries', 'packet=codec_type,pts,dts,size', '-of', 'json'];
  const answer = await run('ffprobe', ['-f', 'mpegts', ...asked, '-i', 'pipe:0'], stream);
  return (JSON.parse(new TextDecoder().decode(answer)) as { packets: ProbedPacket[] }).packets;
}

const codecs = {
  h5: { video: 'mpeg1', audio: 'mp2', args: ['-c:v', 'mpeg1video', '-b:v', '1M', '-bf', '2', '-c:a', 'mp2'] },
  hls: { video: 'h264', audio: 'aac', args: ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '25', '-c:a', 'aac'] },
} as const;
const source = ['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=3', '-f', 'lavfi', '-i', 'sine=1000:r=48000:d=3'];
const madeByFfmpeg = (args: readonly string[]) =>
  run('ffmpeg', [...source, ...args, '-pix_fmt', 'yuv420p', '-f', 'mpegts', 'pipe:1']);

/** In pieces that end anywhere, as they come from a network. */
function read(stream: Uint8Array): TsUnit[] {
  const demuxer = new TsDemuxer();
  const units: TsUnit[] = [];
  for (let at = 0; at < stream.length; at += 1000) units.push(...demuxer.push(stream.subarray(at, at + 1000)));
  units.push(...demuxer.flush());
  expect([demuxer.junkBytes, demuxer.lostUnits]).toEqual([0, 0]);
  return units;
}

const ticks = (ms: number): number => Math.round(ms * 90);
const timesOf = (units: readonly TsUnit[]) => units.map(({ ptsMs, dtsMs }) => [ticks(ptsMs), ticks(dtsMs)]);
const videoIn = <T extends { kind?: string; codec_type?: string }>(all: readonly T[]): T[] =>
  all.filter((one) => one.kind === 'video' || one.codec_type === 'video');

describe.each(['h5', 'hls'] as const)('a transport stream of ffmpeg for %s', (way) => {
  const { video, audio, args } = codecs[way];

  it('is read with the pictures and times that ffprobe reads', async () => {
    const stream = await madeByFfmpeg(args);
    const [units, packets] = [read(stream), await probed(stream)];
    const pictures = videoIn(units);
    expect(new Set(units.map(({ codec }) => codec))).toEqual(new Set([video, audio]));
    expect(timesOf(pictures)).toEqual(videoIn(packets).map(({ pts, dts }) => [pts, dts]));
    expect(pictures.map(({ data }) => data.length)).toEqual(videoIn(packets).map(({ size }) => Number(size)));
    // Several frames of sound are in one unit; ffprobe takes them apart.
    const soundBytes = (all: readonly { kind?: string; size?: number }[]) =>
      all.reduce((sum, { size = 0 }) => sum + size, 0);
    const sound = units.filter(({ kind }) => kind === 'audio');
    expect(soundBytes(sound.map(({ data }) => ({ size: data.length })))).toBe(
      soundBytes(packets.filter((one) => one.codec_type === 'audio').map(({ size }) => ({ size: Number(size) }))),
    );
    const starts = new Set(packets.filter((one) => one.codec_type === 'audio').map(({ pts }) => pts));
    for (const [pts] of timesOf(sound)) expect(starts).toContain(pts);
  });

  it.each([0, 2 ** 33 / 90 - 1500])(
    'is written anew from %d ms on, with exact times and no complaint',
    async (fromMs) => {
      const units = read(await madeByFfmpeg(args));
      const muxer = new TsMuxer({ video, audio });
      const firstMs = Math.min(...units.map(({ dtsMs }) => dtsMs));
      const moved = units.map((unit, index) => ({
        ...unit,
        ptsMs: unit.ptsMs - firstMs + fromMs,
        dtsMs: unit.dtsMs - firstMs + fromMs,
        isKey: index % 50 === 0,
      }));
      const written = Buffer.concat(moved.map((unit) => muxer.write(unit)));
      const packets = await probed(written);
      const expected = timesOf(videoIn(moved));
      const [first = [0, 0]] = expected;
      const found = videoIn(packets).map(({ pts, dts }) => [pts, dts]);
      const [foundFirst = [0, 0]] = found;
      // ffprobe counts from before the wrap: differences are what counts there, all else without it.
      const shift = (foundFirst[1] ?? 0) - (first[1] ?? 0);
      expect(Math.abs(shift) % 2 ** 33).toBe(0);
      expect(found.map((times) => times.map((time) => time - shift))).toEqual(expected);
      await run('ffmpeg', ['-xerror', '-f', 'mpegts', '-i', 'pipe:0', '-f', 'null', '-'], written);
    },
  );
});
