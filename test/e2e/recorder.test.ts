// A host has a call recorded: the room's owner asks the centre, a recorder of the cloud joins, and what it brings into
// its store plays; another one goes on when it is killed, and what was written is not lost.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import { readFinishedRecording } from '@meridian/protocol';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Manifest } from '../../recorder/src/core/journal/manifest.ts';
import { readRecording } from '../../recorder/src/stints/read-recording.ts';
import { openFileStore } from '../../recorder/src/stores/file-store.ts';
import type { Store } from '../../recorder/src/stores/store.ts';
import { closePages, type Participant } from '../support/browser.ts';
import { join } from '../support/call.ts';
import { askApi } from '../support/company.ts';
import { fleetAlive, restarted } from '../support/fleet.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
const recorders = ['rec-fra', 'rec-sgp'];
let browser: Browser;
let place: string;
beforeAll(async () => {
  place = mkdtempSync(pathOf(tmpdir(), 'recordings-'));
  browser = await sharedChromium();
  await fleetAlive(cloud);
});
beforeEach(() => fleetAlive(cloud));
afterAll(async () => {
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
  rmSync(place, { recursive: true, force: true });
});

const running = (ann: Participant, recordingId: string): Promise<unknown> =>
  until('it runs', async () => (await states(ann)).includes(`${recordingId} running`));
const states = (p: Participant): Promise<string[]> =>
  p.room('return room.recordings.map(({ recordingId, state }) => recordingId + " " + state);');
/** The recorders that record something. */
const busy = async (): Promise<string[]> => {
  const shown = await Promise.all(recorders.map((id) => cloud.metrics(id)));
  return recorders.filter((_, at) => /^meridian_recorder_recordings [1-9]/m.test(shown[at] ?? ''));
};

/** Pieces that a recorder has written, of all recordings in the cloud. */
const pieces = async (id: string): Promise<number> =>
  Number(/_pieces_total (\d+)/.exec(await cloud.metrics(id))?.[1] ?? 0);

/** The store of a recorder as it is now, to be read beside the process that owns it. */
async function copyOf(recorderId: string): Promise<Store | undefined> {
  const folder = pathOf(cloud.stateDir, recorderId, 'recordings');
  if (!existsSync(folder)) return undefined;
  const to = mkdtempSync(pathOf(place, `${recorderId}-`));
  cpSync(folder, to, { recursive: true });
  return await openFileStore({ folder: to });
}

/** What one of these has of a recording in its store, once a stint of it has ended so, and all files are whole. */
const stored = (
  of: readonly string[],
  recordingId: string,
  why: string,
): Promise<{ store: Store; manifest: Manifest }> =>
  until(`a stint is in the store that has ended: ${why}`, async () => {
    for (const recorderId of of) {
      const store = await copyOf(recorderId);
      const manifest = await (store && readRecording(store, 'dev', recordingId).catch(() => undefined));
      const isWhole = manifest?.tracks.every(({ files }) => files.every(({ sha256 }) => sha256 !== undefined));
      const hasEnded = manifest?.stints.some((stint) => stint.why === why);
      if (store !== undefined && manifest !== undefined && hasEnded && isWhole) return { store, manifest };
      await store?.close('looked at');
    }
    return undefined;
  });

/** Decodes every file; answers codecs, and seconds for each kind. */
async function play({ store, manifest }: { store: Store; manifest: Manifest }, recordingId: string) {
  const seconds = { audio: 0, video: 0 };
  for (const { kind, files } of manifest.tracks)
    for (const { stintId, name } of files) {
      const file = pathOf(place, name.replaceAll('/', '-'));
      writeFileSync(file, await store.get(`t-dev/${recordingId}/${stintId}/${name}`));
      const raw = kind === 'video' ? 'rawvideo' : 's16le';
      execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', file, '-f', raw, '-y', '/dev/null']);
      const asked = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file];
      seconds[kind] += Number(execFileSync('ffprobe', asked).toString());
    }
  await store.close('played');
  return seconds;
}

it('a call is recorded by the recorder of its region from a host’s start to the stop, and plays', async () => {
  const ann = await join(browser, cloud, { room: 'recorder-call', name: 'Ann', from: 'frankfurt' });
  const before = await pieces('rec-fra');
  const recordingId = await ann.room<string>('return await room.acts.startRecording();');
  await running(ann, recordingId);
  expect(await busy()).toEqual(['rec-fra']);
  await until('media is on its disk', async () => (await pieces('rec-fra')) >= before + 5);
  await ann.room('await room.acts.stopRecording();');
  const found = await stored(['rec-fra'], recordingId, 'ended');
  expect(found.manifest).toMatchObject({ isOver: true, roomKey: 'dev/recorder-call', identity: '' });
  const seconds = await play(found, recordingId);
  expect(seconds.audio).toBeGreaterThan(1);
  expect(seconds.video).toBeGreaterThan(1);
  await until('its slots are free', async () => /_slots_used 0$/m.test(await cloud.metrics('rec-fra')));
  await playedByLink(recordingId);
});

/** The api has it finished, and hands out a link by which the recorder serves what plays. */
async function playedByLink(recordingId: string): Promise<void> {
  await until('the api has it finished', async () => {
    const { state } = await askApi(cloud, 'GET', `/recordings/${recordingId}`);
    expect(state).not.toBe('failed');
    return state === 'finished';
  });
  const { url } = await askApi(cloud, 'POST', `/recordings/${recordingId}/links`, { expiresInS: 60 });
  const base = new URLSearchParams(new URL(String(url)).hash.slice(1)).get('base') ?? '';
  const finished = readFinishedRecording(await (await fetch(`${base}finished.json`)).json());
  expect(finished).toMatchObject({ recordingId, outputs: [{ group: 'camera', hasPicture: true, hasSound: true }] });
  const movie = pathOf(place, 'finished.mp4');
  const answer = await fetch(`${base}${finished.outputs[0]?.mp4.name}`);
  writeFileSync(movie, Buffer.from(await answer.arrayBuffer()));
  execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', movie, '-f', 'null', '-']);
  await askApi(cloud, 'DELETE', `/recordings/${recordingId}`);
  await until('its files are gone', async () => (await fetch(`${base}finished.json`)).status === 404);
}

it('a recorder goes on when one is killed; the first brings what it had written into its store', async () => {
  const ann = await join(browser, cloud, { room: 'recorder-killed', name: 'Ann', from: 'frankfurt' });
  const recordingId = await ann.room<string>('return await room.acts.startRecording();');
  await running(ann, recordingId);
  const before = await pieces('rec-fra');
  await until('media is on its disk', async () => (await pieces('rec-fra')) >= before + 5);
  const others = await pieces('rec-sgp'); // and none by the first, when it has begun anew
  const firstPid = cloud.pid('rec-fra');
  cloud.kill('rec-fra');
  await restarted(cloud, 'rec-fra', firstPid);
  await running(ann, recordingId);
  await until(
    'media is on a disk again',
    async () => (await pieces('rec-sgp')) + (await pieces('rec-fra')) >= others + 5,
  );
  await ann.room('await room.acts.stopRecording();');
  await until('both are free', async () => (await busy()).length === 0);
  const first = await stored(['rec-fra'], recordingId, 'lost');
  expect(first.manifest.stints[0]).toMatchObject({ recorderId: 'rec-fra', why: 'lost' });
  expect((await play(first, recordingId)).video).toBeGreaterThan(1);
  const last = await stored(recorders, recordingId, 'ended');
  expect((await play(last, recordingId)).video).toBeGreaterThan(1);
});
