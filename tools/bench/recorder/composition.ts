// What a composed room costs, beside one ffmpeg that reads the same tracks from files in real time, with the same
// scales, places, names and encoder in one filter graph. And what such a graph does when one of its tracks stalls.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { FfmpegSupervisor, findSandbox, OpusThreads } from '@meridian/opener';
import { type NutFrame, splitAnnexB } from '@meridian/opener/core';
import { createLogger, systemClock } from '@meridian/runtime';
import { Composer } from '../../../opener/src/composing/composer.ts';
import type { CodedFrame } from '../../../opener/src/core/frames.ts';
import { layoutOf, type Tile } from '../../../opener/src/core/layouts/layout.ts';
import { owned } from '../../../test/support/owned.ts';
import { framesOf, made } from '../../support/made.ts';
import { treeCpuMs } from '../capacity/processor.ts';

export type TrackCodec = 'vp8' | 'h264';

export interface Composed {
  /** Processor time for each second of the room: of everything, and of the ffmpeg that is compared. */
  readonly cores: number;
  readonly plainCores: number;
  /** Of composed pictures that were due while it was measured, those that came. */
  readonly cameShare: number;
  /** The longest time without a picture in the second after the layout was changed. */
  readonly changeMs: number;
  /** From the start of the ffmpeg that is compared to its first bytes: what a graph per layout would stand still. */
  readonly plainStartMs: number;
}

const SIZE = { width: 1280, height: 720 };
const FPS = 30;
const FILM_S = 10;
const KBPS = 2500;
/** Processes start, the first key frames come, code is compiled. */
const WARM_MS = 3000;
/** Without a picture for so long a graph is taken for stopped. */
const STALL_MS = 3000;
const none = (): void => undefined;
const film = ['-f', 'lavfi', '-i', `testsrc2=s=640x360:r=${FPS},noise=alls=8:allf=t`, '-t', `${FILM_S}`];
const coded: Record<TrackCodec, readonly string[]> = {
  vp8: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '700k'],
  h264: ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-b:v', '700k', '-bf', '0'],
};
const voice = ['-f', 'lavfi', '-i', `aevalsrc='0.1*sin(2*PI*(200+150*sin(3*t))*t)':s=48000:d=${FILM_S}`];
const encoder = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-bf', '0', '-g', `${2 * FPS}`],
  ...[
    '-b:v',
    `${KBPS}k`,
    '-maxrate',
    `${KBPS}k`,
    '-bufsize',
    `${KBPS}k`,
    '-threads',
    '1',
    '-c:a',
    'aac',
    '-b:a',
    '96k',
  ],
];

export class CompositionRig {
  readonly #folder = mkdtempSync(join(tmpdir(), 'meridian-composition-'));
  readonly #disown = owned('sources of the bench', () => rmSync(this.#folder, { recursive: true, force: true }));
  readonly #frames = new Map<string, NutFrame[]>();

  /** So many participants, for so long; then the ffmpeg that is compared. */
  async composed(o: { codec: TrackCodec; tiles: number; seconds: number }): Promise<Composed> {
    const ours = await this.#ours(o);
    const plain = await this.#plain(o);
    return { ...ours, ...plain };
  }

