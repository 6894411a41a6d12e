// Support of composer tests: tracks made by ffmpeg and played in real time, and decoded output.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { MeridianError } from '@meridian/protocol';
import { FfmpegSupervisor, findSandbox, OpusThreads } from '@meridian/room-media';
import { type AudioFormat, adtsFrame, NutReader, splitAnnexB } from '@meridian/room-media/core';
import { systemClock, type Timer } from '@meridian/runtime';
import {
  type ComposedAudio,
  type ComposedVideo,
  Composer,
  type ComposerOptions,
} from '../../src/composing/composer.ts';
import type { ComposedParticipant } from '../../src/composing/core/composed-participants.ts';
import type { CodedFrame } from '../../src/core/frames.ts';

const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;
export const clock = systemClock();
export const opusFormat: AudioFormat = { codec: 'opus', sampleRate: 48_000, channels: 2 };

export type Frames = readonly CodedFrame[];

async function nutOf(args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  const all = ['-nostdin', '-loglevel', 'error', ...args, 'pipe:1'];
  const running = promisify(execFile)('ffmpeg', all, { encoding: 'buffer', maxBuffer: OUTPUT_BYTES_MAX });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** Encodes pictures of a lavfi source, e.g. `color=red:s=320x180:r=30:d=2`; `labels` are further arguments. */
export async function pictures(codec: 'vp8' | 'h264', source: string, labels: readonly string[] = []): Promise<Frames> {
  const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '600k'];
  const h264 = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-bsf:v',
    'dump_extra=freq=keyframe',
  ];
  const coded = codec === 'vp8' ? vp8 : h264;
  const reader = new NutReader();
  const args = ['-f', 'lavfi', '-i', source, ...coded, '-g', '15', '-pix_fmt', 'yuv420p', ...labels, '-f', 'nut'];
  const frames = reader.push(await nutOf(args));
  return frames.map(({ pts, isKey, data }): CodedFrame => {
    const { num, den } = reader.stream?.timeBase ?? { num: 1, den: 1 };
    const ptsMs = (pts * num * 1000) / den;
    const times = { ptsMs, rtpTimestamp: Math.round(ptsMs * 90), isKey };
    if (codec === 'vp8') return { codec, size: undefined, data, ...times };
    return { codec, nals: splitAnnexB(data) ?? [], dtsMs: ptsMs, ...times };
  });
}

export async function sound(expression: string, seconds: number): Promise<Frames> {
  const source = `aevalsrc='${expression}|${expression}':s=48000:d=${seconds}`;
  const coded = ['-c:a', 'libopus', '-b:a', '96k', '-frame_duration', '20', '-f', 'nut'];
  const reader = new NutReader();
  return reader.push(await nutOf(['-f', 'lavfi', '-i', source, ...coded])).map(({ pts, data }) => {
    const { num, den } = reader.stream?.timeBase ?? { num: 1, den: 1 };
    const ptsMs = (pts * num * 1000) / den;
    return { codec: 'opus', format: opusFormat, ptsMs, rtpTimestamp: Math.round(ptsMs * 48), data };
  });
}

/** Plays tracks in real time, frame by frame; a source restarts at its end. */
export class Player {
  readonly #timer: Timer;
  readonly #tracks = new Map<string, { frames: Frames; at: number; fromMs: number; lengthMs: number }>();

  constructor(push: (trackId: string, frame: CodedFrame) => void) {
    this.#timer = clock.every(5, () => {
      for (const [trackId, track] of this.#tracks) this.#play(trackId, track, push);
    });
  }

  play(trackId: string, frames: Frames, fromMs = clock.nowMs()): void {
    const [last, before] = [frames.at(-1)?.ptsMs ?? 0, frames.at(-2)?.ptsMs ?? 0];
    this.#tracks.set(trackId, { frames, at: 0, fromMs, lengthMs: last + (last - before) });
  }
  stop(trackId: string): void {
    this.#tracks.delete(trackId);
  }
  /** Restarts the source, because its first frame is the requested key frame. */
  restart(trackId: string): void {
    const track = this.#tracks.get(trackId);
    if (track !== undefined) this.play(trackId, track.frames);
  }
  close(): void {
    this.#timer.cancel();
  }

  #play(
    trackId: string,
    track: { frames: Frames; at: number; fromMs: number; lengthMs: number },
    push: (trackId: string, frame: CodedFrame) => void,
  ): void {
    for (;;) {
      const frame = track.frames[track.at];
      if (frame === undefined) {
        track.fromMs += track.lengthMs;
        track.at = 0;
        continue;
      }
      const ptsMs = track.fromMs + frame.ptsMs;
      if (ptsMs > clock.nowMs()) return;
      track.at += 1;
      push(trackId, { ...frame, ptsMs, ...('dtsMs' in frame ? { dtsMs: ptsMs } : {}) });
    }
  }
}

