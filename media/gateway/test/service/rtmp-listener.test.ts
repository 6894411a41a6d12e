import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeMessage, messageType } from '../../src/core/rtmp/chunks.ts';
import { commandMessage, isCommandMessage, readCommand } from '../../src/core/rtmp/commands.ts';
import { RtmpLink } from '../../src/core/rtmp/link.ts';
import { IDLE_MS, type RtmpRequest } from '../../src/core/rtmp/server.ts';
import { rtmpLimits } from '../../src/gates.ts';
import { RtmpListener, type RtmpListenerOptions, type RtmpPeer } from '../../src/rtmp/listener.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { handshakeRandom } from '../support/rtmp-peer.ts';

const GOODBYE_MS = 2000;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(open: RtmpListenerOptions['open']) {
  const clock = new ManualClock({ nowMs: 1000 });
  const log = createLogger({ name: 'gateway', level: 'silent' });
  const listener = await RtmpListener.listen(
    { ip: '127.0.0.1', port: 0 },
    { clock, rng: seededRng('listener'), log, gate: gatesOf(clock).rtmp, open },
  );
  ends.push(async () => {
    await listener.close('the test is over');
    await eventually(() => expect([listener.connections, clock.pendingTimers]).toEqual([0, 0]));
  });
  return { listener, clock };
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
