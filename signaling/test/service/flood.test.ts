// Tests sockets that send too much: the listener cuts them before it parses the excess, their address has to wait, and
// clients of other addresses get in meanwhile.
import { encodeClientFrame, parseRange } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ClientServer } from '../../src/adapters/clients/http.ts';
import { bounds } from '../../src/limits.ts';
import { joinMessage, TestClient, token } from './rig/client.ts';
import { Raw } from './rig/raw-upgrade.ts';
import { Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Frames without payload, masked, as a client sends them. */
const frames = (firstByte: number, count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => Buffer.of(firstByte, 0x80, 0, 0, 0, 0)));
const [ping, pong, fragment] = [0x89, 0x8a, 0x00];
const beginOfMessage = Buffer.of(0x02, 0x80, 0, 0, 0, 0);
const binary = (payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(0x82, 0xfe, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0), payload]);

describe('a socket that sends too much', () => {
  const clock = new ManualClock();
  const refused: string[] = [];
  let listener: ClientServer;
  /** Control frames of all sockets that were parsed. */
  let parsed = 0;
  async function listen(isJoined: boolean): Promise<void> {
    [parsed, refused.length] = [0, 0];
    listener = await ClientServer.listen({
      host: '127.0.0.1',
      port: 0,
      allowedOrigins: ['*'],
      trustedProxies: [parseRange('127.0.8.0/24') ?? expect.unreachable()],
      log: createLogger({ name: 'test', level: 'fatal' }),
      clock,
      development: false,
      entry: async () => [],
      missing: () => [],
      isFull: () => false,
      verify: async () => undefined,
      onLiveKit: (socket) => socket.terminate(),
      onClient: (socket: WebSocket, { prove }) => {
        const count = (): void => {
          parsed += 1;
        };
        socket.on('ping', count).on('pong', count);
        socket.on('error', () => socket.terminate());
        if (isJoined) prove();
      },
      onEcho: (socket: WebSocket) => void socket.on('error', () => socket.terminate()),
      onRefused: (why) => refused.push(why),
      openFilesMax: Number.POSITIVE_INFINITY,
    });
    closing.push(() => listener.close());
  }
  async function flood(address: string): Promise<boolean> {
    const raw = new Raw(listener.port, address);
    if (!(await raw.opens())) return false;
    raw.socket.write(frames(pong, 20_000));
    await raw.ends();
    return true;
  }

  it.each([
    ['pings', frames(ping, 20_000)],
    ['pongs', frames(pong, 20_000)],
    ['empty fragments', Buffer.concat([beginOfMessage, frames(fragment, 20_000)])],
    ['bytes', binary(new Uint8Array(65_000))],
  ])('with %s is cut before the first KiB above its bound is parsed', async (_what, bytes) => {
    await listen(false);
    const raw = new Raw(listener.port, '127.0.9.1');
    expect(await raw.opens()).toBe(true);
    const upgradeBytes = raw.bytesHeard;
    for (let sent = 0; sent < 4; sent += 1) raw.socket.write(bytes);
    await raw.ends();
    expect(parsed).toBeLessThanOrEqual(bounds.newSocketFrames.burst);
    expect(refused).toEqual(['frames']);
    // The socket was cut without a close code: at most a pong was sent for each ping.
    expect(raw.bytesHeard - upgradeBytes).toBeLessThanOrEqual(2 * bounds.newSocketFrames.burst);
  });

  it('is cut after its token too, at a higher bound', async () => {
    await listen(true);
    expect(await flood('127.0.9.1')).toBe(true);
    expect(parsed).toBeLessThanOrEqual(bounds.joinedSocketFrames.burst);
    const raw = new Raw(listener.port, '127.0.9.1');
    expect(await raw.opens()).toBe(true);
    const before = parsed;
    raw.socket.write(frames(pong, 2 * bounds.newSocketFrames.burst));
    await until(() => parsed - before === 2 * bounds.newSocketFrames.burst, 'twice what a new socket may say');
    expect(raw.isOver).toBe(false);
  });

  it('continues for as long as it keeps to its rate', async () => {
    await listen(false);
    const raw = new Raw(listener.port, '127.0.9.1');
    expect(await raw.opens()).toBe(true);
    for (let second = 1; second <= 60; second += 1) {
      raw.socket.write(frames(pong, bounds.newSocketFrames.perSecond - 1));
      await until(() => parsed === second * (bounds.newSocketFrames.perSecond - 1), 'all of them');
      clock.advance(1000);
    }
    expect(refused).toEqual([]);
  });

  it('makes its address wait: further sockets get 429 with a retry time until it is over, other addresses do not', async () => {
    await listen(false);
    const cutsMax = bounds.handshakesBurst / bounds.floodHandshakes;
    let cuts = 0;
    while (cuts <= cutsMax && (await flood('127.0.9.1'))) cuts += 1;
    expect(cuts).toBe(cutsMax);
    const late = new Raw(listener.port, '127.0.9.1');
    expect(await late.opens()).toBe(false);
    expect(late.answer).toMatch(/^HTTP\/1\.1 429 /);
    const seconds = Number(/^Retry-After: (\d+)\r$/m.exec(late.answer)?.[1]);
    expect(seconds).toBeGreaterThan(0);
    expect(refused.filter((why) => why === 'handshakes').length).toBeGreaterThan(0);
    expect(await new Raw(listener.port, '127.0.9.2').opens()).toBe(true);
    clock.advance(seconds * 1000);
    expect(await flood('127.0.9.1')).toBe(true);
    // After a second flood the address waits for seconds: its debt is paid first.
    clock.advance(1000);
    expect(await new Raw(listener.port, '127.0.9.1').opens()).toBe(false);
    clock.advance((bounds.handshakesBurst / bounds.handshakesPerSecond) * 1000);
    expect(await new Raw(listener.port, '127.0.9.1').opens()).toBe(true);
  });

  it('makes no other client wait behind a proxy that names no client', async () => {
    await listen(false);
    for (let cut = 0; cut < 5; cut += 1) expect(await flood('127.0.8.1')).toBe(true);
    expect(await new Raw(listener.port, '127.0.8.1').opens()).toBe(true);
  });

  it('does not keep out its neighbours: a hundred clients of the same address get in, and half of them after a cut', async () => {
    await listen(true);
    const openMany = async (count: number): Promise<boolean[]> =>
      Promise.all(Array.from({ length: count }, () => new Raw(listener.port, '127.0.9.1').opens()));
    expect(await openMany(100)).not.toContain(false);
    clock.advance(10_000);
    expect(await flood('127.0.9.1')).toBe(true);
    expect(await openMany(bounds.handshakesBurst - bounds.floodHandshakes - 1)).not.toContain(false);
  });
});

