// Measures what a composed room costs beside one ffmpeg that reads the same tracks from files in real time, with the
// same scales, places, names and encoder in one filter graph (docs/adr/0031-composition.md).
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Composer, FfmpegSupervisor, findSandbox, OpusThreads, recordedOutput } from '@meridian/room-media';
import { type CodedFrame, layoutOf, type NutFrame, NutReader, splitAnnexB } from '@meridian/room-media/core';
import { createLogger, systemClock } from '@meridian/runtime';
import { type Metrics, percentile, type Say } from '../../support/case.ts';
import { runFfmpeg } from '../../support/ffmpeg-process.ts';
import { type Aim, rounded } from '../../support/result.ts';
import { registerResource } from '../../test/support/resources.ts';
import { treeCpuMs } from '../capacity/processor.ts';

type TrackCodec = 'vp8' | 'h264';

interface Room {
  readonly codec: TrackCodec;
  readonly tiles: number;
}

interface Composed {
  /**
   * Processor time per second of composed pictures: of this process with its children, and of the compared ffmpeg. On a
   * busy machine, where either makes fewer pictures, it stays the same.
   */
  readonly cores: number;
  readonly plainCores: number;
  /** Share of the due pictures that came. */
  readonly cameShare: number;
}

/** Composed rooms on a core, as a share of ffmpeg's. */
const TO_PLAIN_AIM = 0.9;
/** Share of all pictures, but for a round of them that falls into the window or does not. */
const CAME_SHARE_AIM = 0.95;
const rooms: readonly Room[] = [
  { codec: 'vp8', tiles: 4 },
  { codec: 'vp8', tiles: 9 },
  { codec: 'h264', tiles: 4 },
  { codec: 'h264', tiles: 9 },
];

const { size, fps, bitrateKbps } = recordedOutput;
const FILM_S = 10;
/** Time in which processes start, the first key frames come, and code is compiled. */
const WARM_MS = 4000;
/** Bound of one source in memory. */
const SOURCE_BYTES_MAX = 64 * 1024 * 1024;
const nothing = (): void => undefined;

const film = ['-f', 'lavfi', '-i', `testsrc2=s=640x360:r=${fps},noise=alls=8:allf=t`, '-t', `${FILM_S}`];
const coded: Record<TrackCodec, readonly string[]> = {
  vp8: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '700k'],
  h264: ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-b:v', '700k', '-bf', '0'],
};
const voice = ['-f', 'lavfi', '-i', `aevalsrc='0.1*sin(2*PI*(200+150*sin(3*t))*t)':s=48000:d=${FILM_S}`];
/** Encoders with the settings of a composer. */
const encoders = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-bf', '0', '-g', `${2 * fps}`],
  ...['-b:v', `${bitrateKbps}k`, '-maxrate', `${bitrateKbps}k`, '-bufsize', `${bitrateKbps}k`, '-threads', '1'],
  ...['-c:a', 'aac', '-b:a', '96k'],
];

/** Composes rooms of several codecs and sizes, each in turns with the compared ffmpeg. */
export async function composedPart(
  { seconds, turns }: { readonly seconds: number; readonly turns: number },
  say: Say,
): Promise<{ metrics: Metrics; aims: Aim[] }> {
  const metrics: Record<string, Metrics> = {};
  const aims: Aim[] = [];
  const sources = new Sources();
  try {
    for (const room of rooms) {
      const rows: Composed[] = [];
      for (let turn = 0; turn < turns; turn += 1) {
        const ours = await composed(room, sources, seconds);
        rows.push({ ...ours, plainCores: await plainCores(room, sources, seconds) });
      }
      const middle = (of: (row: Composed) => number): number => percentile(rows.map(of), 0.5);
      const toPlain = middle((row) => row.plainCores / row.cores);
      const cameShare = Math.min(...rows.map((row) => row.cameShare));
      const [cores, plain] = [middle((row) => row.cores), middle((row) => row.plainCores)];
      const name = `${room.codec}At${room.tiles}Tiles`;
      metrics[name] = { cores, plainCores: plain, toPlain, cameShare };
      const peer = `plain ffmpeg: ${rounded(plain)} cores`;
      aims.push(
        { figure: `${name}: plain ffmpeg's cores by ours`, value: toPlain, aim: TO_PLAIN_AIM, should: 'least', peer },
        {
          figure: `${name}: pictures that came`,
          value: cameShare,
          aim: CAME_SHARE_AIM,
          should: 'least',
          limit: '1: all',
        },
      );
      say(
        `${name}: ${cores.toFixed(2)} cores, ffmpeg ${plain.toFixed(2)} (${toPlain.toFixed(2)}); ${(cameShare * 100).toFixed(0)} % of the pictures came`,
      );
    }
    return { metrics, aims };
  } finally {
    sources.close();
  }
}

