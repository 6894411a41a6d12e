import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { MeridianError } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeMessage, messageType } from '../../src/core/rtmp/chunks.ts';
import { commandMessage, isCommandMessage, readCommand } from '../../src/core/rtmp/commands.ts';
import type { DropKind } from '../../src/core/rtmp/drops.ts';
import { RtmpLink } from '../../src/core/rtmp/link.ts';
import { IDLE_MS, type RtmpRequest } from '../../src/core/rtmp/server.ts';
import { rtmpLimits } from '../../src/gates.ts';
import {
  HELD_BYTES_MAX,
  RtmpListener,
  type RtmpListenerOptions,
  type RtmpPeer,
  UNPROVEN_HELD_BYTES_MAX,
} from '../../src/rtmp/listener.ts';
import { openRtmp } from '../../src/rtmp/open.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { handshakeRandom } from '../support/rtmp-peer.ts';
import { streamKey } from '../support/scripted-room.ts';

const GOODBYE_MS = 2000;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(open: RtmpListenerOptions['open']) {
  const clock = new ManualClock({ nowMs: 1000 });
  const lines: string[] = [];
  const log = createLogger({ name: 'gateway', level: 'info', destination: { write: (line) => void lines.push(line) } });
  const dropped: DropKind[] = [];
  const onDrop = (kind: DropKind) => void dropped.push(kind);
  const { rtmp: gate } = gatesOf(clock);
  const accepted: Socket[] = [];
  const enter = gate.enter.bind(gate);
  vi.spyOn(gate, 'enter').mockImplementation((socket) => {
    accepted.push(socket as Socket);
    return enter(socket);
  });
  const listener = await RtmpListener.listen(
    { ip: '127.0.0.1', port: 0 },
    { clock, rng: seededRng('listener'), log, gate, onDrop, open },
  );
  ends.push(async () => {
    await listener.close('the test is over');
    await eventually(() => expect([listener.connections, clock.pendingTimers]).toEqual([0, 0]));
  });
  return { listener, clock, dropped, lines, accepted };
}

class Client {
  readonly socket: Socket;
  readonly link = new RtmpLink('client', handshakeRandom);
  readonly heard: string[] = [];
  isClosed = false;

