// The page of the library with a video whose files lie at several places: tiny servers, and an api that is a script.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile, open, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const VIDEO = { id: 'it_lecture', durationMs: 60_000 } as const;
/** Below the token, as a library node has them. */
const FOLDER = 'renditions';
const dist = resolve(import.meta.dirname, '../../web/dist');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface WatchReport {
  readonly watch: string;
  readonly seq: number;
  readonly watchedMs: number;
  readonly stalls: number;
  readonly positionMs: number;
  readonly cache?: string;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** A server on a free port that counts what is asked of it. */
class Place {
  /** Names of files, with their ranges. */
  readonly asked: string[] = [];
  /** Whether a request for this file gets no answer. */
  isDeaf: (file: string) => boolean = () => false;
  /** Tokens that are over. */
  readonly over = new Set<string>();
  readonly #server: Server;
  readonly #folder: string;

  static async listen(folder: string): Promise<Place> {
    const place = new Place(folder);
    await listening(place.#server);
    return place;
  }

  private constructor(folder: string) {
    this.#folder = folder;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return urlOf(this.#server);
  }

  base(token: string): string {
    return `${this.url}/library/contents/${token}`;
  }

  close(): Promise<void> {
    return closed(this.#server);
  }

  async #answer({ url = '', headers: { range } }: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token = '', name = ''] = /^\/library\/contents\/([^/]+)\/renditions\/([\w.-]+)/.exec(url) ?? [];
    this.asked.push(`${name} ${range ?? ''}`.trim());
    if (this.isDeaf(name)) return;
    response.setHeader('access-control-allow-origin', '*');
    if (this.over.has(token)) {
      response.writeHead(401).end();
      return;
    }
    const file = name === '' ? undefined : await open(join(this.#folder, name)).catch(() => undefined);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    response.writeHead(from === undefined ? 200 : 206);
    const part = from === undefined ? {} : { start: Number(from), end: Number(to) };
    file.createReadStream(part).pipe(response);
  }
}

export class LibraryPlaces {
  readonly near: Place;
  readonly far: Place;
  readonly reports: WatchReport[] = [];
  /** What the api has given out, by their tokens. */
  readonly links: string[] = [];
  /** Where the person left off. */
  positionMs: number | undefined;
  readonly #page: Server;
  readonly #folder: string;

  static async start(): Promise<LibraryPlaces> {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-places-'));
    await makeVideo(folder);
    const places = new LibraryPlaces(folder, await Place.listen(folder), await Place.listen(folder));
    await listening(places.#page);
    return places;
  }

  private constructor(folder: string, near: Place, far: Place) {
    this.#folder = folder;
    this.near = near;
    this.far = far;
    this.#page = createServer((request, response) => {
      const answer = this.#answerOf(new URL(request.url ?? '/', 'http://page').pathname);
      Promise.resolve(answer(request, response)).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `${urlOf(this.#page)}/library#${VIDEO.id}`;
  }

  async close(): Promise<void> {
    await Promise.all([this.near.close(), this.far.close(), closed(this.#page)]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #answerOf(path: string): Answer {
    const [, token, what] = /^\/library\/plays\/([^/]+)(\/watches)?$/.exec(path) ?? [];
    if (what !== undefined) return (request, response) => this.#report(request, response);
    if (token !== undefined) {
      const bases = [this.near.base(token), this.far.base(token)];
      return (_request, response) => json(response, { bases, renewMs: 60_000 });
    }
    if (path.startsWith('/api/v1/'))
      return (_request, response) => json(response, this.#api(path.slice('/api/v1'.length)));
    return (_request, response) => page(path, response);
  }

  async #report(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    this.reports.push(JSON.parse(Buffer.concat(parts).toString()) as WatchReport);
    response.writeHead(204).end();
  }

  #api(path: string): object {
    if (path === '/me') return me;
    if (path.endsWith('/links')) return this.#link();
    return path === `/library/items/${VIDEO.id}` ? item : {};
  }

  /** The first is of the node's own address; the page asks for its places. */
  #link(): object {
    const token = `token${this.links.length + 1}`;
    this.links.push(token);
    const base = this.far.base(token);
    return Object.assign(
      { id: token, url: `${base}/original`, expiresAt: '2099-01-01T00:00:00Z' },
      { playlistUrl: `${base}/${FOLDER}/master.m3u8`, thumbnailsUrl: `${base}/${FOLDER}/thumbnails.vtt` },
      { playUrl: `${urlOf(this.#page)}/library/plays/${token}` },
      this.positionMs === undefined ? {} : { positionMs: this.positionMs },
    );
  }
}

const me = {
  id: 'usr_ann',
  tenant: 'example',
  email: 'ann@example.org',
  name: 'Ann',
  role: 'member',
  hasPassword: true,
  branding: { displayName: null, accentColor: null, logo: null, supportUrl: null },
  scopes: ['meetings:read', 'library:read'],
};
const item = {
  id: VIDEO.id,
  title: 'A lecture',
  description: '',
  tags: [],
  visibility: 'tenant',
  owner: 'usr_bob',
  name: 'lecture.mp4',
  state: 'ready',
  kind: 'video',
  type: 'video/mp4',
  bytes: 1_000_000,
  cover: 'none',
  chapters: [
    { startMs: 0, title: 'Welcome' },
    { startMs: 20_000, title: 'What a queue is' },
  ],
  transcripts: [],
  createdAt: '2026-11-20T09:12:00Z',
  changedAt: '2026-11-20T09:12:00Z',
  media: {
    durationMs: VIDEO.durationMs,
    width: 320,
    height: 180,
    rotation: 0,
    videoCodec: 'h264',
    audioCodec: '',
    fps: 10,
    audioChannels: 0,
  },
  renditions: { state: 'ready', done: 1, names: ['180p'] },
};

const master = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-STREAM-INF:BANDWIDTH=500000,CODECS="avc1.42c00d",RESOLUTION=320x180
180p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=600000,CODECS="avc1.42c00d",RESOLUTION=640x360
360p.m3u8
`;

/** A minute in segments of two seconds, all in one file; and a sheet of small pictures, one for ten seconds each. */
async function makeVideo(folder: string): Promise<void> {
  const source = ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=10:duration=${VIDEO.durationMs / 1000}`];
  const video = ['-map', '0:v', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '20'];
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'];
  const files = ['-hls_flags', 'single_file', join(folder, '180p.m3u8')];
  const sheet = ['-map', '0:v', '-vf', 'fps=1/10,scale=160:90,tile=3x2', '-frames:v', '1', join(folder, 'sprite.jpg')];
  const run = promisify(execFile);
  await run('ffmpeg', ['-loglevel', 'error', '-y', ...source, ...video, ...hls, ...files, ...sheet]);
  // A second quality that is the same.
  await copyFile(join(folder, '180p.m3u8'), join(folder, '360p.m3u8'));
  await writeFile(join(folder, 'master.m3u8'), master);
  const cues = Array.from({ length: 6 }, (_, at) => {
    const time = (s: number): string => `00:0${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}.000`;
    const place = `${(at % 3) * 160},${Math.floor(at / 3) * 90},160,90`;
    return `${time(at * 10)} --> ${time(at * 10 + 10)}\nsprite.jpg#xywh=${place}\n`;
  });
  await writeFile(join(folder, 'thumbnails.vtt'), `WEBVTT\n\n${cues.join('\n')}`);
}

async function page(path: string, response: ServerResponse): Promise<void> {
  const file = path === '/library' ? 'account.html' : path.slice(1);
  const bytes = await readFile(join(dist, file)).catch(() => undefined);
  response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': types[extname(file)] ?? 'text/plain' });
  response.end(bytes);
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': '*', etag: '"1"' });
  response.end(JSON.stringify(body));
}

const listening = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.listen(0, '127.0.0.1', done);
  });

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