/** Coded tracks, which are made on first use: files for ffmpeg, and their frames for the composer. */
class Sources {
  readonly #folder = mkdtempSync(join(tmpdir(), 'meridian-composition-'));
  readonly #forget = registerResource('sources of the bench', () =>
    rmSync(this.#folder, { recursive: true, force: true }),
  );
  readonly #frames = new Map<string, readonly NutFrame[]>();

  file(name: string): string {
    return join(this.#folder, `${name}.nut`);
  }

  async pictures(codec: TrackCodec): Promise<readonly CodedFrame[]> {
    const frames = await this.#made(codec, [...film, '-pix_fmt', 'yuv420p', '-g', '30', ...coded[codec]]);
    return frames.map(({ isKey, data }, at) => {
      const times = { ptsMs: (at * 1000) / fps, rtpTimestamp: at * 3000, isKey };
      if (codec === 'vp8') return { codec, size: undefined, data, ...times };
      return { codec, nals: splitAnnexB(data) ?? [], dtsMs: times.ptsMs, ...times };
    });
  }

  async sound(): Promise<readonly CodedFrame[]> {
    const format = { codec: 'opus', sampleRate: 48_000, channels: 2 } as const;
    const frames = await this.#made('opus', [...voice, '-c:a', 'libopus', '-b:a', '48k', '-frame_duration', '20']);
    return frames
      .slice(0, FILM_S * 50)
      .map(({ data }, at) => ({ codec: 'opus', format, data, ptsMs: at * 20, rtpTimestamp: at * 960 }));
  }

  /** Idempotent. */
  close(): void {
    this.#forget();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #made(name: string, args: readonly string[]): Promise<readonly NutFrame[]> {
    const known = this.#frames.get(name);
    if (known !== undefined) return known;
    await runFfmpeg([...args, ...(name === 'h264' ? ['-bsf:v', 'dump_extra=freq=keyframe'] : []), this.file(name)]);
    const copied = ['-nostdin', '-loglevel', 'error', '-i', this.file(name), '-c', 'copy', '-f', 'nut', 'pipe:1'];
    const { stdout } = await promisify(execFile)('ffmpeg', copied, { encoding: 'buffer', maxBuffer: SOURCE_BYTES_MAX });
    const frames = new NutReader().push(stdout);
    this.#frames.set(name, frames);
    return frames;
  }
}

const namesOf = (tiles: number): string[] => Array.from({ length: tiles }, (_, at) => `Participant ${at}`);

async function composed({ codec, tiles }: Room, sources: Sources, seconds: number) {
  const [video, audio] = [await sources.pictures(codec), await sources.sound()];
  let pictures = 0;
  const { composer, close } = await openComposer(() => {
    pictures += 1;
  });
  const names = namesOf(tiles);
  composer.setTracks(
    names.map((name) => {
      const tracks = { camera: `v ${name}`, screen: undefined, sounds: [`a ${name}`] };
      return { identity: name, name, isMuted: false, speakingSinceMs: undefined, ...tracks };
    }),
  );
  const stop = play(
    names.flatMap((name) => [{ trackId: `v ${name}`, frames: video }].concat({ trackId: `a ${name}`, frames: audio })),
    composer,
  );
  try {
    await delay(WARM_MS);
    const [fromMs, fromCpuMs, fromCount] = [performance.now(), treeCpuMs(process.pid), pictures];
    await delay(seconds * 1000);
    const [cpuMs, lastedMs] = [treeCpuMs(process.pid) - fromCpuMs, performance.now() - fromMs];
    const madeMs = ((pictures - fromCount) * 1000) / fps;
    return { cores: cpuMs / madeMs, cameShare: madeMs / lastedMs };
  } finally {
    stop();
    await close();
  }
}

async function openComposer(onVideo: () => void) {
  const log = createLogger({ level: 'error', name: 'bench' });
  const clock = systemClock();
  const sandbox = await findSandbox(log);
  const metrics = { running: nothing, used: nothing, started: nothing, restarted: nothing, dropped: nothing };
  const supervisor = new FfmpegSupervisor({ sandbox, lacks: [], capacity: 1e6, clock, log, metrics });
  const opus = new OpusThreads({ clock, log });
  const composer = await Composer.open({
    ...recordedOutput,
    layout: 'grid',
    background: '#101418',
    supervisor,
    sandbox,
    opus,
    clock,
    log,
    onVideo,
    onAudio: nothing,
    onGap: nothing,
    onKeyNeeded: nothing,
    onLayout: nothing,
    onFailed: nothing,
  });
  const close = async (): Promise<void> => {
    await composer.close();
    await supervisor.close();
    await opus.close();
  };
  return { composer, close };
}

/** Plays tracks in real time, again and again; the returned function stops them. */
function play(
  tracks: readonly { readonly trackId: string; readonly frames: readonly CodedFrame[] }[],
  composer: Composer,
): () => void {
  const startMs = performance.now();
  const places = tracks.map(() => 0);
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const [index, { trackId, frames }] of tracks.entries()) {
      for (;;) {
        const at = places[index] ?? 0;
        const frame = frames[at % frames.length];
        const ptsMs = startMs + Math.floor(at / frames.length) * FILM_S * 1000 + (frame?.ptsMs ?? 0);
        if (frame === undefined || ptsMs > nowMs) break;
        places[index] = at + 1;
        composer.push(trackId, { ...frame, ptsMs });
      }
    }
  }, 1000 / fps);
  return () => clearInterval(timer);
}

