// What a recorder gets of a room: a browser's picture and sound as coded frames on one clock, through a mute, a move to
// another media node and the loss of the signaling node's link.
import { RtpSockets } from '@meridian/opener';
import { createLogger, secureRng, systemClock } from '@meridian/runtime';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CodedFrame } from '../../recorder/src/core/frames.ts';
import { RoomTracks } from '../../recorder/src/room/room-tracks.ts';
import { closePages } from '../support/browser.ts';
import { join } from '../support/call.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { TestGateway } from '../support/test-gateway.ts';

const cloud = sharedCloud();
const log = createLogger({ name: 'recorder', level: 'silent' });
let browser: Browser;
let opener: TestGateway;
beforeAll(async () => {
  browser = await sharedChromium();
  opener = await TestGateway.start(cloud, 'opener-fra', 'frankfurt');
});
afterAll(async () => {
  await opener?.close();
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
});

interface Recorded {
  readonly kind: string;
  readonly frames: CodedFrame[];
  readonly mutes: boolean[];
  ends: number;
}

async function recorded(room: string) {
  const tracks = new Map<string, Recorded>();
  const ended: string[] = [];
  const receiver = await RoomTracks.open({
    links: opener,
    sockets: new RtpSockets({ listen: undefined, log }),
    token: () => cloud.token(room, 'recorder'),
    identity: '',
    clock: systemClock(),
    rng: secureRng(),
    log,
    onTrack: ({ trackId, kind }) => {
      const track: Recorded = { kind, frames: [], mutes: [], ends: 0 };
      tracks.set(trackId, track);
      return {
        frame: (frame) => void track.frames.push(frame),
        muted: (isMuted) => void track.mutes.push(isMuted),
        end: () => {
          track.ends += 1;
        },
      };
    },
    onEnded: (code) => void ended.push(code),
  });
  return { receiver, tracks, ended };
}

const isRising = (times: readonly number[]): boolean => times.every((ms, at) => at === 0 || ms > (times[at - 1] ?? 0));

it('every track of a room comes as coded frames on one clock, ends with its publisher, and once', async () => {
  const room = 'recorded';
  const ann = await join(browser, cloud, { room, name: 'Ann', from: 'frankfurt' });
  const { receiver, tracks, ended } = await recorded(room);
  const of = (kind: string): Recorded | undefined => [...tracks.values()].find((track) => track.kind === kind);
  await until('picture and sound come', () => [of('video'), of('audio')].every((t) => (t?.frames.length ?? 0) > 50));
  const [picture, sound] = [of('video') as Recorded, of('audio') as Recorded];
  expect(tracks.size).toBe(2);
  expect(picture.frames[0]).toMatchObject({ isKey: true });
  for (const { frames } of [picture, sound]) expect(isRising(frames.map(({ ptsMs }) => ptsMs))).toBe(true);
  // The two streams lie on one clock: neither is ahead of the other by what it waits for.
  const ahead = (picture.frames.at(-1)?.ptsMs ?? 0) - (sound.frames.at(-1)?.ptsMs ?? 0);
  expect(Math.abs(ahead)).toBeLessThan(1000);

  await ann.room('await room.localParticipant.setMicrophoneEnabled(false);');
  await until('the mute is heard', () => sound.mutes.at(-1) === true);
  await ann.room('await room.localParticipant.setMicrophoneEnabled(true);');
  await until('sound comes again', () => sound.mutes.at(-1) === false);
  const before = sound.frames.length;
  await until('more of it', () => sound.frames.length > before + 20);
  expect(isRising(sound.frames.map(({ ptsMs }) => ptsMs))).toBe(true);

  await ann.room('await room.disconnect();');
  await until('both tracks are over', () => picture.ends + sound.ends === 2);
  receiver.close();
  receiver.close();
  expect([picture.ends, sound.ends, ended]).toEqual([1, 1, []]);
});