  static async to(listener: RtmpListener, o: { allowHalfOpen?: boolean } = {}): Promise<Client> {
    const client = new Client(connect({ port: listener.port, host: '127.0.0.1', ...o }));
    await once(client.socket, 'connect');
    return client;
  }
  private constructor(socket: Socket) {
    this.socket = socket;
    ends.push(() => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('data', (bytes) => {
      for (const message of this.link.receive(bytes)) {
        if (!isCommandMessage(message)) continue;
        for (const value of readCommand(message).values)
          if (value instanceof Map) this.heard.push(`${value.get('code')} ${value.get('description')}`);
      }
      this.flush();
    });
    this.flush();
  }
  flush(): void {
    for (const bytes of this.link.takeOutput()) this.socket.write(bytes);
  }
  call(name: string, values: Parameters<typeof commandMessage>[0]['values'] = [null], streamId = 0): void {
    const message = commandMessage({ name, transactionId: 1, streamId, values });
    this.socket.write(encodeMessage(message, { chunkStreamId: 3, chunkBytes: 128 }));
  }
  async connect(): Promise<void> {
    await eventually(() => expect(this.link.isHandshakeDone).toBe(true));
    this.call('connect', [new Map([['app', 'live']])]);
    this.call('createStream');
  }
  async publish(name = 'key'): Promise<void> {
    await this.connect();
    this.call('publish', [null, name, 'live'], 1);
  }
}

const accepted = () => {
  const role = { take: vi.fn(), ended: vi.fn() };
  const asked: { request: RtmpRequest; peer: RtmpPeer }[] = [];
  const open = async (request: RtmpRequest, peer: RtmpPeer) => {
    asked.push({ request, peer });
    request.accept();
    return role;
  };
  return { role, asked, open };
};

describe('a peer', () => {
  it('whose request is not accepted in time is cut off', async () => {
    const { listener, clock } = await start(() => new Promise(() => undefined));
    const client = await Client.to(listener);
    await client.publish();
    await eventually(() => expect(listener.connections).toBe(1));
    clock.advance(rtmpLimits.proofMs);
    await eventually(() => expect(client.isClosed).toBe(true));
  });
  it('that publishes keeps its place when silent peers come', async () => {
    const { asked, open } = accepted();
    const { listener, clock } = await start(open);
    const publishes = await Client.to(listener);
    await publishes.publish();
    await eventually(() => expect(asked).toHaveLength(1));
    clock.advance(rtmpLimits.proofMs);
    for (let at = 0; at < rtmpLimits.perAddress + 10; at += 1) await Client.to(listener);
    await eventually(() => expect(listener.connections).toBe(1 + rtmpLimits.perAddress));
    expect(publishes.isClosed).toBe(false);
  });
  it('that has stopped publishing gives its place to a newcomer', async () => {
    const { role, asked, open } = accepted();
    const { listener } = await start(open);
    const rests = await Client.to(listener);
    await rests.publish();
    await eventually(() => expect(asked).toHaveLength(1));
    rests.call('deleteStream', [null, 1]);
    await eventually(() => expect(role.ended).toHaveBeenCalledOnce());
    for (let at = 0; at < rtmpLimits.perAddress; at += 1) await Client.to(listener);
    await eventually(() => expect(rests.isClosed).toBe(true));
  });
  it('that ends its half and stops reading is cut off', async () => {
    const { role, asked, open } = accepted();
    const { listener, clock } = await start(open);
    const client = await Client.to(listener, { allowHalfOpen: true });
    await client.publish();
    await eventually(() => expect(asked).toHaveLength(1));
    client.socket.pause();
    // The write exceeds the buffers of both sides, so the server's end cannot be sent.
    asked[0]?.peer.write(new Uint8Array(64 * 1024 * 1024));
    const before = clock.pendingTimers;
    client.socket.end();
    await eventually(() => expect(clock.nextDueMs).toBe(clock.nowMs() + GOODBYE_MS));
    expect(clock.pendingTimers).toBe(before);
    clock.advance(GOODBYE_MS);
    await eventually(() => expect(listener.connections).toBe(0));
    expect(role.ended).toHaveBeenCalledOnce();
  });
  it('that does not speak RTMP is ended', async () => {
    const { listener, clock } = await start(accepted().open);
    const socket = connect(listener.port, '127.0.0.1');
    ends.push(() => socket.destroy());
    socket.on('error', () => undefined).resume();
    const closed = once(socket, 'close');
    socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
    await closed;
    await eventually(() => expect([listener.connections, clock.pendingTimers]).toEqual([0, 0]));
  });
  it('that sends endless requests and reads no answers is cut off', async () => {
    const { asked, open } = accepted();
    const { listener, clock } = await start(open);
    const client = await Client.to(listener);
    await client.connect();
    client.call('play', [null, 'key'], 1);
    await eventually(() => expect(asked).toHaveLength(1));
    client.socket.pause();
    const one = commandMessage({ name: 'FCPublish', transactionId: 1, streamId: 0, values: [null, 'x'] });
    const chunk = encodeMessage(one, { chunkStreamId: 3, chunkBytes: 128 });
    const many = Buffer.concat(Array.from({ length: 2000 }, () => chunk));
    // The peer keeps to its allowed rate.
    const ask = (error?: Error | null): void => {
      clock.advance(2000);
      if (error == null) client.socket.write(many, ask);
    };
    ask();
    await eventually(() => expect(client.isClosed).toBe(true));
    await eventually(() => expect(listener.connections).toBe(0));
  });
  it("of an address at its bound takes the place of the address's oldest peer", async () => {
    const { listener } = await start(accepted().open);
    const clients: Client[] = [];
    for (let at = 0; at < rtmpLimits.perAddress; at += 1) clients.push(await Client.to(listener));
    await eventually(() => expect(listener.connections).toBe(rtmpLimits.perAddress));
    const next = await Client.to(listener);
    await eventually(() => expect(next.link.isHandshakeDone).toBe(true));
    expect(clients.map(({ isClosed }) => isClosed).indexOf(false)).toBe(1);
    expect(listener.connections).toBe(rtmpLimits.perAddress);
  });
});

describe('a request', () => {
  it('that is refused ends the socket after the reason was written', async () => {
    const { listener } = await start(async (request) => {
      request.refuse('NetStream.Publish.Denied', 'TOKEN_INVALID: not a valid stream key');
      return undefined;
    });
    const client = await Client.to(listener);
    await client.publish();
    await eventually(() => expect(client.isClosed).toBe(true));
    expect(client.heard.at(-1)).toBe('NetStream.Publish.Denied TOKEN_INVALID: not a valid stream key');
  });
  it('that fails by an internal error ends the socket without details', async () => {
    const { listener } = await start(() => Promise.reject(new Error('a secret')));
    const client = await Client.to(listener);
    await client.publish();
    await eventually(() => expect(client.isClosed).toBe(true));
    expect(client.heard.at(-1)).toBe('NetStream.Failed INTERNAL');
  });
  it('whose peer has gone meanwhile has its role ended once', async () => {
    const { role, open } = accepted();
    const later = Promise.withResolvers<void>();
    const asked = vi.fn();
    const { listener } = await start(async (request, peer) => {
      asked();
      await later.promise;
      return open(request, peer);
    });
    const client = await Client.to(listener);
    await client.publish();
    await eventually(() => expect(asked).toHaveBeenCalledOnce());
    client.socket.destroy();
    await eventually(() => expect(listener.connections).toBe(0));
    later.resolve();
    await eventually(() => expect(role.ended).toHaveBeenCalledOnce());
  });
});

/** Returns a request's `open` that answers when the test says so, like one that asks a hook. */
const answeredLater = () => {
  const role = { take: vi.fn(), ended: vi.fn() };
  const answer = Promise.withResolvers<'accept' | 'refuse'>();
  const asked: RtmpPeer[] = [];
  const open = async (request: RtmpRequest, peer: RtmpPeer) => {
    asked.push(peer);
    if ((await answer.promise) === 'refuse') request.refuse('NetStream.Publish.Denied', 'HOOK_REFUSED: no');
    return request.accept() ? role : undefined;
  };
  return { role, asked, answer, open };
};
const frames = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, timestampMs) =>
    encodeMessage(
      { typeId: messageType.video, streamId: 1, timestampMs, payload: new Uint8Array(bytes) },
      { chunkStreamId: 4, chunkBytes: 128 },
    ),
  );

