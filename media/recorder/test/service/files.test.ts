import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Mp4Format,
  mp4Fragment,
  readAv1Obus,
  readAv1Sequence,
  readVp9Head,
  trackInitSegment,
  VIDEO_TRACK,
} from '@meridian/room-media/core';
import { expect, it } from 'vitest';

/** Reads the frames of an IVF file: a header of 32 bytes, then 12 bytes before each frame. */
function ivfFrames(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Uint8Array[] = [];
  for (let at = 32; at < bytes.length; ) {
    const end = at + 12 + view.getUint32(at, true);
    frames.push(bytes.subarray(at + 12, end));
    at = end;
  }
  return frames;
}

const av1Of = (unit: Uint8Array) => readAv1Obus(unit) ?? { sample: new Uint8Array(0) };

const formats: Record<string, (first: Uint8Array) => Mp4Format> = {
  vp8: () => ({ codec: 'vp8', width: 320, height: 180 }),
  vp9: (first) => {
    const head = readVp9Head(first);
    if (head === undefined) throw new Error('no VP9 head');
    return { codec: 'vp9', width: head.width, height: head.height, config: head };
  },
  av1: (first) => {
    const { sequenceHeader } = av1Of(first);
    const sequence = sequenceHeader && readAv1Sequence(sequenceHeader);
    if (sequenceHeader === undefined || sequence === undefined) throw new Error('no AV1 sequence');
    return { codec: 'av1', width: sequence.width, height: sequence.height, sequenceHeader };
  },
};

function av1ConfigOf(path: string): string {
  const bytes = readFileSync(path);
  const at = bytes.indexOf('av1C') + 4;
  return bytes.subarray(at, at + 4).toString('hex');
}

it.each([
  ['vp8', ['-c:v', 'libvpx']],
  ['vp9', ['-c:v', 'libvpx-vp9', '-lag-in-frames', '0']],
  ['av1', ['-c:v', 'libaom-av1', '-cpu-used', '8', '-lag-in-frames', '0']],
])('ffmpeg decodes every picture of %s from our file', (codec, encoder) => {
  const folder = mkdtempSync(join(tmpdir(), 'files-'));
  try {
    const [ivf, mp4] = [join(folder, 'a.ivf'), join(folder, 'a.mp4')];
    const source = ['-f', 'lavfi', '-i', 'testsrc=s=320x180:r=25:d=1', '-pix_fmt', 'yuv420p'];
    execFileSync(
      'ffmpeg',
      ['-v', 'error', ...source, ...encoder, '-deadline', 'realtime', ivf].filter(
        (word, at, all) => codec !== 'av1' || (word !== '-deadline' && all[at - 1] !== '-deadline'),
      ),
    );
    const frames = ivfFrames(new Uint8Array(readFileSync(ivf)));
    const format = formats[codec]?.(frames[0] ?? new Uint8Array(0));
    if (format === undefined) throw new Error('no format');
    const samples = frames.map((frame, at) => ({
      duration: 3600,
      isSync: at === 0,
      composition: 0,
      data: codec === 'av1' ? av1Of(frame).sample : frame,
    }));
    const media = mp4Fragment(1, [{ track: VIDEO_TRACK, base: 0, samples }]);
    writeFileSync(mp4, Buffer.concat([trackInitSegment(format, 90_000), media]));
    const shown = ['-show_entries', 'stream=codec_name,width,height,nb_read_frames', '-of', 'csv=p=0'];
    const text = execFileSync('ffprobe', ['-v', 'error', '-count_frames', ...shown, mp4], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(text.toString().trim()).toBe(`${codec},320,180,25`);
    expect(execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', mp4, '-f', 'null', '-']).toString()).toBe('');
    if (codec === 'av1') {
      const theirs = join(folder, 'b.mp4');
      execFileSync('ffmpeg', ['-v', 'error', '-i', ivf, '-c', 'copy', theirs]);
      expect(av1ConfigOf(mp4)).toBe(av1ConfigOf(theirs));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
