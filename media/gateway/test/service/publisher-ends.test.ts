import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { FixedKeys } from '@meridian/node-shell';
import { limits } from '@meridian/protocol';
import { createLogger, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { encodeMessage, messageType, type RtmpMessage } from '../../src/core/rtmp/chunks.ts';
import { commandMessage, isCommandMessage, readCommand } from '../../src/core/rtmp/commands.ts';
import { RtmpLink } from '../../src/core/rtmp/link.ts';
import { IDLE_MS } from '../../src/core/rtmp/server.ts';
import { addH5 } from '../../src/http/h5.ts';
import { buildHttp } from '../../src/http/server.ts';
import { Sockets } from '../../src/http/sockets.ts';
import { HELD_MS } from '../../src/room/publish-point.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { RtmpListener } from '../../src/rtmp/listener.ts';
import { openRtmp } from '../../src/rtmp/open.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { handshakeRandom } from '../support/rtmp-peer.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';

const H5_SILENT_MS = 10_000;
const SHORT_MS = 5000;
const log = createLogger({ name: 'gateway', level: 'silent' });

let room: ScriptedRoom;
let points: PublishPoints;
let http: Awaited<ReturnType<typeof buildHttp>>;
let rtmp: RtmpListener;
let key: string;
/** Key of another participant, valid for five more seconds. */
let shortKey: string;
let address: string;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  room = await ScriptedRoom.open();
  const { clock, publications, tokens } = room.base;
  const rng = seededRng('silent sources');
  const keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng, wallMs: () => clock.wallMs() });
  key = keys.seal(streamKey());
  const expiresWallMs = clock.wallMs() + SHORT_MS - limits.clockLeewayMs;
  shortKey = keys.seal(streamKey({ identity: 'bo-encoder', expiresWallMs }));
  points = new PublishPoints({
    ...room.base,
    converters: () => ({ write: () => undefined, close: () => undefined }),
  });
  const programmes = {} as never;
  const open = openRtmp({ keys, points, publications, programmes, clock, log });
  const gates = gatesOf(clock);
  rtmp = await RtmpListener.listen({ ip: '127.0.0.1', port: 0 }, { clock, rng, log, gate: gates.rtmp, open });
  const ways = { tokens, keys, wallMs: () => clock.wallMs(), placing: {} as never };
  http = await buildHttp({ ways, allowedOrigins: ['*'], log, gate: gates.http });
  const sockets = new Sockets(http, { allowedOrigins: ['*'], log, clock, gate: gates.http });
  addH5({ keys, points, publications, programmes, streams: { checkLacks: () => undefined } as never, sockets, clock });
  address = (await http.listen({ host: '127.0.0.1', port: 0 })).replace('http://', '');
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await points.close();
  await eventually(() => {
    room.clock.advance(2000); // Times out goodbyes that no server read.
    expect([rtmp.connections, room.clock.pendingTimers]).toEqual([0, 0]);
  });
  await Promise.all([rtmp.close('the test is over'), http.close()]);
  room.close();
});

/** Encoder that keeps sending messages, with or without media. */
class Encoder {
  readonly statuses: string[] = [];
  heard = 0;
  readonly socket: Socket;
  isClosed = false;
  readonly #link = new RtmpLink('client', handshakeRandom);

  constructor() {
    this.socket = connect(rtmp.port, '127.0.0.1');
    this.socket
      .on('error', () => undefined)
      .on('close', () => {
        this.isClosed = true;
      });
    this.socket.on('data', (bytes) => {
      for (const message of this.#link.receive(bytes)) this.#hear(message);
      this.#flush();
    });
    ends.push(() => this.socket.destroy());
    this.#flush();
  }

  async ask(name: string): Promise<void> {
    await eventually(() => expect(this.#link.isHandshakeDone).toBe(true));
    this.#call('connect', [new Map([['app', 'live']])]);
    this.#call('createStream', [null]);
    this.#call('publish', [null, name, 'live'], 1);
  }

  async publish(name = key): Promise<void> {
    await this.ask(name);
    await eventually(() => expect(this.statuses.join()).toContain('NetStream.Publish.Start'));
  }

  sound(timestampMs: number): void {
    const payload = timestampMs === 0 ? hex('af001190') : hex('af0121000000');
    this.#send({ typeId: messageType.audio, streamId: 1, timestampMs, payload });
  }

  async chat(): Promise<void> {
    const before = this.heard;
    this.#call('releaseStream', [null, key]);
    await eventually(() => expect(this.heard).toBe(before + 1));
  }

  #hear(message: RtmpMessage): void {
    if (!isCommandMessage(message)) return;
    this.heard += 1;
    const [, status] = readCommand(message).values;
    if (status instanceof Map) this.statuses.push(`${status.get('code')} ${status.get('description') ?? ''}`);
  }
  #call(name: string, values: Parameters<typeof commandMessage>[0]['values'], streamId = 0): void {
    this.#send(commandMessage({ name, transactionId: 1, streamId, values }));
  }
  #send(message: RtmpMessage): void {
    this.socket.write(encodeMessage(message, { chunkStreamId: 3, chunkBytes: 128 }));
  }
  #flush(): void {
    for (const bytes of this.#link.takeOutput()) this.socket.write(bytes);
  }
}