export const participant = (identity: string, more: Partial<ComposedParticipant> = {}): ComposedParticipant => {
  const tracks = { camera: `${identity}-camera`, screen: undefined, sounds: [`${identity}-sound`] };
  return { identity, name: identity, isMuted: false, speakingSinceMs: undefined, ...tracks, ...more };
};

export async function composition(more: Partial<ComposerOptions> = {}, capacity = 8000) {
  const lines: unknown[] = [];
  const log = { warn: (...line: unknown[]) => void lines.push(line) };
  const sandbox = await findSandbox(log);
  const nothing = (): void => undefined;
  const metrics = { running: nothing, used: nothing, started: nothing, restarted: nothing, dropped: nothing };
  const supervisor = new FfmpegSupervisor({ sandbox, lacks: [], capacity, clock, log, metrics });
  const opus = new OpusThreads({ clock, log });
  const [video, audio]: [ComposedVideo[], ComposedAudio[]] = [[], []];
  const [gaps, keys, failures]: [{ fromMs: number; toMs: number }[], string[], MeridianError[]] = [[], [], []];
  const waiting = new Set<() => void>();
  const heard = (): void => {
    for (const check of [...waiting]) check();
  };
  const composer = await Composer.open({
    size: { width: 640, height: 360 },
    fps: 30,
    layout: 'grid',
    background: '#0000ff',
    bitrateKbps: 2000,
    soundCodec: 'aac',
    supervisor,
    sandbox,
    opus,
    clock,
    log,
    onVideo: (unit) => {
      video.push(unit);
      heard();
    },
    onAudio: (unit) => {
      audio.push(unit);
      heard();
    },
    onGap: (gap) => void gaps.push(gap),
    onKeyNeeded: (trackId) => void keys.push(trackId),
    onLayout: nothing,
    onFailed: (error) => void failures.push(error),
    ...more,
  });
  const player = new Player((trackId, frame) => composer.push(trackId, frame));
  const until = (isSo: () => boolean): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = (): void => {
      if (!isSo()) return;
      waiting.delete(check);
      resolve();
    };
    waiting.add(check);
    check();
    return promise;
  };
  const untilMs = (ptsMs: number): Promise<void> => until(() => (video.at(-1)?.ptsMs ?? 0) >= ptsMs);
  const close = async (): Promise<void> => {
    player.close();
    await composer.close();
    await supervisor.close();
    await opus.close();
  };
  return { composer, player, video, audio, gaps, keys, failures, lines, supervisor, sandbox, until, untilMs, close };
}

export const DECODED = { width: 64, height: 36 };
export type Rgb = readonly [red: number, green: number, blue: number];

/** Decodes composed pictures to 64x36, and returns their colours at relative positions of 0 to 1. */
export async function decodedPictures(video: readonly ComposedVideo[]) {
  const scale = `scale=${DECODED.width}:${DECODED.height}:flags=area`;
  const args = ['-f', 'h264', '-i', 'pipe:0', '-fps_mode', 'passthrough', '-vf', scale, '-pix_fmt', 'rgb24'];
  const bytes = await nutOf([...args, '-f', 'rawvideo'], Buffer.concat(video.map(({ data }) => data)));
  const each = DECODED.width * DECODED.height * 3;
  return {
    count: bytes.byteLength / each,
    at(index: number, x: number, y: number): Rgb {
      const place = Math.floor(y * DECODED.height) * DECODED.width + Math.floor(x * DECODED.width);
      const from = index * each + place * 3;
      return [bytes[from] ?? -1, bytes[from + 1] ?? -1, bytes[from + 2] ?? -1];
    },
  };
}

/** Returns range, matrix, transfer and primaries that composed pictures state. */
export async function labelsOf(video: readonly ComposedVideo[]): Promise<string> {
  const shown = ['-show_entries', 'stream=color_range,color_space,color_transfer,color_primaries', '-of', 'csv=p=0'];
  const running = promisify(execFile)('ffprobe', ['-v', 'error', '-f', 'h264', ...shown, '-i', 'pipe:0']);
  running.child.stdin?.end(Buffer.concat(video.slice(0, 30).map(({ data }) => data)));
  return (await running).stdout.trim();
}

/** Returns the times at which composed AAC rises above a level. */
export async function beeps(audio: readonly ComposedAudio[]): Promise<number[]> {
  const adts = Buffer.concat(
    audio.map(({ data }) => adtsFrame(data, { sampleRate: 48_000, channels: 2, hasSbr: false })),
  );
  const pcm = await nutOf(['-f', 'aac', '-i', 'pipe:0', '-af', 'pan=mono|c0=c0', '-f', 'f32le'], adts);
  const samples = new Float32Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.byteLength));
  const [found, from]: [number[], number] = [[], audio[0]?.ptsMs ?? 0];
  let quiet = 4800;
  for (const [index, sample] of samples.entries()) {
    if (Math.abs(sample) < 0.1) quiet += 1;
    else {
      if (quiet >= 4800) found.push(from + index / 48);
      quiet = 0;
    }
  }
  return found;
}
