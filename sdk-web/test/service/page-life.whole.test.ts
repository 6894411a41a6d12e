// Events of a page in a room: network changes, a hidden page, unplugged devices, blocked audio.
import { describe, expect, test } from 'vitest';
import type { SignalingConnection } from './fake-signaling.ts';
import { connect, logged, logOf } from './page.ts';
import { eachTestHasSignalingAndAPage, eventually, page, signaling } from './rig.ts';

eachTestHasSignalingAndAPage();

const connections = (): SignalingConnection[] => signaling.seats.flatMap((seat) => seat.connections);
const pings = (): number => connections().flatMap((one) => one.bodies().filter((body) => body === 'ping')).length;
/** Makes later Joined answers ask for rare pings, so that no ping is due during a test. */
const makePingsRare = (): void => {
  for (const seat of signaling.seats) seat.joined = { pingIntervalMs: 60_000 };
};

describe('a socket that seems open', () => {
  test.each([
    { name: 'the network is back', event: `window.dispatchEvent(new Event('online'))` },
    { name: 'the page is thawed', event: `document.dispatchEvent(new Event('resume'))` },
    { name: 'the page is shown', event: `document.dispatchEvent(new Event('visibilitychange'))` },
  ])('is tested at once when $name, and given up if there is no answer', async ({ event }) => {
    makePingsRare();
    signaling.seat(1).behave = (_connection, frame) => frame.body === 'ping';
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(pings()).toBe(0);
    await page.evaluate(event);
    await eventually(() => expect(pings()).toBe(1));
    await logged(page, 'reconnected');
    expect(await logOf(page)).toContain('signalReconnecting');
  });
});

describe('a device', () => {
  test("counts as muted when it is unplugged, and unmuting opens the system's default", async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    await page.evaluate(`room.localParticipant.setMicrophoneEnabled(true).then(async (own) => {
      window.own = own;
      const [first] = await M.Room.getLocalDevices('audioinput');
      await room.switchActiveDevice('audioinput', first.deviceId);
      own.track.mediaStreamTrack.stop();
      own.track.mediaStreamTrack.dispatchEvent(new Event('ended'));
    })`);
    await logged(page, 'mediaDevicesError DEVICE_LOST audioinput');
    await page.waitForFunction('own.isMuted');
    await page.evaluate(`
      window.asked = [];
      const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (constraints) => { asked.push(constraints.audio.deviceId ?? 'any'); return original(constraints); };
    `);
    await page.evaluate('room.localParticipant.setMicrophoneEnabled(true)');
    expect(await page.evaluate('[asked, own.isMuted, own.track.mediaStreamTrack.readyState]')).toEqual([
      ['any'],
      false,
      'live',
    ]);
  });

  test('fails with a code when the user refuses it, and may work at another try', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    await page.evaluate(`
      window.original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    `);
    const tried = () =>
      page.evaluate(`room.localParticipant.setCameraEnabled(true).then(() => 'on', (error) => error.code)`);
    expect(await tried()).toBe('DEVICE_DENIED');
    expect(await logOf(page)).toContain('mediaDevicesError DEVICE_DENIED videoinput');
    await page.evaluate('navigator.mediaDevices.getUserMedia = original');
    expect(await tried()).toBe('on');
  });
});

test('a screen share that is stopped by the browser’s own bar is unpublished', async () => {
  expect(await connect(page, signaling.url)).toBe('connected');
  await page.evaluate(`
    navigator.mediaDevices.getDisplayMedia = async () => document.createElement('canvas').captureStream(5);
    room.localParticipant.setScreenShareEnabled(true).then((own) => { window.own = own; });
  `);
  await page.waitForFunction('window.own !== undefined');
  await page.evaluate(`own.track.mediaStreamTrack.dispatchEvent(new Event('ended'))`);
  await logged(page, 'localTrackUnpublished  me');
  await eventually(() => expect(signaling.seat(1).last.bodies()).toContain('unpublish'));
  expect(await page.evaluate('room.localParticipant.isScreenShareEnabled')).toBe(false);
});
