// Recordings made by ffmpeg, as recorders write them: files of fragmented MP4 with one track, made of pieces.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boxesOf, mp4Fragment, trackInitSegment, VIDEO_TRACK } from '@meridian/opener/core';
import { hashOf } from '../../../object-store/test/support/stores-contract.ts';
import { readFragment, readInit } from '../../src/core/finishing/read-mp4.ts';
import type { Manifest, ManifestFile, ManifestPiece, ManifestTrack } from '../../src/core/journal/manifest.ts';
import type { RecordedCodec } from '../../src/core/tracks/outputs.ts';

export interface MediaOptions {
  readonly codec: RecordedCodec;
  readonly seconds: number;
  /** Of pictures. */
  readonly size?: readonly [width: number, height: number];
  /** Of sound, in hertz. */
  readonly tone?: number;
  readonly channels?: 1 | 2;
  /** Milliseconds at which the file begins on the recording's time line. */
  readonly ms: number;
}

export interface RecordedFile {
  readonly file: ManifestFile;
  readonly bytes: Uint8Array;
}

const encoders: Record<RecordedCodec, readonly string[]> = {
  h264: ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25'],
  vp8: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '25'],
  vp9: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '25', '-lag-in-frames', '0'],
  av1: ['-c:v', 'libsvtav1', '-preset', '12', '-g', '25'],
  opus: ['-c:a', 'libopus', '-b:a', '32k', '-ar', '48000'],
  aac: ['-c:a', 'aac', '-ar', '48000'],
};

/** One file of a stint that began with the recording. */
export function recordedFile(name: string, o: MediaOptions, stintId = 's1'): RecordedFile {
  const isSound = o.codec === 'opus' || o.codec === 'aac';
  const bytes = o.codec === 'vp8' ? vp8(o) : fragmented(o);
  const boxes = boxesOf(bytes);
  const initBytes = boxes.slice(0, 2).reduce((sum, box) => sum + box.bytes.length, 0);
  const init = readInit(bytes.subarray(0, initBytes));
  const pieces: ManifestPiece[] = [];
  let offset = initBytes;
  for (let at = 2; boxes[at]?.type === 'moof'; at += 2) {
    const length = (boxes[at]?.bytes.length ?? 0) + (boxes[at + 1]?.bytes.length ?? 0);
    const piece = bytes.subarray(offset, offset + length);
    const samples = readFragment(piece, length, init);
    const ticks = samples.reduce((sum, sample) => sum + sample.duration, 0);
    pieces.push({
      ms: Math.round(o.ms + ((samples[0]?.dts ?? 0) * 1000) / init.timescale),
      durationMs: Math.round((ticks * 1000) / init.timescale),
      offset,
      bytes: length,
      sha256: hashOf(piece),
      isKey: samples[0]?.isSync ?? false,
    });
    offset += length;
  }
  const whole = bytes.subarray(0, offset);
  const last = pieces.at(-1);
  const file: ManifestFile = {
    stintId,
    name,
    codec: o.codec,
    codecs: o.codec,
    width: isSound ? undefined : o.size?.[0],
    height: isSound ? undefined : o.size?.[1],
    timescale: init.timescale,
    bytes: whole.length,
    sha256: hashOf(whole),
    initBytes,
    laterMs: 0,
    pieces,
    ms: o.ms,
    durationMs: last === undefined ? 0 : last.ms + last.durationMs - o.ms,
  };
  return { file, bytes: whole };
}

/** Runs ffmpeg for one output file in a folder of its own, and answers its bytes. */
export function ffmpegMakes(name: string, args: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'media-'));
  try {
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...args, join(folder, name)], { stdio: 'pipe' });
    return new Uint8Array(readFileSync(join(folder, name)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sourceOf = ({ size = [320, 180], seconds }: MediaOptions): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size[0]}x${size[1]}:r=25:d=${seconds}`, '-pix_fmt', 'yuv420p'],
];

function fragmented(o: MediaOptions): Uint8Array {
  const isSound = o.codec === 'opus' || o.codec === 'aac';
  const sine = ['-f', 'lavfi', '-i', `sine=f=${o.tone ?? 440}:d=${o.seconds}`, '-ac', String(o.channels ?? 1)];
  const cut = isSound ? ['-frag_duration', '1000000'] : ['-video_track_timescale', '90000'];
  const flags = `+empty_moov+default_base_moof+skip_trailer${isSound ? '' : '+frag_keyframe'}`;
  return ffmpegMakes('a.mp4', [
    ...(isSound ? sine : sourceOf(o)),
    ...encoders[o.codec],
    ...['-use_editlist', '0', ...cut, '-movflags', flags],
  ]);
}

/** ffmpeg reads VP8 in MP4, but does not write it. */
function vp8(o: MediaOptions): Uint8Array {
  const ivf = ffmpegMakes('a.ivf', [...sourceOf(o), ...encoders.vp8]);
  const view = new DataView(ivf.buffer);
  const samples: { duration: number; isSync: boolean; composition: number; data: Uint8Array }[] = [];
  for (let at = 32; at < ivf.length; ) {
    const end = at + 12 + view.getUint32(at, true);
    const data = ivf.subarray(at + 12, end);
    samples.push({ duration: 3600, isSync: ((data[0] ?? 1) & 1) === 0, composition: 0, data });
    at = end;
  }
  const [width, height] = o.size ?? [320, 180];
  const parts = [trackInitSegment({ codec: 'vp8', width, height }, 90_000)];
  for (let from = 0; from < samples.length; from += 25)
    parts.push(mp4Fragment(from, [{ track: VIDEO_TRACK, base: from * 3600, samples: samples.slice(from, from + 25) }]));
  return Buffer.concat(parts);
}

export interface TrackOptions {
  readonly source: string;
  readonly identity: string;
  readonly files: readonly RecordedFile[];
}

export function recordedTrack(
  { source, identity, files }: TrackOptions,
  trackId = `${identity}-${source}`,
): ManifestTrack {
  const [first, last] = [files[0]?.file, files.at(-1)?.file];
  const ms = first?.ms ?? 0;
  return {
    trackId,
    kind: first?.codec === 'opus' || first?.codec === 'aac' ? 'audio' : 'video',
    source,
    identity,
    name: source,
    participantName: identity.toUpperCase(),
    files: files.map(({ file }) => file),
    muted: [],
    holes: [],
    ms,
    durationMs: last === undefined ? 0 : last.ms + last.durationMs - ms,
  };
}

/**
 * A recording of these tracks in one stint; each file is a stint of its own in what concerns times, so that it can
 * begin at any moment.
 */
export function recordingOf(tracks: readonly ManifestTrack[], speakers: Manifest['speakers'] = []): Manifest {
  const files = tracks.flatMap((track) => track.files);
  const durationMs = Math.max(0, ...files.map((file) => file.ms + file.durationMs));
  const offsets = new Map(files.map((file) => [file.stintId, file.ms]));
  return {
    recordingId: 'r1',
    roomKey: 'tenant/room',
    identity: '',
    startedWallMs: 1_790_000_000_000,
    durationMs,
    isOver: true,
    stints: [...offsets].map(([stintId, offsetMs]) => ({
      stintId,
      recorderId: 'recorder-1',
      offsetMs,
      why: 'ended' as const,
      ms: offsetMs,
      durationMs: durationMs - offsetMs,
    })),
    tracks,
    holes: [],
    speakers,
    posts: [],
  };
}
