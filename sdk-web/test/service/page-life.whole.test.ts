// What happens to a page while it is in a room: the network changes, it is hidden and shown, devices go, the browser
// holds sound back.
import { describe, expect, test, vi } from 'vitest';
import type { SignalingConnection } from './fake-signaling.ts';
import { connect, logged, logOf } from './page.ts';
import { eachTestHasSignalingAndAPage, eventually, page, signaling } from './rig.ts';

eachTestHasSignalingAndAPage();

const connections = (): SignalingConnection[] => signaling.seats.flatMap((seat) => seat.connections);
const pings = (): number => connections().flatMap((one) => one.bodies().filter((body) => body === 'ping')).length;
/** An answer of the signaling node from now on asks for pings so seldom that none comes by itself during a test. */
const seldomPinged = (): void => {
  for (const seat of signaling.seats) seat.joined = { pingIntervalMs: 60_000 };
};

describe('a socket that seems open', () => {
  test.each([
    { name: 'the network is back', event: `window.dispatchEvent(new Event('online'))` },
    { name: 'the page is thawed', event: `document.dispatchEvent(new Event('resume'))` },
    { name: 'the page is shown', event: `document.dispatchEvent(new Event('visibilitychange'))` },
  ])('is asked at once when $name, and given up when nothing comes back', async ({ event }) => {
    seldomPinged();
    signaling.seat(1).behave = (_connection, frame) => frame.body === 'ping';
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(pings()).toBe(0);
    await page.evaluate(event);
    await eventually(() => expect(pings()).toBe(1));
    await logged(page, 'reconnected');
    expect(await logOf(page)).toContain('signalReconnecting');
  });

  test('and answers goes on as if nothing had been', async () => {
    seldomPinged();
    expect(await connect(page, signaling.url)).toBe('connected');
    const online = (): Promise<unknown> => page.evaluate(`window.dispatchEvent(new Event('online'))`);
    await online();
    await eventually(() => expect(pings()).toBe(1));
    // Nothing is asked again while an answer is awaited: a second ping says that the first one was answered.
    await vi.waitFor(
      async () => {
        await online();
        expect(pings()).toBeGreaterThan(1);
      },
      { timeout: 60_000, interval: 20 },
    );
    expect(await page.evaluate('room.state')).toBe('connected');
    expect(await logOf(page)).not.toContain('signalReconnecting');
  });
});

test('an attempt that hangs in the old network is begun anew when there is another network', async () => {
  expect(await connect(page, signaling.url)).toBe('connected');
  const joins = (): number => connections().flatMap((one) => one.bodies().filter((body) => body === 'join')).length;
  for (const seat of signaling.seats) seat.behave = (_connection, frame) => frame.body === 'join'; // silence
  signaling.seat(1).last.socket.terminate();
  await eventually(() => expect(joins()).toBe(2));
  for (const seat of signaling.seats) seat.behave = () => false;
  await page.evaluate(`window.dispatchEvent(new Event('online'))`);
  await logged(page, 'reconnected');
  expect(joins()).toBe(3);
});

describe('a device', () => {
  test('that is unplugged counts as muted, and unmuting takes what the system has', async () => {
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

  test('that the user refuses fails with its code, and another try may work', async () => {
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

  test('that was opened for connect() and may not be published is released again', async () => {
    for (const seat of signaling.seats) {
      seat.behave = (connection, frame) => {
        if (frame.publish == null) return false;
        connection.reply(frame, { error: { code: 'NOT_PERMITTED', message: '', retryable: false } });
        return true;
      };
    }
    await page.evaluate(`
      const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (constraints) => (window.stream = await original(constraints));
    `);
    expect(await connect(page, signaling.url, { audio: true })).toBe('connected');
    await logged(page, 'localTrackPublicationFailed  NOT_PERMITTED me');
    await page.waitForFunction(`stream.getTracks().every((track) => track.readyState === 'ended')`);
  });

  test('that plays and is gone is replaced by the one of the system', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    await page.evaluate(`
      navigator.mediaDevices.enumerateDevices = async () => [];
      room.switchActiveDevice('audiooutput', 'headset').then(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));
    `);
    await logged(page, 'activeDeviceChanged audiooutput headset');
    await logged(page, 'activeDeviceChanged audiooutput');
    expect(await page.evaluate(`room.getActiveDevice('audiooutput')`)).toBe('');
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

test('a track is of one room: a second one refuses it while the first has it', async () => {
  expect(await connect(page, signaling.url)).toBe('connected');
  const outcome = await page.evaluate(`(async () => {
    const { track } = await room.localParticipant.setMicrophoneEnabled(true);
    const second = new M.Room();
    await second.connect(${JSON.stringify(signaling.url)}, 'another');
    const refused = await second.localParticipant.publishTrack(track).catch((error) => error.code);
    await room.localParticipant.unpublishTrack(track, false);
    const taken = await second.localParticipant.publishTrack(track).then(() => 'taken', (error) => error.code);
    await second.disconnect();
    return [refused, taken];
  })()`);
  expect(outcome).toEqual(['TRACK_EXISTS', 'taken']);
});

test('a name that the token does not allow to change is refused with what is missing', async () => {
  signaling.seat(1).behave = (connection, frame) => {
    if (frame.updateSelf == null) return false;
    connection.reply(frame, { error: { code: 'NOT_PERMITTED', message: '', retryable: false } });
    return true;
  };
  signaling.seat(2).open = false;
  expect(await connect(page, signaling.url)).toBe('connected');
  const error = page.evaluate(
    `room.localParticipant.setName('Eva').catch((error) => [error.code, error.message, error.cause?.code])`,
  );
  expect(await error).toEqual(['NOT_PERMITTED', expect.stringContaining('canUpdateOwnMetadata'), 'NOT_PERMITTED']);
});
