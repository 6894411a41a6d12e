import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodedFrame } from '@meridian/opener/core';
import { expect, it } from 'vitest';
import type { RecordedCodec, TrackOutput } from '../../src/core/tracks/outputs.ts';
import { TrackWriter } from '../../src/core/tracks/track-writer.ts';
import { filesOf, piecesOf } from '../support/coded-frames.ts';
import { encodedFrames } from '../support/encoded.ts';

const startedMs = 1_000_000;
const beginMs = startedMs + 300;

function written(kind: 'audio' | 'video', frames: readonly CodedFrame[]): TrackOutput[] {
  const track = new TrackWriter({ startedMs, kind });
  const outputs = frames.flatMap((frame) => track.push(frame));
  return [...outputs, ...track.end(startedMs + 10_000)];
}

interface Probed {
  readonly packets: readonly { readonly pts_time: string }[];
  readonly frames: readonly object[];
}

/** What a player finds in the file; throws when it complains. */
function probed(path: string): Probed {
  const shown = ['-show_entries', 'packet=pts_time:frame=pts_time', '-of', 'json'];
  const both = execFileSync('ffprobe', ['-v', 'error', '-show_packets', '-show_frames', ...shown, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
  });
  execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-err_detect', 'explode', '-i', path, '-f', 'null', '-']);
  const all = JSON.parse(both.toString()) as { packets_and_frames: readonly (object & { type: string })[] };
  const packets = all.packets_and_frames.filter(({ type }) => type === 'packet');
  return { packets, frames: all.packets_and_frames.filter(({ type }) => type === 'frame') } as unknown as Probed;
}

it.each<[RecordedCodec, 'audio' | 'video']>([
  ['h264', 'video'],
  ['vp8', 'video'],
  ['vp9', 'video'],
  ['av1', 'video'],
  ['opus', 'audio'],
  ['aac', 'audio'],
])('a file of %s plays as it was sent, whole and cut after any piece', (codec, kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'tracks-play-'));
  try {
    const frames = encodedFrames(codec, folder, beginMs);
    const outputs = written(kind, frames);
    const [[file], pieces] = [filesOf(outputs), piecesOf(outputs)];
    expect(filesOf(outputs)).toHaveLength(1);
    expect(pieces.length).toBeGreaterThanOrEqual(2);
    expect(pieces.reduce((sum, piece) => sum + piece.frames, 0)).toBe(frames.length);
    expect(pieces.every(({ isKey }) => isKey)).toBe(true);
    const path = join(folder, 'a.mp4');
    for (const [at] of pieces.entries()) {
      const kept = pieces.slice(0, at + 1);
      writeFileSync(path, Buffer.concat([file?.bytes ?? new Uint8Array(0), ...kept.map(({ bytes }) => bytes)]));
      const count = kept.reduce((sum, piece) => sum + piece.frames, 0);
      const { packets, frames: decoded } = probed(path);
      expect([packets.length, decoded.length]).toEqual([count, count]);
      for (const [index, packet] of packets.entries()) {
        const trueMs = (frames[index]?.ptsMs ?? 0) - startedMs;
        expect(Math.abs(Number(packet.pts_time) * 1000 - trueMs)).toBeLessThan(0.1);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