describe('while four addresses flood and come back as fast as they may', () => {
  it.each([
    ['without a token', false],
    ['joined', true],
  ])('%s, another client joins and is served, and the floods are turned away', async (_how, isJoined) => {
    const rig = await Rig.start();
    closing.push(() => rig.close());
    await rig.node('sfu-1');
    const instance = await rig.instance('sig-1');
    let [isStopped, cuts, refusals] = [false, 0, 0];
    async function keepFlooding(address: string): Promise<void> {
      const identity = `flood ${address}`;
      const join = encodeClientFrame({ requestId: 1, join: joinMessage(await token({ identity, room: 'flood' })) });
      while (!isStopped) {
        const raw = new Raw(instance.http.port, address);
        if (!(await raw.opens())) {
          refusals += 1;
          raw.socket.destroy();
          continue;
        }
        const upgradeBytes = raw.bytesHeard;
        if (isJoined) {
          raw.socket.write(binary(join));
          await until(() => raw.bytesHeard > upgradeBytes || raw.isOver, 'an answer to the Join');
        }
        raw.socket.write(frames(pong, 50_000));
        await raw.ends();
        cuts += 1;
      }
    }
    const floods = [1, 2, 3, 4].map((number) => keepFlooding(`127.0.9.${number}`));
    closing.push(async () => {
      isStopped = true;
      await Promise.all(floods);
    });
    await until(() => cuts >= 8 && refusals >= 20, 'each was cut twice, and they are turned away');
    const honest = await TestClient.join(instance.url, { identity: 'honest' });
    expect(await honest.publish('TR_honestmicrophone')).toBe('published');
    const refusedAtJoin = refusals;
    await until(() => refusals > refusedAtJoin, 'they have not stopped');
    expect(await honest.outcome({ ping: { sentMs: 1 } })).toBe('pong');
    expect(honest.closed).toBeUndefined();
  });
});