describe('media that come before the answer', () => {
  const FRAME_BYTES = 10_000;

  it('reach the role all and in order, also 3 s of 20 Mbit/s', async () => {
    const { role, asked, answer, open } = answeredLater();
    const { listener, clock } = await start(open);
    const client = await Client.to(listener);
    await client.publish();
    await eventually(() => expect(asked).toHaveLength(1));
    asked[0]?.holdMore();
    const count = Math.round((20_000_000 / 8 / FRAME_BYTES) * 3);
    const sent = frames(count, FRAME_BYTES);
    const written = Promise.all(sent.map((bytes) => new Promise((resolve) => client.socket.write(bytes, resolve))));
    await written;
    expect([role.take.mock.calls.length, client.isClosed]).toEqual([0, false]);
    clock.advance(3000);
    answer.resolve('accept');
    await eventually(() => expect(role.take).toHaveBeenCalledTimes(count));
    const times = role.take.mock.calls.map(([event]) => event.timestampMs);
    expect(times).toEqual(Array.from({ length: count }, (_, at) => at));
  });

  it.each<[string, number, (peer: RtmpPeer) => void]>([
    ['without a valid key', UNPROVEN_HELD_BYTES_MAX, () => undefined],
    ['with a valid key', HELD_BYTES_MAX, (peer) => peer.holdMore()],
  ])('of a peer %s are read up to a bound, wait beyond it, and are not lost', async (_what, bytesMax, prove) => {
    const { role, asked, answer, open } = answeredLater();
    const { listener, clock, accepted } = await start(open);
    const client = await Client.to(listener);
    await client.publish();
    await eventually(() => expect(asked).toHaveLength(1));
    prove(asked[0] as RtmpPeer);
    // The kernel's buffers take several megabytes.
    const count = Math.ceil((bytesMax + 16 * 1024 * 1024) / FRAME_BYTES);
    for (const bytes of frames(count, FRAME_BYTES)) client.socket.write(bytes);
    await eventually(() => expect(accepted[0]?.isPaused()).toBe(true));
    expect(accepted[0]?.bytesRead).toBeLessThan(bytesMax + 4 * 65_536); // Pieces that a paused socket still reads.
    expect(client.socket.writableLength).toBeGreaterThan(0);
    answer.resolve('accept');
    await eventually(() => {
      clock.advance(100); // The peer keeps to its allowed rate.
      expect(role.take).toHaveBeenCalledTimes(count);
    });
    expect(client.isClosed).toBe(false);
  });

  it.each([
    ['in full once its key is known to be valid', 'valid', 1],
    ['little while its key is not valid', 'wrong', 0],
  ])('of a peer are held %s', async (_what, name, times) => {
    const keys = {
      open: async (key: string) => {
        if (key !== 'valid') throw new MeridianError('TOKEN_INVALID');
        return streamKey();
      },
    };
    const publications = { begin: vi.fn(() => new Promise(() => undefined)) };
    const clock = new ManualClock({ nowMs: 1000 });
    const log = createLogger({ name: 'gateway', level: 'silent' });
    const open = openRtmp({ keys, publications, clock, log } as never);
    const peer = { address: '127.0.0.1', holdMore: vi.fn() };
    const refuse = vi.fn();
    void open({ kind: 'publishRequested', app: 'live', name, refuse } as never, peer as never);
    await eventually(() => expect(publications.begin.mock.calls.length + refuse.mock.calls.length).toBe(1));
    expect(peer.holdMore).toHaveBeenCalledTimes(times);
  });

  it('are dropped when the request is refused, and the peer gets the reason', async () => {
    const { role, asked, answer, open } = answeredLater();
    const { listener } = await start(open);
    const client = await Client.to(listener);
    await client.publish();
    await eventually(() => expect(asked).toHaveLength(1));
    for (const bytes of frames(20, FRAME_BYTES)) client.socket.write(bytes);
    answer.resolve('refuse');
    await eventually(() => expect(client.isClosed).toBe(true));
    expect(client.heard.at(-1)).toBe('NetStream.Publish.Denied HOOK_REFUSED: no');
    expect(role.take).not.toHaveBeenCalled();
  });
});