  /** Pictures of a graph of two tracks in 3 s, while both play and while one stalls. */
  async stalled(): Promise<{ playing: number; stalled: number }> {
    const frames = await this.#track('h264');
    const inputs = [3, 4].flatMap((fd) => ['-f', 'h264', '-framerate', `${FPS}`, '-i', `pipe:${fd}`]);
    const graph = '[0:v]scale=640:360[a];[1:v]scale=640:360[b];[a][b]hstack=inputs=2[v]';
    const args = [...inputs, '-filter_complex', graph, '-map', '[v]', ...encoder, '-f', 'h264', 'pipe:1'];
    const all = ['-nostdin', '-loglevel', 'error', '-probesize', '32', ...args];
    const child = spawn('ffmpeg', all, { stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe'] });
    let pictures = 0;
    child.stdout?.on('data', (bytes: Uint8Array) => {
      pictures += (splitAnnexB(bytes) ?? []).filter(([first = 0]) => [1, 5].includes(first & 31)).length;
    });
    const feeds = [child.stdio[3], child.stdio[4]];
    for (const feed of feeds) feed?.on('error', none); // when the child is killed
    let [at, playing] = [0, 2];
    const timer = setInterval(() => {
      const data = frames[at % frames.length]?.data;
      at += 1;
      for (const feed of feeds.slice(0, playing))
        if (feed !== null && feed !== undefined && 'write' in feed) feed.write(data);
    }, 1000 / FPS);
    try {
      await delay(WARM_MS);
      const before = pictures;
      await delay(STALL_MS);
      const whilePlaying = pictures - before;
      playing = 1;
      await delay(STALL_MS / 3); // what was under way comes out
      const atStall = pictures;
      await delay(STALL_MS);
      return { playing: whilePlaying, stalled: pictures - atStall };
    } finally {
      clearInterval(timer);
      await ended(child);
    }
  }

  /** Idempotent. */
  close(): void {
    this.#disown();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ours({ codec, tiles, seconds }: { codec: TrackCodec; tiles: number; seconds: number }) {
    const arrivals: number[] = [];
    const room = await openComposer(() => void arrivals.push(performance.now()));
    const names = namesOf(tiles);
    const tracks = names.map((name) => ({ camera: `v ${name}`, screen: undefined, sounds: [`a ${name}`] }));
    const people = { isMuted: false, speakingSinceMs: undefined };
    room.composer.setTracks(names.map((name, at) => ({ identity: name, name, ...people, ...(tracks[at] ?? never()) })));
    const [video, audio] = [framesFor(codec, await this.#track(codec)), soundFor(await this.#voice())];
    const stop = play(
      names.flatMap(
        (name) =>
          [
            [`v ${name}`, video],
            [`a ${name}`, audio],
          ] as const,
      ),
      room.composer,
    );
    try {
      await delay(WARM_MS);
      const [fromMs, fromCpuMs, fromCount] = [performance.now(), treeCpuMs(process.pid), arrivals.length];
      await delay(seconds * 1000);
      const [cpuMs, lastedMs] = [treeCpuMs(process.pid) - fromCpuMs, performance.now() - fromMs];
      const cameShare = (arrivals.length - fromCount) / ((lastedMs * FPS) / 1000);
      const changedAt = arrivals.length;
      room.composer.setLayout('speaker');
      await delay(1000);
      const after = arrivals.slice(changedAt - 1);
      const changeMs = Math.max(...after.slice(1).map((ms, at) => ms - (after[at] ?? ms)));
      return { cores: cpuMs / lastedMs, cameShare, changeMs };
    } finally {
      stop();
      await room.close();
    }
  }

  async #plain({ codec, tiles, seconds }: { codec: TrackCodec; tiles: number; seconds: number }) {
    await Promise.all([this.#track(codec), this.#voice()]);
    const names = namesOf(tiles);
    const inputs = names.flatMap(() => [
      ...['-threads', '1', '-re', '-stream_loop', '-1', '-i', this.#file(codec)],
      ...['-re', '-stream_loop', '-1', '-i', this.#file('opus')],
    ]);
    const maps = ['-filter_complex', plainGraph(names), '-map', '[v]', '-map', '[a]'];
    const all = ['-nostdin', '-loglevel', 'error', '-filter_complex_threads', '1', ...inputs, ...maps, ...encoder];
    const startMs = performance.now();
    const child = spawn('ffmpeg', [...all, '-f', 'mpegts', 'pipe:1'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      const plainStartMs = performance.now() - startMs;
      child.stdout.resume();
      await delay(WARM_MS);
      const [fromMs, fromCpuMs] = [performance.now(), treeCpuMs(child.pid ?? 0)];
      await delay(seconds * 1000);
      const plainCores = (treeCpuMs(child.pid ?? 0) - fromCpuMs) / (performance.now() - fromMs);
      return { plainCores, plainStartMs };
    } finally {
      await ended(child);
    }
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.nut`);
  }

  #track(codec: TrackCodec): Promise<NutFrame[]> {
    return this.#source(codec, [...film, '-pix_fmt', 'yuv420p', '-g', '30', ...coded[codec]]);
  }

  #voice(): Promise<NutFrame[]> {
    return this.#source('opus', [...voice, '-c:a', 'libopus', '-b:a', '48k', '-frame_duration', '20']);
  }

  async #source(name: string, args: readonly string[]): Promise<NutFrame[]> {
    const known = this.#frames.get(name);
    if (known !== undefined) return known;
    await made([...args, ...(name === 'h264' ? ['-bsf:v', 'dump_extra=freq=keyframe'] : []), this.#file(name)]);
    const frames = await framesOf(['-i', this.#file(name), '-c', 'copy']);
    this.#frames.set(name, frames);
    return frames;
  }
}

async function openComposer(onVideo: () => void) {
  const log = createLogger({ level: 'error', name: 'bench' });
  const clock = systemClock();
  const sandbox = await findSandbox(log);
  const metrics = { running: none, used: none, started: none, restarted: none, dropped: none };
  const supervisor = new FfmpegSupervisor({ sandbox, lacks: [], capacity: 1e6, clock, log, metrics });
  const opus = new OpusThreads({ clock, log });
  const output = { size: SIZE, fps: FPS, layout: 'grid', background: '#101418', bitrateKbps: KBPS } as const;
  const parts = { soundCodec: 'aac', supervisor, sandbox, opus, clock, log } as const;
  const heard = { onVideo, onAudio: none, onGap: none, onKeyNeeded: none, onLayout: none, onFailed: none };
  const composer = await Composer.open({ ...output, ...parts, ...heard });
  const close = async (): Promise<void> => {
    await composer.close();
    await supervisor.close();
    await opus.close();
  };
  return { composer, close };
}

/** Plays tracks in real time, again and again; returns what stops them. */
function play(tracks: readonly (readonly [string, readonly CodedFrame[]])[], composer: Composer): () => void {
  const startMs = performance.now();
  const places = tracks.map(() => 0);
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const [index, [trackId, frames]] of tracks.entries()) {
      for (;;) {
        const at = places[index] ?? 0;
        const frame = frames[at % frames.length];
        const ptsMs = startMs + Math.floor(at / frames.length) * FILM_S * 1000 + (frame?.ptsMs ?? 0);
        if (frame === undefined || ptsMs > nowMs) break;
        places[index] = at + 1;
        composer.push(trackId, { ...frame, ptsMs });
      }
    }
  }, 1000 / FPS);
  return () => clearInterval(timer);
}

/** One every frame of its time, from 0 on. */
function framesFor(codec: TrackCodec, frames: readonly NutFrame[]): CodedFrame[] {
  return frames.map(({ isKey, data }, at) => {
    const times = { ptsMs: (at * 1000) / FPS, rtpTimestamp: at * 3000, isKey };
    if (codec === 'vp8') return { codec, size: undefined, data, ...times };
    return { codec, nals: splitAnnexB(data) ?? [], dtsMs: times.ptsMs, ...times };
  });
}

function soundFor(frames: readonly NutFrame[]): CodedFrame[] {
  const format = { codec: 'opus', sampleRate: 48_000, channels: 2 } as const;
  const whole = frames.slice(0, FILM_S * 50);
  return whole.map(({ data }, at) => ({ codec: 'opus', format, data, ptsMs: at * 20, rtpTimestamp: at * 960 }));
}

const namesOf = (tiles: number): string[] => Array.from({ length: tiles }, (_, at) => `Participant ${at}`);

/** The tiles of our own layout, by the filters that ffmpeg has for it. */
function plainGraph(names: readonly string[]): string {
  const person = { picture: SIZE, screen: undefined, isMuted: false, speakingSinceMs: undefined };
  const participants = names.map((name) => ({ identity: name, name, ...person }));
  const tiles = layoutOf({ participants, speaker: undefined }, { kind: 'grid', size: SIZE });
  const scaled = tiles.map(({ width, height, label }: Tile, at) => {
    const written = `drawtext=text='${label}':fontcolor=white:fontsize=18:box=1:boxcolor=black@0.6:x=8:y=h-30`;
    return `[${2 * at}:v]fps=${FPS},scale=${width}:${height}:flags=bilinear,${written}[t${at}]`;
  });
  const places = tiles.map(({ x, y }) => `${x}_${y}`).join('|');
  const stack = `${tiles.map((_, at) => `[t${at}]`).join('')}xstack=inputs=${tiles.length}:layout=${places}:fill=0x101418`;
  const mix = `${names.map((_, at) => `[${2 * at + 1}:a]`).join('')}amix=inputs=${names.length}[a]`;
  return [...scaled, `${stack},pad=${SIZE.width}:${SIZE.height},format=yuv420p[v]`, mix].join(';');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'close');
}

function never(): never {
  throw new Error('a participant without tracks');
}
