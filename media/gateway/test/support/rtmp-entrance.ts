// The gateway's RTMP entrance as it runs: its own decision on requests, which asks keys, a hook and the room. Only the
// room is scripted.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { FixedKeys } from '@meridian/node-shell';
import { createLogger, secureRng, systemClock } from '@meridian/runtime';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import type { DropKind } from '../../src/core/rtmp/drops.ts';
import { Hooks } from '../../src/live/hooks.ts';
import { type Publication, Publications } from '../../src/live/publications.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { RtmpListener, type RtmpListenerOptions } from '../../src/rtmp/listener.ts';
import { openRtmp } from '../../src/rtmp/open.ts';
import { gatesOf } from './gates.ts';
import { ScriptedRoom, streamKey } from './scripted-room.ts';

type Open = RtmpListenerOptions['open'];
const secret = 'the secret of this hook, which is long enough';

/** Publication of an encoder, with what its point got. */
export interface Taken {
  pictures: number;
  sounds: number;
}

export class RtmpEntrance {
  /** Units that came for the room, by identity. */
  readonly taken = new Map<string, Taken>();
  /** Requests, in order of their arrival. */
  readonly requests: string[] = [];
  readonly dropped: DropKind[] = [];
  readonly lines: string[] = [];
  readonly listener: RtmpListener;
  readonly #keys: StreamKeys;
  readonly #closing: (() => unknown)[];

  /** `hookMs`: time that the hook of the API key takes to allow a publication. Default: no hook. */
  static async open(o: { hookMs?: number; programmes?: Parameters<typeof openRtmp>[0]['programmes'] } = {}) {
    const closing: (() => unknown)[] = [];
    const room = await ScriptedRoom.open();
    closing.push(() => room.close());
    const clock = systemClock();
    const lines: string[] = [];
    const log = createLogger({
      name: 'gateway',
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    });
    const keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng: secureRng(), wallMs: () => clock.wallMs() });
    const hook = o.hookMs === undefined ? undefined : await slowHook(o.hookMs, closing);
    const apiKeys = [{ ...room.apiKey, ...(hook && { hook }) }];
    const hooks = new Hooks({ apiKeys, keys: new FixedKeys(apiKeys), clock, rng: secureRng(), log });
    closing.push(() => hooks.close());
    const publications = new Publications({ live: room.live, hooks, clock });
    const points = new PublishPoints({
      ...room.base,
      clock,
      converters: () => ({ write: () => undefined, close: () => undefined }),
    });
    closing.push(() => points.close());
    const programmes = o.programmes ?? ({} as never);
    const open = openRtmp({ keys, points, publications, programmes, clock, log });
    const entrance = new RtmpEntrance(keys, closing, lines);
    entrance.#watch(publications);
    const listener = await RtmpListener.listen(
      { ip: '127.0.0.1', port: 0 },
      {
        clock,
        rng: secureRng(),
        log,
        gate: gatesOf(clock).rtmp,
        onDrop: (kind) => void entrance.dropped.push(kind),
        open: entrance.#counted(open),
      },
    );
    closing.push(() => listener.close('the test is over'));
    return Object.assign(entrance, { listener });
  }

  private constructor(keys: StreamKeys, closing: (() => unknown)[], lines: string[]) {
    this.#keys = keys;
    this.#closing = closing;
    this.lines = lines;
    this.listener = undefined as never;
  }

  key(identity: string, use: 'publish' | 'play' = 'publish'): string {
    return this.#keys.seal(streamKey({ identity, use }));
  }

  url(identity: string): string {
    return `rtmp://127.0.0.1:${this.listener.port}/live/${this.key(identity)}`;
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
  }

  #counted(open: Open): Open {
    return (request, peer) => {
      this.requests.push(request.kind);
      return open(request, peer);
    };
  }

  #watch(publications: Publications): void {
    const begin = publications.begin.bind(publications);
    publications.begin = async (publishing, place) => {
      const publication: Publication = await begin(publishing, place);
      const taken = this.taken.get(publishing.identity) ?? { pictures: 0, sounds: 0 };
      this.taken.set(publishing.identity, taken);
      const [picture, sound] = [publication.picture.bind(publication), publication.sound.bind(publication)];
      publication.picture = (one) => {
        taken.pictures += 1;
        picture(one);
      };
      publication.sound = (codec, bytes) => {
        taken.sounds += 1;
        sound(codec, bytes);
      };
      return publication;
    };
  }
}

async function slowHook(answerMs: number, closing: (() => unknown)[]) {
  const server = createServer((request, response) => {
    request.resume();
    const timer = setTimeout(() => response.writeHead(200).end(), answerMs);
    response.on('close', () => clearTimeout(timer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, secret, onFailure: 'refuse' as const };
}
