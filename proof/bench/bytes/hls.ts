// Viewers of HLS at an edge (nginx with the configuration of `meridian node edge`, in front of a scripted gateway)
// beside those of nginx with files. A viewer asks for a playlist and a segment each time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { edgePath, edgeSignsOf } from '@meridian/node-shell';
import { Nginx } from '../../test/support/nginx-edge.ts';
import { pin } from '../capacity/processor.ts';
import { type Taken, timed } from './files.ts';
import { edgeSecret, serverCpu } from './processes.ts';
import { each, Requests } from './requests.ts';

const segmentBytes = 400_000;
/** Segments in a playlist. */
const segmentCount = 6;
const viewerCount = 20;
const atOnce = 6;
const playlist = `#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:2\n${Array.from(
  { length: segmentCount },
  (_, number) => `#EXTINF:2.000,\nseg-${number}.m4s\n`,
).join('')}`;
const segment = Buffer.alloc(segmentBytes, 'bytes of a segment ');

export class HlsServers {
  readonly #origin: Server;
  readonly #edge: Nginx;
  readonly #plain: Nginx;
  readonly #requests = new Requests();

  static async start(): Promise<HlsServers> {
    const origin = createServer(({ url = '' }, response) => {
      const answer = (status: number, cache: string, type = '', body: string | Buffer = ''): void =>
        void response
          .writeHead(status, { 'cache-control': cache, 'content-type': type, 'content-length': body.length })
          .end(body);
      if (url.includes('/viewer?')) answer(204, 'max-age=30');
      else if (url.includes('.m3u8'))
        answer(200, 'public, max-age=1, stale-while-revalidate=12', 'application/vnd.apple.mpegurl', playlist);
      else answer(200, 'public, max-age=3600, immutable', 'video/mp4', segment);
    });
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    const { port } = origin.address() as AddressInfo;
    const edge = await Nginx.edge({ secret: edgeSecret, gateways: [{ id: 'gw', url: `http://127.0.0.1:${port}` }] });
    const plain = await Nginx.start(({ port: own, folder }) => {
      const files = join(folder, 'files/hls');
      mkdirSync(files, { recursive: true });
      writeFileSync(join(files, 'media.m3u8'), playlist);
      for (let number = 0; number < segmentCount; number += 1) writeFileSync(join(files, `seg-${number}.m4s`), segment);
      return `access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
open_file_cache max=20000 inactive=30s;
server { listen 127.0.0.1:${own}; root ${join(folder, 'files')}; }`;
    });
    for (const { pid } of [edge, plain]) pin(pid, serverCpu);
    return new HlsServers(origin, edge, plain);
  }

  private constructor(origin: Server, edge: Nginx, plain: Nginx) {
    this.#origin = origin;
    this.#edge = edge;
    this.#plain = plain;
  }

  /** Each viewer asks `times` times. */
  edge(times: number): Promise<Taken> {
    const signs = edgeSignsOf(edgeSecret);
    const expiresWallMs = (Math.floor(Date.now() / 1e6) + 10) * 1e6;
    const bases = Array.from({ length: viewerCount }, (_, viewer) => {
      const streamKey = `viewer${viewer}`.padEnd(240, 'k');
      return `${this.#edge.url}${edgePath(signs, { originId: 'gw', programmeKey: 'show', streamKey, expiresWallMs })}`;
    });
    return this.#ask(this.#edge.pid, bases, times);
  }

  plain(times: number): Promise<Taken> {
    const bases = Array.from({ length: viewerCount }, () => `${this.#plain.url}/hls`);
    return this.#ask(this.#plain.pid, bases, times);
  }

  async close(): Promise<void> {
    this.#requests.close();
    await this.#edge.close();
    await this.#plain.close();
    this.#origin.closeAllConnections();
    this.#origin.close();
  }

  #ask(pid: number, bases: readonly string[], times: number): Promise<Taken> {
    const asks = Array.from({ length: times }, (_, at) => bases.map((base) => ({ base, at }))).flat();
    return timed([pid], () =>
      each(asks, atOnce, async ({ base, at }) => {
        await this.#requests.read(`${base}/media.m3u8`);
        const bytes = await this.#requests.read(`${base}/seg-${at % segmentCount}.m4s`);
        if (bytes !== segmentBytes) throw new Error(`a segment of ${bytes} bytes`);
      }),
    );
  }
}

export const askedBytes = (times: number): number => times * viewerCount * (segmentBytes + playlist.length);
