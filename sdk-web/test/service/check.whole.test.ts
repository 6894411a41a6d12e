// Room.check() against a scripted signaling node: what it asks for, what it says of a service that misbehaves, and that
// it leaves nothing behind.
import { beforeEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/check/types.ts';
import type { SignalingConnection } from './fake-signaling.ts';
import { eachTestHasSignalingAndAPage, eventually, isJoin, joinOf, page, signaling } from './rig.ts';

eachTestHasSignalingAndAPage();

const noDevices = { camera: false, microphone: false };
/** Begins a check in the page; its outcome is in `window.outcome`. */
const begin = (options: object = noDevices, url = signaling.url, token = 'token'): Promise<unknown> =>
  page.evaluate(`
    window.shown = [];
    window.giveUp = new AbortController();
    window.outcome = M.Room.check(${JSON.stringify(url)}, ${JSON.stringify(token)}, {
      ...${JSON.stringify(options)},
      signal: giveUp.signal,
      onProgress: (report) => { shown.push(report); throw new Error('a page that fails'); },
    }).catch((error) => error.code ?? String(error));
    0`);
const outcome = (): Promise<CheckReport | string> => page.evaluate('outcome');
const stateOf = (part: keyof CheckReport): Promise<string | undefined> =>
  page.evaluate(`shown.at(-1)?.[${JSON.stringify(part)}].state`);
const connections = (): SignalingConnection[] => signaling.seats.flatMap((seat) => seat.connections);

beforeEach(async () => {
  for (const seat of signaling.seats) {
    seat.joined = { room: 'check/x' };
    seat.behave = (connection, frame) => {
      if (frame.ping == null || frame.requestId === 0) return false;
      connection.reply(frame, { pong: { sentMs: frame.ping.sentMs ?? 0 } });
      return true;
    };
  }
  await page.evaluate(`
    window.peers = [];
    window.RTCPeerConnection = new Proxy(RTCPeerConnection, { construct(target, args) {
      const made = new target(...args);
      peers.push(made);
      return made;
    } });
    window.devices = [];
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (asked) => {
      const stream = await open(asked);
      devices.push(...stream.getTracks());
      return stream;
    };
  `);
});

describe('a check', () => {
  test('given up on its way closes all that it opened, and rejects', async () => {
    await begin({});
    await eventually(async () => expect(await stateOf('udp')).toBe('running'));
    await eventually(async () => expect(await page.evaluate('peers.length > 0 && devices.length > 0')).toBe(true));
    await page.evaluate('giveUp.abort(); giveUp.abort()');
    expect(await outcome()).toBe('CONNECT_ABORTED');
    expect(
      await page.evaluate(
        `[peers.some((one) => one.signalingState !== 'closed'), devices.some((one) => one.readyState === 'live')]`,
      ),
    ).toEqual([false, false]);
    await eventually(() =>
      expect(
        connections()
          .map(({ closeCode }) => closeCode)
          .filter((code) => code === undefined),
      ).toEqual([]),
    );
    const joined = connections().filter((one) => joinOf(one) !== undefined);
    expect(joined.map((one) => one.bodies().at(-1))).toEqual(joined.map(() => 'leave'));
  });

  test('joins its own room with one nonce, by what the media node offers, and skips what it does not', async () => {
    await begin();
    await eventually(async () => expect(await stateOf('udp')).toBe('running'));
    const [join] = connections().flatMap((one) => joinOf(one) ?? []);
    expect(join).toMatchObject({
      token: 'token',
      check: expect.stringMatching(/^[A-Za-z0-9_-]{24}$/),
      manualSubscribe: true,
    });
    await page.evaluate('giveUp.abort()');
    const last = await page.evaluate<CheckReport>('shown.at(-1)');
    expect(last).toMatchObject({
      isFinished: false,
      camera: { state: 'skipped', code: 'NOT_ASKED' },
      signaling: {
        state: 'passed',
        value: { signalingId: expect.stringMatching(/^seat-/), rttMs: expect.any(Number) },
      },
      udp: { state: 'running', value: { targets: [{ protocol: 'udp', address: '127.0.0.1', port: 9 }] } },
      tcp: { state: 'skipped', code: 'NOT_OFFERED' },
      tls: { state: 'skipped', code: 'NOT_OFFERED' },
      placement: { nodeId: 'node-1', region: 'r' },
    });
  });

  test('of an earlier service, which would have let it into the room, leaves it at once and says so', async () => {
    for (const seat of signaling.seats) seat.joined = { room: 'room' };
    await begin();
    expect(await outcome()).toMatchObject({
      isFinished: true,
      signaling: { state: 'failed', code: 'PROTOCOL_UNSUPPORTED', value: { signalingId: expect.any(String) } },
      udp: { state: 'skipped', code: 'NO_SIGNALING' },
      uplink: { state: 'skipped', code: 'NO_SIGNALING' },
      verdict: 'bad',
      advice: [{ code: 'CHECK_REFUSED' }],
    });
    await eventually(() =>
      expect(
        connections()
          .filter((one) => joinOf(one))
          .map((one) => one.closeCode),
      ).toEqual([1000]),
    );
  });

  test.each([
    ['a service that is not there', 'http://127.0.0.1:9', undefined, 'ENTRY_UNREACHABLE', 'SIGNALING_BLOCKED'],
    ['a service without a place', undefined, 'NO_CAPACITY', 'NO_CAPACITY', 'SERVICE_BUSY'],
  ] as const)('of %s reports that', async (_what, url, refusal, code, advice) => {
    refuse(refusal);
    await begin(noDevices, url);
    expect(await outcome()).toMatchObject({ signaling: { state: 'failed', code }, advice: [{ code: advice }] });
  });

  test.each([
    ['a token that does not hold', { refusal: 'TOKEN_EXPIRED' }, 'TOKEN_EXPIRED'],
    ['no token', { token: '' }, 'TOKEN_MISSING'],
    ['no address', { url: 'http://[' }, 'ARGUMENT_INVALID'],
  ])('with %s rejects', async (_what, o: { refusal?: string; token?: string; url?: string }, code) => {
    refuse(o.refusal);
    await begin(noDevices, o.url, o.token);
    expect(await outcome()).toBe(code);
  });
});

function refuse(code: string | undefined): void {
  if (code === undefined) return;
  for (const seat of signaling.seats)
    seat.behave = (connection, frame) => {
      if (isJoin(frame)) connection.reply(frame, { error: { code } });
      return isJoin(frame);
    };
}
