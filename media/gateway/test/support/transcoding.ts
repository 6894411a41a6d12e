// Support of transcoder tests: a counting supervisor, ffmpeg's sound, and measurement of sound.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FfmpegSupervisor, findSandbox } from '@meridian/room-media';
import type { Lack } from '@meridian/room-media/core';
import { type Clock, systemClock } from '@meridian/runtime';

export interface JobCounts {
  running: number;
  restarts: number;
  /** Names of the jobs of all processes. */
  readonly started: string[];
  dropped: number;
}

export async function supervisorOf(
  o: {
    clock?: Clock;
    capacity?: number;
    onRestart?(): void;
    sandbox?: readonly string[];
    lacks?: readonly Lack[];
    isSandboxed?: boolean;
  } = {},
) {
  const lines: unknown[] = [];
  const log = { warn: (...line: unknown[]) => void lines.push(line) };
  const counted: JobCounts = { running: 0, restarts: 0, started: [], dropped: 0 };
  const supervisor = new FfmpegSupervisor({
    sandbox: o.sandbox ?? (await findSandbox(log)),
    lacks: o.lacks ?? [],
    isSandboxed: o.isSandboxed ?? true,
    capacity: o.capacity ?? 4000,
    clock: o.clock ?? systemClock(),
    log,
    metrics: {
      running: (processes) => {
        counted.running = processes;
      },
      used: () => undefined,
      started: (job) => void counted.started.push(job),
      restarted: () => {
        counted.restarts += 1;
        o.onRestart?.();
      },
      dropped: (units) => {
        counted.dropped += units;
      },
    },
  });
  return { supervisor, counted, lines };
}

export async function ffmpegOutput(...args: string[]): Promise<Uint8Array> {
  const all = ['-nostdin', '-loglevel', 'error', ...args, 'pipe:1'];
  const { stdout } = await promisify(execFile)('ffmpeg', all, { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

export async function decodedSamples(format: string, bytes: Uint8Array): Promise<Float32Array> {
  const args = ['-loglevel', 'error', '-f', format, '-i', 'pipe:0', '-af', 'pan=mono|c0=c0', '-f', 'f32le', 'pipe:1'];
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const child = execFile('ffmpeg', args, { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 }, (error, stdout) =>
    error === null ? resolve(stdout) : reject(error),
  );
  child.stdin?.end(bytes);
  const pcm = await promise;
  return new Float32Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.byteLength - (pcm.byteLength % 4)));
}

/** Returns the share of the sound's energy at this frequency (Goertzel), 0 to 1. */
export function shareOf(samples: Float32Array, hz: number, rate = 48_000): number {
  const turn = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [one, two, energy] = [0, 0, 0];
  for (const sample of samples) {
    [one, two] = [sample + turn * one - two, one];
    energy += sample * sample;
  }
  return (2 * (one * one + two * two - turn * one * two)) / (samples.length * energy);
}
