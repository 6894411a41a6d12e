// Support of push and pull tests: a hand-made programme, tokens of administrators, servers that misbehave.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Pushable } from '../../src/cdn/push.ts';
import { FlvMediaReader } from '../../src/core/flv/media.ts';
import { encodeMedia } from '../../src/core/rtmp/media.ts';
import type { Published } from '../../src/core/shown-kinds.ts';

type Viewer = Parameters<Pushable['watch']>[0];
type Item = Parameters<Viewer['take']>[0];

export interface Tag {
  readonly kind: 'audio' | 'video';
  readonly timestampMs: number;
  readonly body: Uint8Array;
}
const isFormat = ({ body }: Tag): boolean => body[1] === 0;
function contentOf({ kind, timestampMs, body }: Tag): Pick<Item, 'content'> {
  const read = new FlvMediaReader()[kind](timestampMs, body);
  if (read?.kind === 'audioFormat') return { content: { audioFormat: read.format } };
  return read?.kind === 'videoFormat' ? { content: { videoFormat: read.format } } : {};
}
const isKey = ({ kind, body }: Tag): boolean => kind === 'video' && body[0] === 0x17 && body[1] === 1;

/** Programme that sends a test's items, and the kept items to a late viewer. */
export class FakeProgramme implements Pushable {
  readonly viewers = new Set<Viewer>();
  keyFramesAsked = 0;
  expects: Published = 'picture';
  readonly #formats = new Map<string, Item>();
  #keptItems: Item[] = [];

  watch(viewer: Viewer): () => void {
    for (const item of this.begin()) viewer.take(item);
    this.viewers.add(viewer);
    return () => void this.viewers.delete(viewer);
  }

  begin(): readonly Item[] {
    return [...this.#formats.values(), ...this.#keptItems];
  }

  demandKeyFrame(): void {
    this.keyFramesAsked += 1;
  }

  give(tag: Tag): void {
    const item = {
      kind: tag.kind,
      isFormat: isFormat(tag),
      isKey: isKey(tag),
      rtmp: encodeMedia({ ...tag, streamId: 1 }),
      ...(isFormat(tag) && contentOf(tag)),
    };
    if (item.isFormat) this.#formats.set(item.kind, item);
    else if (item.isKey) this.#keptItems = [item];
    else if (this.#keptItems.length > 0) this.#keptItems.push(item);
    for (const viewer of this.viewers) viewer.take(item);
  }

  end(code: string): void {
    const viewers = [...this.viewers];
    this.viewers.clear();
    for (const viewer of viewers) viewer.ended(code);
  }
}

/** Returns a token of the room as a company's server signs it. */
export function tokenOf(
  apiKey: { key: string; secret: string },
  o: { room?: string; admin?: boolean; expiresWallMs: number },
): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const video = { room: o.room ?? 'lobby', roomJoin: true, roomAdmin: o.admin ?? true };
  const claims = { iss: apiKey.key, sub: 'ann', name: 'Ann', exp: Math.ceil(o.expiresWallMs / 1000), video };
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${createHmac('sha256', apiKey.secret).update(body).digest('base64url')}`;
}

export async function serve(
  act: (socket: Socket) => void,
): Promise<{ port: number; sockets: Set<Socket>; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    act(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
