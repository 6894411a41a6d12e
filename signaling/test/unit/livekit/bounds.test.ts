// Tests the bounds of a LiveKit client's state at a signaling node, and that nothing outlives its stay.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SessionDescription, UpdateSubscription } from '@livekit/protocol';
import { encodeServerFrame, note, type wire } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { LiveKitBridge } from '../../../src/clients/livekit/bridge.ts';
import { ResumableSessions } from '../../../src/clients/livekit/resumable-sessions.ts';
import { SessionRequests } from '../../../src/clients/livekit/session-requests.ts';
import { SharedRooms } from '../../../src/clients/livekit/shared-rooms.ts';
import { WaitingBytes } from '../../../src/clients/waiting-bytes.ts';
import { connectQueryOf } from '../../../src/core/index.ts';
import { livekitSignalBytesMax } from '../../../src/core/livekit/index.ts';
import { answerTo, audioTrack } from '../../support/livekit-messages.ts';
import { settled } from '../../support/memory-cloud.ts';
import type { LiveKitClient } from '../../support/memory-livekit.ts';
import { bobsTrack, Company } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await Company.start();
});
afterEach(() => company.cloud.close());

const subscribing = (subscribe: boolean) =>
  ({ case: 'subscription', value: new UpdateSubscription({ trackSids: [bobsTrack], subscribe }) }) as const;

it('a client that never answers gets a single offer while its tracks come and go, then the present state', async () => {
  const ann = await company.ann({ answers: false });
  for (let at = 0; at < 60; at += 1) {
    ann.say(subscribing(at % 2 === 1));
    await company.cloud.run(100);
  }
  expect(ann.all('offer').map(({ id }) => id)).toEqual([1]);
  ann.answers = true;
  for (const offer of ann.all('offer')) ann.answer(offer);
  await ann.hears('offer', 2);
  await settled();
  // Data, an inactive line, and the track's line.
  expect(ann.all('offer').map(({ sdp }) => sdp.split('m=').length - 1)).toEqual([2, 3]);
  expect(ann.all('offer').at(-1)?.midToTrackId).toEqual({ 2: bobsTrack });
});

it('only the last of several moves of a track during an unanswered offer is carried out', async () => {
  const ann = await company.ann({ answers: false });
  for (let at = 1; at <= 1000; at += 1) move(ann, at);
  await settled();
  ann.answers = true;
  for (const offer of ann.all('offer')) ann.answer(offer);
  await company.cloud.until(() => company.media.called('moveCommit').length > 0, 'the move is done');
  await company.cloud.run(1000);
  const done = company.media.called('moveCommit') as { done: wire.TrackMoveDone }[];
  expect(done.map(({ done: { trackEpoch, oldConsumerId } }) => [trackEpoch, oldConsumerId])).toEqual([[1000, 'c999']]);
});

it('an expected answer may be larger than any other message, an unexpected one may not', async () => {
  const ann = await company.ann({ answers: false });
  const [offer] = ann.all('offer');
  const sdp = answerTo(offer?.sdp ?? '', {}) + `a=x:${'y'.repeat(1000)}\r\n`.repeat(66);
  expect(sdp.length).toBeGreaterThan(livekitSignalBytesMax);
  ann.say({ case: 'answer', value: new SessionDescription({ type: 'answer', id: offer?.id ?? 0, sdp }) });
  await company.cloud.until(() => company.media.called('resume').length === 1, 'it receives');
  ann.say({ case: 'answer', value: new SessionDescription({ type: 'answer', id: offer?.id ?? 0, sdp }) });
  await ann.ends();
  expect(ann.dropped, 'the same again, which was not').toEqual(['FRAME_TOO_LARGE']);
});

function move(ann: LiveKitClient, trackEpoch: number): void {
  const { sessionId } = ann.session;
  const [before] = company.media.sessionOf('ann')?.subscriptions.values() ?? [];
  const subscription: wire.Subscription.$Properties = { ...before, consumerId: `c${trackEpoch}`, trackEpoch };
  const moved = { trackId: bobsTrack, trackEpoch, oldConsumerId: `c${trackEpoch - 1}`, subscription };
  company.media.say('sig-fra', note.consumerMoved, { roomKey: 'acme/lobby', sessionId, moved });
}

describe('after the end of a client', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  /** Returns a reference to the bridge of a client whose stay `end` has ended. */
  async function ended(end: (ann: LiveKitClient) => unknown): Promise<WeakRef<LiveKitBridge>> {
    const ann = await company.ann();
    ann.say(audioTrack('mic'));
    ann.offer([{ mid: '0', kind: 'audio', cid: 'mic' }]);
    await end(ann);
    await ann.ends();
    return new WeakRef(ann.bridge);
  }

  test.each<readonly [string, (ann: LiveKitClient) => unknown]>([
    ['was cut', (ann) => ann.cut()],
    ['broke the protocol', (ann) => ann.sayBytes(Uint8Array.of(0x0b))],
    ['was kicked', (ann) => company.bob.outcome({ kick: { sessionId: ann.session.sessionId } })],
  ])('no object keeps the bridge of a client that %s', async (_, end) => {
    const bridge = await ended(end);
    await company.cloud.until(() => company.media.sessions.size === 1, 'it has left');
    for (let at = 0; at < 20 && bridge.deref() !== undefined; at += 1) {
      await company.cloud.run(1000);
      collect();
    }
    expect(bridge.deref()).toBeUndefined();
  });

  it('unanswered requests are rejected, and so are later requests', async () => {
    const sessionRequests = new SessionRequests({
      clock: new ManualClock(),
      send: () => undefined,
      onFull: () => undefined,
    });
    const asked = sessionRequests.ask({ unpublish: { trackId: 'TR_1' } });
    sessionRequests.close();
    await expect(asked).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    await expect(sessionRequests.ask({ unpublish: { trackId: 'TR_1' } })).rejects.toMatchObject({
      code: 'SESSION_UNKNOWN',
    });
  });
});

it('a frame of the session that cannot be translated ends this client, and does not throw', () => {
  const sent: Uint8Array[] = [];
  const said: Uint8Array[] = [];
  const dropped: string[] = [];
  const rooms = new SharedRooms();
  const query = connectQueryOf('access_token=t');
  const bridge = new LiveKitBridge({
    query,
    socket: {
      send: (bytes) => sent.push(bytes) > 0,
      close: () => undefined,
      open: () => undefined,
      refuse: () => false,
      terminate: () => undefined,
    },
    clock: new ManualClock(),
    rng: seededRng('bridge'),
    log: createLogger({ name: 'test', level: 'silent' }),
    resumable: new ResumableSessions(),
    rooms,
    waitingBytes: new WaitingBytes(),
    tokens: { endWallMs: () => Infinity, renew: async (token) => token },
    isDraining: () => false,
    onDropped: (why) => dropped.push(why),
  });
  const ignoring = {
    roomKey: 'acme/lobby',
    sendChannel: () => false,
    onText: () => undefined,
    showNewcomers: () => undefined,
    onSilent: () => undefined,
    onEnd: () => undefined,
  };
  bridge.begin({ onFrame: (bytes) => said.push(bytes), ...ignoring });
  const withoutCertificate = { joined: { sessionId: 'PA_1', self: { sessionId: 'PA_1' }, recvTransport: { id: 't' } } };
  expect(bridge.send(encodeServerFrame(withoutCertificate))).toBe(true);
  expect([dropped, sent.length, said.length, rooms.size]).toEqual([['INTERNAL'], 1, 2, 0]);
});
