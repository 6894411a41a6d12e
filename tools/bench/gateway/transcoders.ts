// What a second of sound or pictures costs in the transcoders of a gateway, beside ffmpeg that makes the same of a file
// in one process as fast as it can. Sound goes through in real time, as a room's does: what wakes threads and processes
// is part of its price, and of that of ffmpeg with the file in real time (`-re`), the second thing beside it. Pictures
// go through as fast as they can. ffmpeg has its own decoder of Opus, a gateway that of its authors, which a mix needs.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { AudioTranscoder, FfmpegSupervisor, findSandbox, outputFormat } from '@meridian/opener';
import type { NutFrame } from '@meridian/opener/core';
import { createLogger, systemClock } from '@meridian/runtime';
import { type VideoCodec, VideoTranscoder } from '../../../gateway/src/adapters/ffmpeg/video.ts';
import type { VoiceMixers } from '../../../gateway/src/room/programme.ts';
import { voiceMixers } from '../../../gateway/src/room/sound.ts';
import { owned } from '../../../test/support/owned.ts';
import { treeCpuMs } from '../capacity/processor.ts';
import { framesOf, made, run, started } from './made.ts';

/** Real-time streams that one core has room for: how many at once, and how many if ffmpeg had to do the same. */
export interface Rate {
  readonly perCore: number;
  readonly ffmpegPerCore: number;
}
export interface BridgeRate extends Rate {
  /** If files came to it in real time. */
  readonly ffmpegInRealTimePerCore: number;
}

export const bridges = ['opusToAac', 'aacToOpus'] as const;
export type Bridge = (typeof bridges)[number];

interface BridgeOptions {
  readonly streams: number;
  readonly seconds: number;
}

export const pictures = ['h264ToMpeg1From360p', 'h264ToMpeg1From720p', 'h264ToH264At720p', 'vp8ToH264At720p'] as const;
export type Pictures = (typeof pictures)[number];

const SOUND_S = 40;
/** Processes start, decoders are made, code is compiled. */
const WARM_MS = 3000;
/** Two tones that glide, and noise: as hard to code as speech. */
const voice = (glide: number): string =>
  `0.3*sin(2*PI*(200+150*sin(${glide}*t))*t)*(0.5+0.5*sin(7*t))+0.05*(random(0)-0.5)`;
