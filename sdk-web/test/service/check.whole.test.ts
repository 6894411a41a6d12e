// Room.check() against a scripted signaling node: its requests, its report, and the end of its resources.
import { beforeEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/check/types.ts';
import type { SignalingConnection } from './fake-signaling.ts';
import { eachTestHasSignalingAndAPage, eventually, joinOf, page, signaling } from './rig.ts';

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
  test('closes everything that it opened and rejects when it is aborted', async () => {
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
    const joinedConnections = connections().filter((one) => joinOf(one) !== undefined);
    expect(joinedConnections.map((one) => one.bodies().at(-1))).toEqual(joinedConnections.map(() => 'leave'));
  });

  test('joins its own room with one nonce, tries the paths that the media node offers, and skips the others', async () => {
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
});