async function plainCores({ codec, tiles }: Room, sources: Sources, seconds: number): Promise<number> {
  const names = namesOf(tiles);
  const inputs = names.flatMap(() => [
    ...['-threads', '1', '-re', '-stream_loop', '-1', '-i', sources.file(codec)],
    ...['-re', '-stream_loop', '-1', '-i', sources.file('opus')],
  ]);
  const maps = ['-filter_complex', plainGraph(names), '-map', '[v]', '-map', '[a]'];
  const all = ['-nostdin', '-loglevel', 'error', '-filter_complex_threads', '1', ...inputs, ...maps, ...encoders];
  const output = ['-progress', 'pipe:3', '-stats_period', '0.1', '-f', 'mpegts', 'pipe:1'];
  const child = spawn('ffmpeg', [...all, ...output], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  let pictures = 0;
  child.stdio[3]?.on('data', (text: Buffer) => {
    pictures = Number(/^frame=(\d+)/m.exec(String(text))?.[1] ?? pictures);
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('ffmpeg has no output');
  try {
    await once(stdout, 'data');
    stdout.resume();
    await delay(WARM_MS);
    const [fromCount, fromCpuMs] = [pictures, treeCpuMs(child.pid ?? 0)];
    await delay(seconds * 1000);
    return (treeCpuMs(child.pid ?? 0) - fromCpuMs) / (((pictures - fromCount) * 1000) / fps);
  } finally {
    await ended(child);
  }
}

/** Returns the tiles of the composer's layout, by the filters that ffmpeg has for it. */
function plainGraph(names: readonly string[]): string {
  const person = { picture: size, screen: undefined, isMuted: false, speakingSinceMs: undefined };
  const participants = names.map((name) => ({ identity: name, name, ...person }));
  const tiles = layoutOf({ participants, speaker: undefined }, { kind: 'grid', size });
  const scaled = tiles.map(({ width, height, label }, at) => {
    const high = Math.floor(Math.min(40, Math.max(18, height / 9)) / 2) * 2; // The size of the composer's `Painter`.
    const box = `fontsize=${Math.round(0.72 * high)}:box=1:boxcolor=black@0.6:boxborderw=${high / 8}`;
    const written = `drawtext=text='${label}':fontcolor=white:${box}:x=8:y=h-${high}`;
    return `[${2 * at}:v]fps=${fps},scale=${width}:${height}:flags=bilinear,${written}[t${at}]`;
  });
  const places = tiles.map(({ x, y }) => `${x}_${y}`).join('|');
  const stack = `${tiles.map((_, at) => `[t${at}]`).join('')}xstack=inputs=${tiles.length}:layout=${places}:fill=0x101418`;
  const mix = `${names.map((_, at) => `[${2 * at + 1}:a]`).join('')}amix=inputs=${names.length}[a]`;
  return [...scaled, `${stack},pad=${size.width}:${size.height},format=yuv420p[v]`, mix].join(';');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'close');
}
