// A look at the wall as a page takes it: the stream of the api, read by this process.
import { execFileSync } from 'node:child_process';
import type { TestCloud } from './cloud.ts';
import type { SignedIn } from './users.ts';

export interface SeenTrack {
  readonly identity: string;
  readonly source: string;
  readonly isStream: boolean;
  readonly blackMs: number;
  readonly frozenMs: number;
  readonly silentMs: number;
  readonly noneMs: number;
  readonly levelDb: number;
}
export interface SeenRoom {
  readonly room: string;
  readonly state: string;
  readonly code: string;
  readonly participants: number;
  readonly tracks: readonly SeenTrack[];
}

export class WallLook {
  /** By the room's name: what was said last, and all pictures. */
  readonly rooms = new Map<string, { seen: SeenRoom; pictures: Buffer[] }>();
  readonly #ended = new AbortController();

  /** Rooms of the tenant `dev`. Rejects when it is refused. Lasts until `close`. */
  static async open(cloud: TestCloud, watcher: SignedIn, rooms: readonly string[]): Promise<WallLook> {
    const look = new WallLook();
    const names = rooms.map((room) => `dev/${encodeURIComponent(room)}`).join(',');
    const answer = await fetch(`${cloud.pageUrl}/api/v1/wall/stream?rooms=${encodeURIComponent(names)}`, {
      headers: { cookie: watcher.cookie },
      signal: look.#ended.signal,
    });
    if (!answer.ok || answer.body === null) throw new Error(`the wall: ${answer.status} ${await answer.text()}`);
    void look.#read(answer.body);
    return look;
  }

  close(): void {
    this.#ended.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    try {
      const decoder = new TextDecoder();
      for await (const bytes of body) {
        const events = (text + decoder.decode(bytes, { stream: true })).split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) {
          const data = event.split('\n').find((line) => line.startsWith('data: '));
          if (data !== undefined) this.#take(JSON.parse(data.slice('data: '.length)));
        }
      }
    } catch (error) {
      if (!this.#ended.signal.aborted) throw error;
    }
  }

  #take({ picture, ...seen }: SeenRoom & { readonly picture?: string }): void {
    const known = this.rooms.get(seen.room) ?? { seen, pictures: [] };
    known.seen = seen;
    if (picture !== undefined) known.pictures.push(Buffer.from(picture, 'base64'));
    this.rooms.set(seen.room, known);
  }
}

/** Brightness of each pixel of a JPEG, 0 to 255, by ffmpeg. Throws when it is none. */
export const lumaOf = (jpeg: Uint8Array): Buffer =>
  execFileSync(
    'ffmpeg',
    [...['-loglevel', 'error', '-f', 'mjpeg', '-i', 'pipe:0'], ...['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1']],
    { input: jpeg },
  );
