// What a recorder gets of a room: a browser's picture and sound as coded frames on one clock; and what a stint makes of
// them: files that play, in a store.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import { RtpSockets } from '@meridian/opener';
import { createLogger, secureRng, systemClock } from '@meridian/runtime';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFileStore } from '../../object-store/src/file-store.ts';
import type { CodedFrame } from '../../opener/src/core/frames.ts';
import { RoomTracks, type RoomTracksOptions } from '../../opener/src/room/room-tracks.ts';
import { readRecording } from '../../recorder/src/stints/read-recording.ts';
import { Spool } from '../../recorder/src/stints/spool.ts';
import { Stint } from '../../recorder/src/stints/stint.ts';
import { Uploader } from '../../recorder/src/stints/uploader.ts';
import { diskError, HandledDisk, linesOf } from '../../recorder/test/support/spooling.ts';
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

const joined = (
  room: string,
  { identity, onTrack, onEnded }: Pick<RoomTracksOptions, 'identity' | 'onTrack' | 'onEnded'>,
): Promise<RoomTracks> =>
  RoomTracks.open({
    links: opener,
    sockets: new RtpSockets({ listen: undefined, log }),
    token: () => cloud.token(room, 'recorder'),
    protocol: 'recorder',
    identity,
    times: 'kept',
    clock: systemClock(),
    rng: secureRng(),
    log,
    onTrack,
    onEnded,
  });

async function recorded(room: string) {
  const tracks = new Map<string, Recorded>();
  const ended: string[] = [];
  const receiver = await joined(room, {
    identity: '',
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

/** What ffprobe counts when it decodes everything, whether packets follow one another, and what ffmpeg complains of. */
function played(path: string, kind: string) {
  const probe = (...o: string[]): string =>
    execFileSync('ffprobe', ['-v', 'error', ...o, '-of', 'csv=p=0', path])
      .toString()
      .trim();
  const [codec = '', frames] = probe('-count_frames', '-show_entries', 'stream=codec_name,nb_read_frames').split(',');
  const times = probe('-show_entries', 'packet=dts_time').split('\n').map(Number.parseFloat);
  const raw = ['-f', kind === 'video' ? 'rawvideo' : 's16le', '-y', '/dev/null'];
  const { stderr } = spawnSync('ffmpeg', ['-v', 'error', '-xerror', '-i', path, ...raw]);
  return { codec, frames: Number(frames), isRising: isRising(times), complaints: stderr.toString() };
}

it('a stint brings a call into a store as files that play, also past a disk that was full for a while', async () => {
  const [room, place, clock] = ['recorded-stint', mkdtempSync(pathOf(tmpdir(), 'stint-')), systemClock()];
  const disk = new HandledDisk();
  const space = await Spool.open({ folder: pathOf(place, 'spool'), disk, clock, log });
  const store = await openFileStore({ folder: pathOf(place, 'store') });
  const uploader = new Uploader({ store, clock, rng: secureRng(), log });
  try {
    const ann = await join(browser, cloud, { room, name: 'Ann', from: 'frankfurt' });
    const tenant = 'acme';
    const stint = await Stint.open({
      recordingId: 'call-1',
      roomKey: `${tenant}/${room}`,
      identity: '',
      recorderId: 'recorder-fra',
      space,
      uploader,
      clock,
      log,
      join: (hooks) => joined(room, hooks),
      onClosed: () => undefined,
    });
    const [folder = ''] = await space.stintFolders();
    const pieces = (): number => linesOf(folder).filter(({ type }) => type === 'piece').length;
    await until('pieces of both are kept', () => pieces() >= 4);
    disk.fails = (call, path) => (call === 'write' && path.endsWith('.mp4') ? diskError('ENOSPC') : undefined);
    const full = pieces();
    await until('the disk has refused something', () => disk.failures >= 2);
    disk.fails = () => undefined;
    // A browser sends a key frame only when it is asked for one.
    const gaps = (): number => linesOf(folder).filter(({ type }) => type === 'gap').length;
    await until('both go on', () => gaps() === 2 && pieces() >= full + 4);
    await ann.room('await room.disconnect();');
    await until('both tracks are over', () => stint.tracks === 0);
    await stint.close('ended');
    expect(await stint.outcome).toBe('stored');
    const manifest = await readRecording(store, tenant, 'call-1');
    expect([manifest.isOver, manifest.tracks.map(({ kind }) => kind).sort()]).toEqual([true, ['audio', 'video']]);
    for (const { files, kind } of manifest.tracks) {
      const counts = { frames: 0, ms: 0 };
      // Another size of the picture begins another file.
      for (const { stintId, name, codec, durationMs } of files) {
        const file = pathOf(place, name);
        writeFileSync(file, await store.get(`t-${tenant}/call-1/${stintId}/${name}`));
        const found = played(file, kind);
        expect(found).toMatchObject({ codec, isRising: true, complaints: '' });
        counts.frames += found.frames;
        counts.ms += durationMs;
      }
      expect(counts.frames).toBeGreaterThan(50);
      expect(counts.ms).toBeGreaterThan(6000);
    }
    expect(await space.stintFolders()).toEqual([]);
  } finally {
    space.close();
    await uploader.close();
    await store.close('test');
    rmSync(place, { recursive: true });
  }
});
