// What viewers cost their server: a gateway of a real cloud, by RTMP and by FLV over HTTP, and nginx with its RTMP
// module. Turns of a few seconds alternate, so that a machine that changes its speed changes it for all. All get the
// same film by the same kernel's TCP, and the processor time of all threads and children counts. What differs: nginx
// writes each message of its encoder as it comes, and the kernel merges them (no TCP_NODELAY). The gateway takes the
// film by RTMP, sends it by RTP to a media node, receives it from there as every gateway of the room would, makes a
// programme of it, and merges 50 ms into a write. The encoder's sound goes untouched in both.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NginxRtmp } from '../../../gateway/test/support/nginx-rtmp.ts';
import { TestCloud } from '../../../test/support/cloud.ts';
import { owned } from '../../../test/support/owned.ts';
import { waysOf } from '../../../test/support/ways.ts';
import type { Say } from '../../support/case.ts';
import { treeCpuMs } from '../capacity/processor.ts';
import { made } from './made.ts';
import { Viewers } from './viewers.ts';

/** What an encoder for live shows sends: 1.5 Mbit/s of pictures, a key frame every 2 s, and sound. */
const film = [
  ...['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=25,noise=alls=12:allf=t', '-f', 'lavfi', '-i', 'sine=r=48000'],
  ...['-t', '20', '-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-g', '50', '-pix_fmt', 'yuv420p'],
  ...['-b:v', '1400k', '-minrate', '1400k', '-maxrate', '1400k', '-bufsize', '700k', '-nal-hrd', 'cbr'],
  ...['-c:a', 'aac', '-b:a', '96k', '-ac', '2', '-f', 'flv'],
];
/** New viewers get what was kept since the last key frame: until this is sent the window is no usual one. */
const SETTLE_MS = 1500;

export const servers = ['rtmp', 'nginx', 'flv'] as const;
export type Server = (typeof servers)[number];

/** Code is compiled as it is used; a server that has been up for some time is measured. */
const WARM_MS = 10_000;

/** Of one window. */
export interface FanOut {
  /** Viewers for whom a second of one core lasts one second. */
  readonly viewersPerCpuSecond: number;
  /** The same of the viewers beyond the first: without what the programme itself costs. */
  readonly furtherPerCpuSecond: number;
  readonly mbps: number;
}

export interface FanOutOptions {
  readonly viewers: number;
  readonly seconds: number;
  readonly turns: number;
}

/** One row per turn for each server. */
export async function measureFanOut(o: FanOutOptions, say: Say): Promise<Record<Server, FanOut[]>> {
  const rig = await Rig.open(o.viewers);
  try {
    const rows: Record<Server, FanOut[]> = { rtmp: [], nginx: [], flv: [] };
    for (let turn = 0; turn < o.turns; turn += 1) {
      for (const server of servers) {
        const row = await rig.turn(server, o);
        rows[server].push(row);
        say(`turn ${turn + 1}, ${server}: ${row.viewersPerCpuSecond.toFixed(0)} viewers a CPU second`);
      }
    }
    return rows;
  } finally {
    await rig.close();
  }
}

class Rig {
  readonly #closes: (() => unknown)[] = [];
  readonly #disown = owned('a bench of viewers', () => this.close());
  #viewers!: Viewers;
  #places!: Record<Server, { readonly url: string; readonly pid: number }>;

  static async open(viewers: number): Promise<Rig> {
    const rig = new Rig();
    try {
      await rig.#start(viewers);
      return rig;
    } catch (error) {
      await rig.close();
      throw error;
    }
  }

  async turn(server: Server, o: FanOutOptions): Promise<FanOut> {
    const one = await this.#window(server, { ...o, viewers: 1 });
    const all = await this.#window(server, o);
    return {
      viewersPerCpuSecond: (o.viewers * 1000) / all.cpuMsPerS,
      furtherPerCpuSecond: ((o.viewers - 1) * 1000) / (all.cpuMsPerS - one.cpuMsPerS),
      mbps: all.mbps,
    };
  }

  async #window(server: Server, o: FanOutOptions): Promise<{ cpuMsPerS: number; mbps: number }> {
    const { url, pid } = this.#places[server];
    await this.#viewers.open(url, o.viewers);
    await delay(SETTLE_MS);
    const [from, fromMs, fromCpuMs] = [await this.#viewers.count(), performance.now(), treeCpuMs(pid)];
    await delay(o.seconds * 1000);
    const [to, toMs, toCpuMs] = [await this.#viewers.count(), performance.now(), treeCpuMs(pid)];
    await this.#viewers.close();
    const seconds = (toMs - fromMs) / 1000;
    return {
      cpuMsPerS: (toCpuMs - fromCpuMs) / seconds,
      mbps: ((to.bytes - from.bytes) * 8) / 1e6 / seconds / o.viewers,
    };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#disown();
    for (const close of this.#closes.splice(0).reverse()) await close();
  }

  async #start(viewers: number): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-fan-out-'));
    this.#closes.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'film.flv');
    await made([...film, file]);
    const nginx = await NginxRtmp.start('', { connectionsMax: viewers + 64 });
    this.#closes.push(() => nginx.close());
    const cloud = await TestCloud.start();
    this.#closes.push(() => cloud.stop());
    const { publish } = await waysOf(cloud, 'frankfurt', { room: 'show', identity: 'ann' });
    const { play } = await waysOf(cloud, 'frankfurt', { room: 'show', identity: 'bob' });
    if (publish === undefined || play === undefined) throw new Error('the room has no ways');
    this.#publish(file, publish.rtmp.url);
    this.#publish(file, nginx.url('show'));
    const pid = cloud.pid('gw-fra');
    this.#places = {
      rtmp: { url: play.rtmp, pid },
      nginx: { url: nginx.url('show'), pid: nginx.pid },
      flv: { url: play.flv, pid },
    };
    this.#viewers = await Viewers.start(folder);
    this.#closes.push(() => this.#viewers.end());
    // All are up, and what starts with the first viewer has been started.
    for (const { url } of Object.values(this.#places)) {
      await this.#viewers.open(url, viewers);
      await delay(WARM_MS);
      await this.#viewers.close();
    }
  }

  /** The film over and over, in real time. */
  #publish(file: string, url: string): void {
    const args = ['-nostdin', '-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', file, '-c', 'copy', '-f', 'flv'];
    const child: ChildProcess = spawn('ffmpeg', [...args, url], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#closes.push(() => child.kill());
  }
}
