// One show as three servers have it: the gateway of a real cloud that makes it, an edge in front of that, with the
// configuration that we write for operators, and plain nginx with the same files, which are copied to it as they come.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../gateway/test/support/nginx-rtmp.ts';
import { TestCloud } from '../../../test/support/cloud.ts';
import { Nginx } from '../../../test/support/nginx-edge.ts';
import { owned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';
import { waysOf } from '../../../test/support/ways.ts';
import { made } from '../../support/made.ts';

/** What an encoder for live shows sends: 1.5 Mbit/s, a key frame every 2 s. */
const film = [
  ...['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=25,noise=alls=12:allf=t', '-f', 'lavfi', '-i', 'sine=r=48000'],
  ...['-t', '20', '-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-g', '50', '-pix_fmt', 'yuv420p'],
  ...['-b:v', '1400k', '-minrate', '1400k', '-maxrate', '1400k', '-bufsize', '700k', '-nal-hrd', 'cbr'],
  ...['-c:a', 'aac', '-b:a', '96k', '-ac', '2', '-f', 'flv'],
];
const SECRET = 'a secret of edges for a bench of crowds';
/** Between two looks for what is new; a segment is there for seconds. */
const COPY_MS = 250;
const START_MS = 60_000;
const MEMORY = '/dev/shm';

export const servers = ['nginx', 'edge', 'gateway'] as const;
export type Server = (typeof servers)[number];

export interface Place {
  /** Of the playlist. */
  readonly base: string;
  readonly pid: number;
}

export class Show {
  readonly #closes: (() => unknown)[] = [];
  readonly #disown = owned('a show', () => this.close());
  places!: Readonly<Record<Server, Place>>;

  /** `connectionsMax`: of each nginx. */
  static async open(connectionsMax: number): Promise<Show> {
    const show = new Show();
    try {
      await show.#start(connectionsMax);
      return show;
    } catch (error) {
      await show.close();
      throw error;
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#disown();
    for (const close of this.#closes.splice(0).reverse()) await close();
  }

  async #start(connectionsMax: number): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-crowd-'));
    this.#closes.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'film.flv');
    await made([...film, file]);
    const port = await freePort();
    const place = { region: 'frankfurt', latitude: 50.11, longitude: 8.68 };
    const server = { url: `http://127.0.0.1:${port}`, capacity: 100_000, ...place };
    const configs = JSON.stringify({ 'gw-fra': { edges: { secret: SECRET, servers: [server] } } });
    const cloud = await TestCloud.start({ extraArgs: ['--process-configs', configs] });
    this.#closes.push(() => cloud.stop());
    const ask = () => waysOf(cloud, 'frankfurt', { room: 'show', identity: 'bob', from: 'frankfurt' });
    const { publish, play } = await ask();
    if (publish === undefined || play === undefined) throw new Error('the room has no ways');
    this.#publish(file, publish.rtmp.url);
    const gateway = { base: folderOf(play.hls), pid: cloud.pid('gw-fra') };
    const gateways = [{ id: 'gw-fra', url: new URL(gateway.base).origin }];
    // As operators have it.
    const memory = mkdtempSync(join(MEMORY, 'meridian-crowd-'));
    this.#closes.push(() => rmSync(memory, { recursive: true }));
    const edge = await Nginx.edge({ secret: SECRET, gateways }, { port, connectionsMax, memory: join(memory, 'edge') });
    this.#closes.push(() => edge.close());
    const atEdge = await until('the gateway leads viewers to the edge', async () => {
      const hls = (await ask()).play?.hls ?? '';
      return hls.startsWith(edge.url) ? folderOf(hls) : undefined;
    });
    const plain = await Nginx.start((own) => plainConfig(own, folder), { connectionsMax });
    this.#closes.push(() => plain.close());
    this.#copy(gateway.base, join(folder, 'show'));
    await until('all have the show', () => existsSync(join(folder, 'show/media.m3u8')), START_MS);
    this.places = {
      nginx: { base: `${plain.url}/show`, pid: plain.pid },
      edge: { base: atEdge, pid: edge.pid },
      gateway,
    };
  }

  /** The film over and over, in real time. */
  #publish(file: string, url: string): void {
    const args = ['-nostdin', '-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', file, '-c', 'copy', '-f', 'flv'];
    const child: ChildProcess = spawn('ffmpeg', [...args, url], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#closes.push(() => child.kill());
  }

  /** Copies the playlist and its segments from now on, the segments first. */
  #copy(base: string, to: string): void {
    mkdirSync(to);
    const ended = new AbortController();
    const copying = (async () => {
      while (!ended.signal.aborted) {
        await copyOnce(base, to).catch(() => undefined); // nothing is published yet
        await delay(COPY_MS);
      }
    })();
    this.#closes.push(async () => {
      ended.abort();
      await copying;
    });
  }
}

const folderOf = (url: string): string => url.slice(0, url.lastIndexOf('/'));

async function copyOnce(base: string, to: string): Promise<void> {
  const response = await fetch(`${base}/media.m3u8`);
  if (!response.ok) return;
  const text = await response.text();
  for (const [name] of text.matchAll(/\b(?:seg-\d+\.m4s|init-\d+\.mp4)/g)) {
    if (existsSync(join(to, name))) continue;
    const file = await fetch(`${base}/${name}`);
    if (file.ok) put(join(to, name), new Uint8Array(await file.arrayBuffer()));
  }
  put(join(to, 'media.m3u8'), text);
}

function put(file: string, content: string | Uint8Array): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

/** As an operator would serve files that change: what is open stays so, and a playlist is looked for each second. */
const plainConfig = ({ port }: { readonly port: number }, root: string): string => `
types { application/vnd.apple.mpegurl m3u8; video/mp4 m4s mp4; }
server {
  listen 127.0.0.1:${port};
  root ${root};
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 30s;
  keepalive_requests 100000;
  open_file_cache max=20000 inactive=30s;
  open_file_cache_valid 1s;
}`;
