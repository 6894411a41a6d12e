// Viewers of a gateway (FLV over HTTP, RTMP) beside those of nginx's RTMP module. Both repeat the same clip.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NginxRtmp } from '../../../media/gateway/test/support/nginx-rtmp.ts';
import { pin } from '../capacity/processor.ts';
import { median } from '../signal/figures.ts';
import type { GatewayAnswer } from './gateway-process.ts';
import { Asked, cpuMsOf, serverCpu } from './processes.ts';
import { type Viewer, watchFlv, watchRtmp } from './viewers.ts';

export const viewerCount = 180;
const settleMs = 1500;
const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=960x540:rate=25'];
const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
const coded = [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-b:v', '1500k', '-maxrate', '1500k'],
  ...['-bufsize', '1500k', '-g', '50', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '96k', '-ac', '2'],
];

export interface Seen {
  /** CPU time of the server for each viewer and second, in ms, beyond that of the stream itself. */
  readonly cpuMs: number;
  /** Bytes that a viewer received in a second. */
  readonly bytes: number;
}

export type Protocol = 'flv' | 'rtmp';

export class LiveServers {
  readonly #gateway: Asked;
  readonly #nginx: NginxRtmp;
  readonly #encoder: ChildProcess;

  static async start(): Promise<LiveServers> {
    const nginx = await NginxRtmp.start('', { connectionsMax: 512 });
    pin(nginx.pid, serverCpu);
    const clip = join(nginx.folder, 'clip.flv');
    execFileSync('ffmpeg', ['-v', 'error', ...picture, ...sound, '-t', '10', ...coded, clip]);
    const gateway = new Asked(join(import.meta.dirname, 'gateway-process.ts'), [clip]);
    const publishing = ['-re', '-stream_loop', '-1', '-i', clip, '-c', 'copy', '-f', 'flv', nginx.url('show')];
    const encoder = spawn('ffmpeg', ['-v', 'error', '-nostdin', ...publishing], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return new LiveServers({ gateway, nginx, encoder });
  }

  private constructor(o: { gateway: Asked; nginx: NginxRtmp; encoder: ChildProcess }) {
    this.#gateway = o.gateway;
    this.#nginx = o.nginx;
    this.#encoder = o.encoder;
  }

  get gatewayPid(): number {
    return this.#gateway.pid;
  }

  /** Measures our viewers. */
  async ours(protocol: Protocol, windowMs: number): Promise<Seen> {
    const { playKeys, rtmpPort, httpPort } = await this.#gateway.ask<GatewayAnswer>({ viewers: viewerCount });
    const watch = (key: string): Promise<Viewer> =>
      protocol === 'flv' ? watchFlv(httpPort, `/live/${key}.flv`) : watchRtmp(rtmpPort, key);
    return this.#seen(
      this.#gateway.pid,
      playKeys.map((key) => () => watch(key)),
      windowMs,
    );
  }

  /** Measures the viewers of nginx, by RTMP. */
  nginx(windowMs: number): Promise<Seen> {
    const watch = (): Promise<Viewer> => watchRtmp(this.#nginx.port, 'show');
    return this.#seen(
      this.#nginx.pid,
      Array.from({ length: viewerCount }, () => watch),
      windowMs,
    );
  }

  async close(): Promise<void> {
    if (this.#encoder.exitCode === null) {
      const ended = once(this.#encoder, 'exit');
      this.#encoder.kill('SIGKILL');
      await ended;
    }
    await this.#gateway.close();
    await this.#nginx.close();
  }

  /** Subtracts the cost of the stream with one viewer. */
  async #seen(pid: number, watches: readonly (() => Promise<Viewer>)[], windowMs: number): Promise<Seen> {
    const viewers: Viewer[] = [];
    const window = async (): Promise<{ cpuMs: number; bytes: number; seconds: number }> => {
      await delay(settleMs);
      const sum = (): number => viewers.reduce((all, { bytes }) => all + bytes, 0);
      const [cpuMs, bytes, fromMs] = [cpuMsOf([pid]), sum(), performance.now()];
      await delay(windowMs);
      const seconds = (performance.now() - fromMs) / 1000;
      return { cpuMs: (cpuMsOf([pid]) - cpuMs) / seconds, bytes: (sum() - bytes) / seconds, seconds };
    };
    try {
      const [first, ...others] = watches;
      if (first !== undefined) viewers.push(await first());
      const alone = await window();
      viewers.push(...(await Promise.all(others.map((watch) => watch()))));
      const all = await window();
      return { cpuMs: (all.cpuMs - alone.cpuMs) / (viewers.length - 1), bytes: all.bytes / viewers.length };
    } finally {
      for (const viewer of viewers) viewer.close();
    }
  }
}

export const medianOf = (seen: readonly Seen[], of: (one: Seen) => number): number => median(seen.map(of));
