// Real encoders' pictures and sound through our segments, read back by ffmpeg: no warning, exact times, all decoded.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FlvFileReader, flvTagType } from '@meridian/opener/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlvMediaReader } from '../../src/core/flv/media.ts';
import { type Given, Stream } from '../support/hls.ts';
import { made } from '../support/transcoding.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-hls-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Packet {
  readonly codec_type: 'video' | 'audio';
  readonly pts: number;
  readonly dts: number;
  readonly flags: string;
}

/** Formats and units of what ffmpeg publishes, in its order. */
async function published(...coding: string[]): Promise<Given[]> {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-f', 'lavfi', '-i', 'sine=sample_rate=48000'];
  const bytes = await made(...picture, '-t', '6.2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', ...coding, '-f', 'flv');
  const media = new FlvMediaReader();
  return new FlvFileReader().push(bytes).flatMap(({ type, timestampMs, body }): Given[] => {
    const said =
      type === flvTagType.script ? undefined : media[type === flvTagType.video ? 'video' : 'audio'](timestampMs, body);
    if (said === undefined || said.kind === 'unsupported') return [];
    return said.kind === 'video' || said.kind === 'audio' ? [said] : [said.format];
  });
}

/** What ffmpeg's tools say about a file; whatever they warn of fails. */
async function asked(tool: 'ffprobe' | 'ffmpeg', bytes: Uint8Array, ...args: string[]): Promise<string> {
  const file = join(folder, 'stream.mp4');
  writeFileSync(file, bytes);
  const { stdout, stderr } = await promisify(execFile)(tool, ['-v', 'warning', '-i', file, ...args]);
  expect(stderr).toBe('');
  return stdout;
}
const packetsOf = async (bytes: Uint8Array): Promise<Packet[]> => {
  const json = await asked('ffprobe', bytes, '-show_packets', '-of', 'json');
  return (JSON.parse(json) as { packets: Packet[] }).packets;
};

/** The stream as files: from each change of tracks on, the init segment and what follows. */
function filesOf({ cuts }: Stream): Buffer[] {
  const files: Uint8Array[][] = [];
  for (const cut of cuts) {
    if (cut.kind === 'tracks') files.push([cut.init]);
    else if (cut.kind === 'part') files.at(-1)?.push(cut.bytes);
  }
  return files.map((parts) => Buffer.concat(parts));
}

const AAC = ['-c:a', 'aac', '-b:a', '96k'];
const LIVE = ['-tune', 'zerolatency', '-g', '25'];

describe('ffmpeg reads', () => {
  it.each([
    ['a live encoder', [...LIVE, ...AAC]],
    ['B-frames', ['-bf', '3', '-g', '50', ...AAC]],
    ['pictures without sound', [...LIVE, '-an']],
    ['a single key frame', ['-tune', 'zerolatency', '-g', '1000', ...AAC]],
  ])('%s with all times as they were, and decodes it', async (_what, coding) => {
    const given = await published(...coding);
    const stream = new Stream().give(...given);
    const [file = Buffer.alloc(0), ...others] = filesOf(stream);
    expect([others.length, stream.broken]).toEqual([0, []]);
    const packets = await packetsOf(file);
    const units = given.filter((one) => 'kind' in one);
    const firstMs = units.find((unit) => unit.kind === 'video')?.dtsMs ?? 0;
    for (const [kind, rate] of [
      ['video', 90],
      ['audio', 48],
    ] as const) {
      const own = packets.filter((packet) => packet.codec_type === kind);
      const expected = units.filter((unit) => unit.kind === kind && unit.ptsMs >= firstMs);
      expect(own.length).toBeGreaterThanOrEqual(expected.length * 0.9);
      for (const [at, { pts, dts, flags }] of own.entries()) {
        const unit = expected[at];
        if (unit?.kind !== 'video') continue;
        expect([pts, dts, flags.startsWith('K')]).toEqual([unit.ptsMs * rate, unit.dtsMs * rate, unit.isKey]);
      }
      // RTMP has whole milliseconds; here each frame begins where the one before it ends.
      if (kind === 'audio')
        for (const [at, { pts }] of own.entries()) {
          expect(pts).toBe((own[0]?.pts ?? 0) + at * 1024);
          expect(Math.abs(pts / 48 - (expected[at]?.ptsMs ?? 0))).toBeLessThan(1.1);
        }
    }
    await asked('ffmpeg', file, '-f', 'null', '-');
  });
  it('sound alone', async () => {
    const stream = new Stream();
    stream.segmenter.beginWithoutPicture();
    stream.give(...(await published(...LIVE, ...AAC)).filter((one) => !('sps' in one) && !('nals' in one)));
    const [file = Buffer.alloc(0)] = filesOf(stream);
    const packets = await packetsOf(file);
    expect(packets.length).toBeGreaterThan(250);
    await asked('ffmpeg', file, '-f', 'null', '-');
  });
  it('either size of a picture that changes, from their init segments', async () => {
    const before = await published(...LIVE, ...AAC);
    const later = (await published(...LIVE, ...AAC, '-s', '640x360')).map((one): Given => {
      if (!('kind' in one)) return one;
      const ptsMs = one.ptsMs + 6200;
      return one.kind === 'audio' ? { ...one, ptsMs } : { ...one, ptsMs, dtsMs: one.dtsMs + 6200 };
    });
    const stream = new Stream().give(...before, ...later);
    expect(stream.broken).toEqual([]);
    const files = filesOf(stream);
    expect(files).toHaveLength(2);
    for (const [at, file] of files.entries()) {
      const text = await asked('ffprobe', file, '-show_entries', 'stream=width,height', '-of', 'csv=p=0');
      expect(text).toContain(['320,180', '640,360'][at]);
      await asked('ffmpeg', file, '-f', 'null', '-');
    }
  });
});