describe('odd messages', () => {
  it('are counted each, and logged once of a kind when the peer has a valid key', async () => {
    const { role, asked, answer, open } = answeredLater();
    const { listener, dropped, lines } = await start(open);
    const client = await Client.to(listener);
    const odd = (typeId: number) =>
      client.socket.write(
        encodeMessage(
          { typeId, streamId: 0, timestampMs: 0, payload: Uint8Array.of(0) },
          { chunkStreamId: 4, chunkBytes: 128 },
        ),
      );
    await client.connect();
    for (const typeId of [19, 7, 9]) odd(typeId);
    await eventually(() => expect(dropped).toEqual(['messageType', 'messageType', 'stream']));
    expect(lines).toEqual([]);
    client.call('publish', [null, 'key', 'live'], 1);
    await eventually(() => expect(asked).toHaveLength(1));
    odd(19);
    answer.resolve('accept');
    for (const typeId of [9, 20, 20]) odd(typeId);
    await eventually(() => expect(role.take).toHaveBeenCalledOnce());
    await eventually(() => expect(dropped.slice(3)).toEqual(['messageType', 'command', 'command']));
    const logged = lines.map((line) => JSON.parse(line)).map(({ msg, kind, address }) => [msg, kind, address]);
    expect(logged).toEqual(
      ['messageType', 'stream', 'command'].map((kind) => ['RTMP messages are dropped', kind, '127.0.0.1']),
    );
  });
});

describe('a role', () => {
  it.each([
    ['its peer vanishes', (client: Client) => void client.socket.resetAndDestroy()],
    ['its peer ends the connection', (client: Client) => void client.socket.end()],
    ['its peer ends the stream', (client: Client) => client.call('deleteStream', [null, 1])],
    ['its peer breaks a rule', (client: Client) => client.call('publish', [null, 'other', 'live'], 1)],
  ])('is ended once when %s', async (_what, act) => {
    const { role, asked, open } = accepted();
    const { listener } = await start(open);
    const client = await Client.to(listener);
    await client.publish();
    await eventually(() => expect(asked).toHaveLength(1));
    act(client);
    await eventually(() => expect(role.ended).toHaveBeenCalledOnce());
    client.socket.destroy();
    await eventually(() => expect(listener.connections).toBe(0));
    expect(role.ended).toHaveBeenCalledOnce();
  });
  it('is ended when its peer falls silent', async () => {
    const { role, asked, open } = accepted();
    const { listener, clock } = await start(open);
    const client = await Client.to(listener);
    await client.publish();
    await eventually(() => expect(asked).toHaveLength(1));
    client.socket.removeAllListeners('data'); // The peer answers no ping.
    client.socket.resume();
    clock.advance(IDLE_MS);
    await eventually(() => expect(role.ended).toHaveBeenCalledOnce());
  });
  it('gets the media of its stream, and can give its encoder the reason of an end', async () => {
    const { role, asked, open } = accepted();
    const { listener } = await start(open);
    const client = await Client.to(listener);
    await client.publish();
    await eventually(() => expect(client.heard.join()).toContain('NetStream.Publish.Start'));
    const message = { typeId: messageType.audio, streamId: 1, timestampMs: 20, payload: Uint8Array.of(0xaf, 1, 2) };
    client.socket.write(encodeMessage(message, { chunkStreamId: 4, chunkBytes: 128 }));
    await eventually(() => expect(role.take).toHaveBeenCalledOnce());
    expect(role.take.mock.calls[0]?.[0]).toMatchObject({ kind: 'audio', timestampMs: 20 });
    asked[0]?.peer.close('KICKED: removed');
    await eventually(() => expect(client.isClosed).toBe(true));
    expect(client.heard).toContain('NetStream.Publish.Denied KICKED: removed');
    await eventually(() => expect(role.ended).toHaveBeenCalledOnce());
    expect(asked[0]?.peer.address).toContain('127.0.0.1');
  });
});
