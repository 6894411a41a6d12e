// Tests a programme of a room with more microphones than can be mixed, with the real rate limit of signaling.

import { fullBucket, limits, takeTokens, type wire } from '@meridian/protocol';
import { voicesMax } from '@meridian/room-media/core';
import { expect, it, vi } from 'vitest';
import { Programmes } from '../../src/room/programmes.ts';
import { refusal, ScriptedRoom, streamKey } from '../support/scripted-room.ts';
import { SilentMixer } from '../support/silent-mixer.ts';

const rate = { perSecond: limits.clientRequestsPerSecond, burst: limits.clientRequestBurst };
const TICK_MS = 20;
const microphone = (at: number): wire.TrackInfo.$Properties => {
  return { trackId: `TR_${at}`, kind: 1, source: 1, name: 'audio', mimeType: 'audio/opus' };
};
const camera = { trackId: 'TR_camera', kind: 2, source: 2, name: 'video', mimeType: 'video/H264' };

it('the picture is requested first, nothing is refused, and a speaker is heard at once', async () => {
  const count = 600;
  const room = await ScriptedRoom.open();
  const { clock, service } = room;
  const participants = Array.from({ length: count }, (_, at) => ({
    sessionId: `PA_${at}`,
    identity: `p${at}`,
    nodeId: 'n1',
    tracks: [microphone(at), ...(at === count - 1 ? [camera] : [])],
  }));
  room.answer = room.joined({ participants });
  let bucket = fullBucket(rate, clock.nowMs());
  let refused = 0;
  const asked: string[] = [];
  const held = new Set<string>();
  service.answerOther = (frame) => {
    const taken = takeTokens(bucket, rate, clock.nowMs());
    bucket = taken.bucket;
    if (!taken.ok) {
      refused += 1;
      return refusal('RATE_LIMITED');
    }
    const { updateSubscription: update, subscriptionsReady } = frame;
    if (subscriptionsReady == null && update?.trackId != null) {
      asked.push(`${update.subscribed === true ? '+' : '-'}${update.trackId}`);
      if (update.subscribed === true) held.add(update.trackId);
      else held.delete(update.trackId);
      // The arrival of each track causes one more request.
      const subscription = { trackId: update.trackId, consumerId: `c ${update.trackId}`, publisherSessionId: 'PA_0' };
      const codec = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 };
      const rtpParameters = { mid: 'a', codecs: [codec], headerExtensions: [], encodings: [{ ssrc: held.size }] };
      if (update.subscribed === true)
        service.last.sendFrame({
          subscriptionsAdded: { subscriptions: [{ ...subscription, kind: 1, rtpParameters }] },
        });
    }
    return { ack: {} };
  };
  const programmes = new Programmes({ ...room.base, mixers: SilentMixer.make, nodeId: 'gw' });
  const programme = await programmes.open(streamKey({ use: 'play' }));
  programme.watch({ take: () => undefined, ended: () => undefined });
  const pass = async (ms: number): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += TICK_MS) {
      clock.advance(TICK_MS);
      await new Promise(setImmediate);
    }
  };
  await vi.waitFor(() => expect(asked[0]).toBe('+TR_camera'), { timeout: 20_000 });
  await pass(5000);
  expect([asked.length, held.size, refused]).toEqual([1 + voicesMax, 1 + voicesMax, 0]);
  const [loud] = Array.from({ length: count }, (_, at) => `TR_${at}`).filter((trackId) => !held.has(trackId));
  const speaker = { sessionId: `PA_${loud?.slice(3)}`, level: 1 };
  const event = { seq: 2, speakersChanged: { speakers: [speaker] } };
  service.last.sendFrame({ roomEvents: { roomEpoch: 1, events: [event] } });
  await pass(1000);
  expect([held.has(loud ?? ''), held.size, asked.length, refused]).toEqual([true, 1 + voicesMax, 3 + voicesMax, 0]);
  await pass(30_000);
  expect([asked.length, refused]).toEqual([3 + voicesMax, 0]);
  await programmes.close();
  room.close();
});