/** Checks that the participant stays as long as its point is held, and then leaves. */
async function leavesAfterHold(): Promise<void> {
  const { last } = room.service;
  room.clock.advance(HELD_MS - 1);
  expect([points.size, last.closedWith]).toEqual([1, undefined]);
  room.clock.advance(1);
  await eventually(() => expect([points.size, last.closedWith]).toEqual([0, 1000]));
}

describe('an encoder by RTMP', () => {
  it('that sends messages without media is ended after 30 s, with the reason', async () => {
    const encoder = new Encoder();
    await encoder.publish();
    encoder.sound(0);
    encoder.sound(23);
    await eventually(() => expect(room.packets.length).toBeGreaterThan(0));
    for (let ms = 0; ms < IDLE_MS; ms += 5000) {
      await encoder.chat();
      room.clock.advance(5000);
    }
    await eventually(() => expect(encoder.isClosed).toBe(true));
    expect(encoder.statuses.at(-1)).toBe(`NetConnection.Call.Failed NO_MEDIA: no media came for ${IDLE_MS / 1000} s`);
    await eventually(() => expect(rtmp.connections).toBe(0));
    await leavesAfterHold();
  });

  it('is ended with the reason when its tenant exceeds its limit, and not when it ends a track itself', async () => {
    const encoder = new Encoder();
    await encoder.publish();
    room.endOwn('ENDED');
    await encoder.chat();
    expect(encoder.isClosed).toBe(false);
    room.endOwn('QUOTA_EXCEEDED');
    await eventually(() => expect(encoder.isClosed).toBe(true));
    expect(encoder.statuses.at(-1)).toContain('the tenant may not send that much');
    await eventually(() => expect(points.size).toBe(0));
  });

  it('that returns in time is the same participant, and one that returns later is another', async () => {
    const first = new Encoder();
    await first.publish();
    first.sound(0);
    first.sound(23);
    await eventually(() => expect(room.packets.length).toBe(1));
    first.socket.resetAndDestroy();
    await eventually(() => expect(rtmp.connections).toBe(0));
    room.clock.advance(HELD_MS - 1);
    const second = new Encoder();
    await second.publish();
    second.sound(0);
    second.sound(23);
    await eventually(() => expect(room.packets.length).toBe(2));
    expect(new Set(room.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
    expect(room.service.joins).toHaveLength(1);
    second.socket.resetAndDestroy();
    await eventually(() => expect(rtmp.connections).toBe(0));
    await leavesAfterHold();
    const third = new Encoder();
    await third.publish();
    expect(room.service.joins).toHaveLength(2);
  });
});

describe('a key that expires', () => {
  it('ends nothing while an encoder publishes with it, and opens nothing any more', async () => {
    const encoder = new Encoder();
    await encoder.publish(shortKey);
    encoder.sound(0);
    room.clock.advance(SHORT_MS + 1);
    encoder.sound(23);
    await eventually(() => expect(room.packets.length).toBe(1));
    expect(encoder.isClosed).toBe(false);
    const later = new Encoder();
    await later.ask(shortKey);
    await eventually(() => expect(later.isClosed).toBe(true));
    expect(later.statuses.at(-1)).toMatch(/^NetStream.Publish.Denied TOKEN_EXPIRED: /);
    expect([encoder.isClosed, points.size, room.service.joins.length]).toEqual([false, 1, 1]);
    encoder.socket.destroy();
  });

  it('ends nothing while a page publishes with it, and opens nothing any more', async () => {
    const open = (): WebSocket => {
      const socket = new WebSocket(`ws://${address}/live/${shortKey}.ts`);
      ends.push(() => socket.terminate());
      return socket;
    };
    const socket = open();
    await once(socket, 'open');
    await eventually(() => expect(room.service.joins).toHaveLength(1));
    room.clock.advance(SHORT_MS + 1);
    const [code, reason] = (await once(open(), 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1008, 'TOKEN_EXPIRED']);
    expect([socket.readyState, points.size]).toEqual([socket.OPEN, 1]);
  });
});

describe('a page by MPEG-1', () => {
  it('that sends nothing for 10 s is ended so that it reconnects, and leaves when it does not', async () => {
    const socket = new WebSocket(`ws://${address}/live/${key}.ts`);
    ends.push(() => socket.terminate());
    const closed = once(socket, 'close') as Promise<[number, Buffer]>;
    await once(socket, 'open');
    await eventually(() => expect(points.size).toBe(1));
    await eventually(() => expect(room.service.joins).toHaveLength(1));
    // The socket is accepted once the participant has joined.
    await eventually(() => expect(room.clock.nextDueMs).toBeLessThanOrEqual(room.clock.nowMs() + 1000));
    room.clock.advance(H5_SILENT_MS);
    expect(socket.readyState).toBe(socket.OPEN);
    room.clock.advance(1000);
    const [code, reason] = await closed;
    expect([code, reason.toString()]).toEqual([1013, 'PING_TIMEOUT']);
    await leavesAfterHold();
  });
});
