import { concatBytes } from '@meridian/room-media/core';
import { describe, expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import type { AmfValue } from '../../src/core/rtmp/amf0.ts';
import { messageType, type RtmpMessage } from '../../src/core/rtmp/chunks.ts';
import {
  CLIENT_IDLE_MS,
  CLIENT_SETUP_MS,
  RtmpClientConnection,
  type RtmpClientEvent,
} from '../../src/core/rtmp/client.ts';
import { commandMessage, isCommandMessage, readCommand } from '../../src/core/rtmp/commands.ts';
import { type DropKind, Drops } from '../../src/core/rtmp/drops.ts';
import { RtmpLink } from '../../src/core/rtmp/link.ts';
import { encodeMedia, encodeMetadata } from '../../src/core/rtmp/media.ts';
import { RtmpServerConnection, type RtmpServerEvent } from '../../src/core/rtmp/server.ts';
import { handshakeRandom } from '../support/rtmp-peer.ts';

type Role = 'publish' | 'play';
const clientOf = (role: Role, drops = new Drops()) =>
  new RtmpClientConnection({
    drops,
    role,
    app: 'live',
    tcUrl: 'rtmp://host/live',
    streamName: 'key?token=abc',
    random: handshakeRandom,
    nowMs: 0,
  });

class ScriptedServer {
  readonly client: RtmpClientConnection;
  readonly events: RtmpClientEvent[] = [];
  readonly calls: string[] = [];
  readonly dropped: DropKind[] = [];
  nowMs = 0;
  readonly #server = new RtmpLink('server', handshakeRandom);

  constructor(role: Role) {
    this.client = clientOf(role, new Drops((kind) => void this.dropped.push(kind)));
    this.exchange();
  }

  /** Returns a client after `createStream`, whose stream is 5. */
  static asking(role: Role): ScriptedServer {
    const scripted = new ScriptedServer(role);
    scripted.answer('_result', 1);
    scripted.answer('_result', 4, 5);
    return scripted;
  }

  answer(name: string, transactionId: number, value?: AmfValue): void {
    this.say(commandMessage({ name, transactionId, streamId: 0, values: [null, value] }));
  }

  status(code: string, level = 'status'): void {
    this.answer('onStatus', 0, new Map(Object.entries({ level, code, description: 'why' })));
  }

  say(message: RtmpMessage): void {
    this.#server.send(message, 3);
    this.exchange();
  }

  exchange(): void {
    for (;;) {
      const [fromClient, fromServer] = [this.client.takeOutput(), this.#server.takeOutput()];
      if (fromClient.length + fromServer.length === 0) return;
      const messages = fromClient.flatMap((bytes) => [...this.#server.receive(bytes)]);
      this.calls.push(...messages.filter(isCommandMessage).map((message) => readCommand(message).name));
      for (const bytes of fromServer) this.events.push(...this.client.receive(bytes, this.nowMs));
    }
  }
}

const media = (streamId: number): RtmpMessage => ({
  typeId: messageType.audio,
  streamId,
  timestampMs: 40,
  payload: hex('af'),
});

it.each<[string, DropKind, (server: ScriptedServer) => void]>([
  ['connect answered twice', 'commandOrder', (server) => server.answer('_result', 1)],
  ['createStream answered twice', 'commandOrder', (server) => server.answer('_result', 4, 5)],
  ['a command without content', 'command', (server) => server.say({ ...media(5), typeId: messageType.command })],
  ['a message of an unknown type', 'messageType', (server) => server.say({ ...media(5), typeId: 0 })],
  ['data that is cut', 'metadata', (server) => server.say({ ...media(5), typeId: 18, payload: hex('02 00') })],
  ['media of another stream', 'stream', (server) => server.say(media(6))],
])('%s is dropped, and the player goes on', (_, kind, act) => {
  const server = ScriptedServer.asking('play');
  act(server);
  server.status('NetStream.Play.Start');
  act(server);
  server.say(media(5));
  expect(server.events).toMatchObject([{ kind: 'ready' }, { kind: 'audio', streamId: 5 }]);
  expect(server.dropped).toEqual([kind, kind]);
});

describe('a server that breaks the rules ends the client:', () => {
  it.each([undefined, 0, -1, 1.5, 2 ** 32, Number.NaN, '5'])('a stream with the id %s', (id) => {
    const server = new ScriptedServer('publish');
    server.answer('_result', 1);
    server.answer('_result', 4, id);
    expect(server.events).toMatchObject([{ kind: 'ended', error: { code: 'INVALID' } }]);
  });

  it('another version', () => {
    expect(clientOf('play').receive(Uint8Array.of(6), 0)).toMatchObject([{ error: { code: 'UNSUPPORTED' } }]);
  });
});

describe("a refusal ends the client with the server's code and description:", () => {
  const refused = { kind: 'refused', code: 'NetConnection.Connect.Rejected', description: 'why' };
  const status = new Map(Object.entries({ level: 'error', code: refused.code, description: 'why' }));

  it('of connect', () => {
    const server = new ScriptedServer('publish');
    server.answer('_error', 1, status);
    expect(server.events).toEqual([refused]);
  });

  it('of publish', () => {
    const server = ScriptedServer.asking('publish');
    server.status('NetStream.Publish.BadName', 'error');
    server.status('NetStream.Publish.Start');
    expect(server.events).toEqual([{ kind: 'refused', code: 'NetStream.Publish.BadName', description: 'why' }]);
  });

  it('but not of releaseStream, which many servers do not know', () => {
    const server = new ScriptedServer('publish');
    server.answer('_result', 1);
    server.answer('_error', 2, status);
    expect(server.events).toEqual([]);
    expect(server.calls).toEqual(['connect', 'releaseStream', 'FCPublish', 'createStream']);
  });
});

describe('a player', () => {
  it('takes media of its stream and of stream 0 only, also before it is ready', () => {
    const server = ScriptedServer.asking('play');
    for (const id of [5, 6, 0]) server.say(media(id));
    server.status('NetStream.Play.Reset');
    server.status('NetStream.Play.Start');
    server.say(media(5));
    const audio = { kind: 'audio', streamId: 5, timestampMs: 40, body: hex('af') };
    expect(server.events).toEqual([audio, audio, { kind: 'ready', streamId: 5 }, audio]);
  });

  it.each(['NetStream.Play.UnpublishNotify', 'NetStream.Play.Stop'])('ends with %s', (code) => {
    const server = ScriptedServer.asking('play');
    server.status('NetStream.Play.Start');
    server.status(code);
    expect(server.events.at(-1)).toEqual({ kind: 'ended' });
    expect(server.client.isEnded).toBe(true);
  });

  it('ends with the end of the stream', () => {
    const server = ScriptedServer.asking('play');
    server.status('NetStream.Play.Start');
    server.say({ typeId: messageType.userControl, streamId: 0, timestampMs: 0, payload: hex('0001 00000005') });
    expect(server.events.at(-1)).toEqual({ kind: 'ended' });
  });
});

it('ends with a server that floods', () => {
  const server = ScriptedServer.asking('play');
  server.status('NetStream.Play.Start');
  server.say({ ...media(5), payload: hex('') });
  const [end] = server.client.receive(new Uint8Array(65_536).fill(0xc3), 0);
  expect(end).toMatchObject({ kind: 'ended', error: { code: 'TOO_MANY' } });
});

describe('the time', () => {
  it.each<Role>(['publish', 'play'])('in which a client has to be ready is 10 s (%s)', (role) => {
    const { client } = ScriptedServer.asking(role);
    expect(client.deadlineMs()).toBe(CLIENT_SETUP_MS);
    expect(client.tick(CLIENT_SETUP_MS - 1)).toEqual([]);
    expect(client.tick(CLIENT_SETUP_MS)).toMatchObject([{ kind: 'ended', error: { code: 'TIMED_OUT' } }]);
    expect(client.tick(CLIENT_SETUP_MS)).toEqual([]);
  });

  it('without media ends a player after 30 s, and no publisher', () => {
    const [player, publisher] = [ScriptedServer.asking('play'), ScriptedServer.asking('publish')];
    player.status('NetStream.Play.Start');
    publisher.status('NetStream.Publish.Start');
    expect(publisher.client.deadlineMs()).toBe(Number.POSITIVE_INFINITY);
    expect(player.client.deadlineMs()).toBe(CLIENT_IDLE_MS);
    player.nowMs = 10_000;
    player.say(media(5));
    player.client.mediaTaken(10_000);
    player.nowMs = 20_000;
    player.say(media(5));
    player.say({ ...media(5), typeId: 7 });
    player.say({ typeId: messageType.userControl, streamId: 0, timestampMs: 0, payload: hex('0006 00000000') });
    expect(player.client.deadlineMs()).toBe(10_000 + CLIENT_IDLE_MS);
    expect(player.client.tick(10_000 + CLIENT_IDLE_MS)).toMatchObject([
      {
        error: {
          code: 'TIMED_OUT',
          message: 'NO_MEDIA: no media came for 30 s; dropped: 1 × messages of an unknown type',
        },
      },
    ]);
  });
});

it('a client ends its stream properly once, and sends nothing if it has no stream', () => {
  const early = new ScriptedServer('publish');
  early.client.close();
  early.exchange();
  expect(early.calls).toEqual(['connect']);
  const late = ScriptedServer.asking('publish');
  late.client.close();
  late.client.close();
  late.exchange();
  expect(late.calls.slice(-3)).toEqual(['publish', 'FCUnpublish', 'deleteStream']);
});

it('a client publishes to and plays from our own server', () => {
  const heard: RtmpServerEvent[] = [];
  const make = (role: Role) => {
    const server = new RtmpServerConnection({ random: handshakeRandom, nowMs: 0 });
    return { client: clientOf(role), server, events: [] as RtmpClientEvent[] };
  };
  const [publisher, viewer] = [make('publish'), make('play')];
  const exchange = ({ client, server, events }: ReturnType<typeof make>) => {
    for (let bytes = client.takeOutput(); bytes.length > 0; bytes = client.takeOutput()) {
      for (const event of server.receive(concatBytes(bytes), 0)) {
        heard.push(event);
        if (event.kind === 'publishRequested' || event.kind === 'playRequested') event.accept();
      }
      for (const each of server.takeOutput()) events.push(...client.receive(each, 0));
    }
  };
  for (const side of [publisher, viewer]) exchange(side);
  expect(publisher.events).toEqual([{ kind: 'ready', streamId: 1 }]);
  const metadata = { kind: 'metadata', streamId: 1, timestampMs: 0, metadata: new Map([['width', 64]]) } as const;
  const picture = { kind: 'video', streamId: 1, timestampMs: 2 ** 32 - 1, body: new Uint8Array(66_000) } as const;
  publisher.server.receive(encodeMetadata(metadata, { toServer: true }), 0);
  expect(publisher.server.receive(encodeMedia(picture), 0)).toEqual([picture]);
  viewer.events.push(...viewer.client.receive(encodeMetadata(metadata, { toServer: false }), 0));
  viewer.events.push(...viewer.client.receive(encodeMedia(picture), 0));
  viewer.server.endPlay(1);
  for (const bytes of viewer.server.takeOutput()) viewer.events.push(...viewer.client.receive(bytes, 0));
  expect(viewer.events).toEqual([{ kind: 'ready', streamId: 1 }, metadata, picture, { kind: 'ended' }]);
  expect(heard).toMatchObject([
    { kind: 'publishRequested', app: 'live', name: 'key', query: 'token=abc' },
    { kind: 'playRequested', app: 'live', name: 'key', query: 'token=abc' },
  ]);
});