const sound = ['-f', 'lavfi', '-i', `aevalsrc='${voice(3)}|${voice(2)}':s=48000:d=${SOUND_S}`];
const codecs = {
  opus: ['-c:a', 'libopus', '-b:a', '96k', '-frame_duration', '20', '-application', 'audio'],
  aac: ['-c:a', 'aac', '-b:a', '96k'],
};
const PICTURES_S = 8;
const PER_S = 25;
const film = (size: string): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${PER_S},noise=alls=8:allf=t`, '-t', String(PICTURES_S)],
  ...['-pix_fmt', 'yuv420p', '-g', '50', '-b:v', '1500k'],
];
const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bsf:v', 'dump_extra=freq=keyframe'];
const sources: Record<Pictures, { readonly from: VideoCodec; readonly to: VideoCodec; readonly args: string[] }> = {
  h264ToMpeg1From360p: { from: 'h264', to: 'mpeg1', args: [...film('640x360'), ...x264, '-bf', '0'] },
  h264ToMpeg1From720p: { from: 'h264', to: 'mpeg1', args: [...film('1280x720'), ...x264, '-bf', '0'] },
  h264ToH264At720p: { from: 'h264', to: 'h264', args: [...film('1280x720'), ...x264, '-bf', '2'] },
  vp8ToH264At720p: {
    from: 'vp8',
    to: 'h264',
    args: [...film('1280x720'), '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8'],
  },
};
/** Pictures on their way through one ffmpeg. */
const AHEAD_MAX = 25;
const none = (): void => undefined;

export class TranscoderRig {
  readonly #folder = mkdtempSync(join(tmpdir(), 'meridian-transcoders-'));
  readonly #disown = owned('a bench of transcoders', () => this.close());
  readonly #log = createLogger({ name: 'gateway', level: 'silent' });
  readonly #clock = systemClock();
  #supervisor!: FfmpegSupervisor;
  /** Of all rooms, as in a gateway. */
  #mixers!: VoiceMixers;
  #dropped = 0;
  #sounds!: Record<'aac' | 'opus', NutFrame[]>;
  readonly #films: Partial<Record<Pictures, NutFrame[]>> = {};

  static async open(): Promise<TranscoderRig> {
    const rig = new TranscoderRig();
    const log = rig.#log;
    const dropped = (units: number): void => {
      rig.#dropped += units;
    };
    const metrics = { running: none, used: none, started: none, restarted: none, dropped };
    const sandbox = await findSandbox(log);
    rig.#supervisor = new FfmpegSupervisor({ sandbox, lacks: [], capacity: 1e6, clock: rig.#clock, log, metrics });
    rig.#mixers = voiceMixers({ supervisor: rig.#supervisor, clock: rig.#clock, log });
    for (const [name, args] of Object.entries(codecs)) await made([...sound, ...args, rig.#file(name)]);
    rig.#sounds = {
      aac: await framesOf(['-i', rig.#file('aac'), '-c', 'copy']),
      opus: await framesOf(['-i', rig.#file('opus'), '-c', 'copy']),
    };
    return rig;
  }

  /** So many streams in real time, for so long; then ffmpeg alone, both ways. Throws when sound was lost. */
  async bridge(bridge: Bridge, o: BridgeOptions): Promise<BridgeRate> {
    let units = 0;
    const heard = (): void => {
      units += 1;
    };
    const streams = Array.from({ length: o.streams }, () =>
      bridge === 'opusToAac' ? this.#mix(heard) : this.#opus(heard),
    );
    const startMs = performance.now();
    const [frames, frameMs] = bridge === 'opusToAac' ? [this.#sounds.opus, 20] : [this.#sounds.aac, 1024 / 48];
    let sent = 0;
    const timer = setInterval(() => {
      for (const due = (performance.now() - startMs) / frameMs; sent < due; sent += 1) {
        const frame = frames[sent % frames.length]?.data ?? new Uint8Array(0);
        for (const stream of streams) stream.write(sent * frameMs, frame);
      }
    }, frameMs);
    let cpuMs: number;
    let seconds: number;
    try {
      await delay(WARM_MS);
      const [fromMs, fromCpuMs] = [performance.now(), treeCpuMs(process.pid)];
      units = 0;
      await delay(o.seconds * 1000);
      cpuMs = treeCpuMs(process.pid) - fromCpuMs;
      seconds = (performance.now() - fromMs) / 1000;
    } finally {
      clearInterval(timer);
      await Promise.all(streams.map(({ close }) => close()));
    }
    const perS = bridge === 'opusToAac' ? 48_000 / 1024 : 50;
    if (units < 0.9 * perS * seconds * o.streams || this.#dropped > 0)
      throw new Error(`sound was lost: ${units} units`);
    const [from, to] = bridge === 'opusToAac' ? (['opus', 'aac'] as const) : (['aac', 'opus'] as const);
    const args = ['-threads', '1', '-i', this.#file(from), ...codecs[to], '-f', 'null', '-'];
    return {
      perCore: (seconds * o.streams * 1000) / cpuMs,
      ffmpegPerCore: (SOUND_S * 1000) / (await cpuMsOf(() => run(args))),
      ffmpegInRealTimePerCore: await this.#inRealTime(['-re', '-stream_loop', '-1', ...args], o),
    };
  }

  /** Streams a core has room for when ffmpeg alone does this, once per stream. */
  async #inRealTime(args: readonly string[], { streams, seconds }: BridgeOptions): Promise<number> {
    const children = Array.from({ length: streams }, () => started(args));
    const cpuMs = (): number => children.reduce((sum, { pid }) => sum + treeCpuMs(pid ?? 0), 0);
    try {
      await delay(WARM_MS);
      const [fromMs, fromCpuMs] = [performance.now(), cpuMs()];
      await delay(seconds * 1000);
      return (streams * (performance.now() - fromMs)) / (cpuMs() - fromCpuMs);
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  }

  /** One stream as fast as it can; then ffmpeg alone, with the same encoder's settings. */
  async pictures(name: Pictures): Promise<Rate> {
    const { from, to } = sources[name];
    if (!existsSync(this.#file(name))) await made([...sources[name].args, this.#file(name)]);
    const frames = this.#films[name] ?? (await framesOf(sources[name].args));
    this.#films[name] = frames;
    const cpuMs = await cpuMsOf(() => this.#through(from, to, frames));
    const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-profile:v', 'baseline'];
    const mpeg1 = ['-vf', 'scale=640:360', '-c:v', 'mpeg1video'];
    const rate = ['-b:v', '1000k', '-maxrate', '1000k', '-bufsize', '1000k', '-bf', '0', '-g', '25', '-threads', '1'];
    const args = [
      '-threads',
      '1',
      '-i',
      this.#file(name),
      ...(to === 'mpeg1' ? mpeg1 : h264),
      ...rate,
      '-f',
      'null',
      '-',
    ];
    const ffmpegCpuMs = await cpuMsOf(() => run(args));
    return { perCore: (PICTURES_S * 1000) / cpuMs, ffmpegPerCore: (PICTURES_S * 1000) / ffmpegCpuMs };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#disown();
    await this.#supervisor?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A room in which one voice speaks Opus, and its AAC. */
  #mix(onUnit: () => void) {
    const mixer = this.#mixers('aac', onUnit);
    mixer.rest(false);
    const [startMs, format] = [this.#clock.nowMs(), outputFormat('opus')];
    return {
      write: (atMs: number, packet: Uint8Array) => mixer.push('voice', startMs + atMs, packet, format),
      close: async () => mixer.close(),
    };
  }

  /** An encoder's AAC, and its Opus. */
  #opus(onUnit: () => void) {
    const from = outputFormat('aac');
    const transcoder = new AudioTranscoder({
      from,
      to: 'opus',
      supervisor: this.#supervisor,
      onUnit,
      onDegraded: none,
    });
    return {
      write: (atMs: number, data: Uint8Array) => transcoder.write({ kind: 'audio', ptsMs: atMs, data }),
      close: () => transcoder.close(),
    };
  }

  async #through(from: VideoCodec, to: VideoCodec, frames: readonly NutFrame[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let [sent, came] = [0, 0];
    let feed = none;
    const transcoder = new VideoTranscoder({
      from,
      to,
      bitrateKbps: 1000,
      keyIntervalPictures: PER_S,
      cost: 250,
      supervisor: this.#supervisor,
      onPicture: () => {
        came += 1;
        feed();
      },
      onDegraded: none,
    });
    const base = frames[0]?.pts ?? 0;
    const step = Math.min(
      ...frames
        .slice(1)
        .map(({ pts }) => Math.abs(pts - base))
        .filter((gap) => gap > 0),
    );
    feed = () => {
      for (let frame = frames[sent]; frame !== undefined && sent - came < AHEAD_MAX; frame = frames[sent]) {
        sent += 1;
        const ptsMs = (((frame.pts - base) / step) * 1000) / PER_S;
        transcoder.write({ ptsMs, isKey: frame.isKey, data: frame.data });
      }
      // What decoder and encoder hold back comes with the next pictures.
      if (sent === frames.length && came >= frames.length - 4) resolve();
    };
    feed();
    await promise;
    await transcoder.close();
  }

  #file(name: string): string {
    const endings: Record<string, string> = { aac: 'm4a', opus: 'ogg' };
    return join(this.#folder, `${name}.${endings[name] ?? 'mkv'}`);
  }
}

/** Processor time of this process and its children meanwhile. */
async function cpuMsOf(act: () => Promise<void>): Promise<number> {
  const before = treeCpuMs(process.pid);
  await act();
  return treeCpuMs(process.pid) - before;
}
