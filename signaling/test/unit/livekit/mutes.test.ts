// Tests mutes of a LiveKit client around the moment at which its track is published, in virtual time.
import { TrackType } from '@livekit/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { microphoneOffer } from '../../support/livekit-messages.ts';
import { MemoryClient, MemoryCloud } from '../../support/memory-cloud.ts';
import { type LiveKitClient, MemoryLiveKit } from '../../support/memory-livekit.ts';

let cloud: MemoryCloud;
let livekit: MemoryLiveKit;
let bob: MemoryClient;
beforeEach(async () => {
  cloud = await MemoryCloud.start();
  cloud.mediaNode('m1', 'eu');
  livekit = new MemoryLiveKit(cloud, await cloud.node('sig-a', 'eu'));
  bob = await MemoryClient.join(cloud, livekit.node, { identity: 'bob' });
});
afterEach(() => cloud.close());

const media = () => cloud.mediaNodes.get('m1') ?? expect.unreachable();
/** Holds the node's answers to requests of this name until the returned function is called. */
function hold(name: string): () => void {
  const held = Promise.withResolvers<void>();
  media().heldAnswers.set(name, held.promise);
  return () => {
    media().heldAnswers.delete(name);
    held.resolve();
  };
}
/** Returns a client whose microphone is offered; the node's answer is held. */
async function joinOffering(): Promise<{ client: LiveKitClient; trackSid: string; mute(muted: boolean): void }> {
  const client = await livekit.join();
  client.answer();
  client.say({ case: 'addTrack', value: { cid: 'cid-mic', type: TrackType.AUDIO, name: 'mic', source: 2 } });
  const trackSid = (await client.hears('trackPublished')).track?.sid ?? '';
  client.say({ case: 'offer', value: { type: 'offer', sdp: microphoneOffer('cid-mic', 'first'), id: 1 } });
  return { client, trackSid, mute: (muted) => client.say({ case: 'mute', value: { sid: trackSid, muted } }) };
}
/** Mute of the track as bob sees it. */
function mutedFor(trackSid: string): boolean | undefined {
  const events = bob.events();
  const published = events.find(({ trackPublished }) => trackPublished?.track?.trackId === trackSid)?.trackPublished;
  const changes = events.flatMap(({ trackMuted }) => (trackMuted?.trackId === trackSid ? [trackMuted.muted] : []));
  return published == null ? undefined : (changes.at(-1) ?? published.track?.muted) === true;
}

it('a mute while the track is being published counts', async () => {
  const release = hold('produce');
  const { client, trackSid, mute } = await joinOffering();
  await cloud.run(10);
  mute(true);
  await cloud.run(10);
  release();
  await cloud.until(() => mutedFor(trackSid) === true, 'it is muted for bob');
  expect(client.all('mute')).toEqual([]);
});

it('of mutes while the track is being published and while its first mute is under way the last counts', async () => {
  const [release, releasePause] = [hold('produce'), hold('pauseTrack')];
  const { client, trackSid, mute } = await joinOffering();
  await cloud.run(10);
  mute(true);
  await cloud.run(10);
  release();
  await cloud.run(50);
  mute(false);
  await cloud.run(10);
  releasePause();
  await cloud.run(500);
  expect(mutedFor(trackSid)).toBe(false);
  expect(media().sessions.get(client.sid)?.tracks.get(trackSid)?.muted).toBe(false);
  expect(client.all('mute')).toEqual([]);
});
