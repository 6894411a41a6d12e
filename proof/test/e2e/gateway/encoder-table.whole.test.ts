// Settings of x264 × protocols: a viewer that comes late, in the middle of an encoder's groups, decodes a picture from
// an entry point on and without an error, and sound.
import { type ChildProcess, spawn } from 'node:child_process';
import { FlvFileReader, flvHeader, flvTag, flvTagType } from '@meridian/room-media/core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameSums } from '../../../../media/gateway/test/support/ffmpeg.ts';
import { type ReadPlaylist, readPlaylist } from '../../../../media/gateway/test/support/hls-rules.ts';
import { closePages, type Participant } from '../../support/browser.ts';
import { join, untilMoreFrames, untilMoreSound } from '../../support/call.ts';
import { requestApi } from '../../support/company.ts';
import { Ffmpegs, soundInput } from '../../support/ffmpegs.ts';
import { untilFleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

const RATE = 25;
const picture = ['-re', '-f', 'lavfi', '-i', `testsrc2=size=160x96:rate=${RATE}`];
/** Pictures that a viewer decodes at least: more than a decoder guesses from one entry point with many references. */
const PICTURES_MIN = 50;
const SOUNDS_MIN = 60;
/** A viewer has all that it needs long before; a picture that never comes ends a cell so. */
const LIMIT_MS = 60_000;

interface Setting {
  readonly name: string;
  readonly x264: string;
  readonly options?: readonly string[];
  /** Pictures after which a viewer comes late: two groups, or once the gateway makes the picture again (after 12 s). */
  readonly lateAfter: number;
}
const zerolatency = ['-tune', 'zerolatency'];
const settings: readonly Setting[] = [
  { name: 'keyint=60, zerolatency', options: zerolatency, x264: 'keyint=60:slices=4', lateAfter: 150 },
  { name: 'bframes=3, b-pyramid, keyint=50', x264: 'bframes=3:b-pyramid=normal:keyint=50', lateAfter: 130 },
  { name: 'open-gop, bframes=2, keyint=30', x264: 'open-gop=1:bframes=2:keyint=30:repeat-headers=1', lateAfter: 400 },
  { name: 'intra-refresh, keyint=30', x264: 'intra-refresh=1:keyint=30:slices=4', lateAfter: 400 },
  { name: 'defaults, keyint=250', x264: 'keyint=250:repeat-headers=1', lateAfter: 540 },
  { name: 'open-gop, keyint=250', x264: 'open-gop=1:keyint=250', lateAfter: 540 },
  { name: 'intra-refresh, keyint=250', x264: 'intra-refresh=1:keyint=250:repeat-headers=1', lateAfter: 540 },
  { name: 'keyint=infinite, scenecut=0', x264: 'keyint=infinite:scenecut=0:slices=4', lateAfter: 540 },
];
const protocols = ['FLV', 'HLS', 'LL-HLS', 'WebRTC', 'jsmpeg', 'recording'] as const;
type Protocol = (typeof protocols)[number];

const cloud = sharedCloud();
const ffmpegs = new Ffmpegs();
const roomOf = ({ name }: Setting): string => `table-${settings.findIndex((one) => one.name === name)}`;
/** Pictures that each encoder has sent. */
const sent = new Map<Setting, number>();
const encoders = new Map<Setting, ChildProcess>();
let browser: Browser;

beforeAll(async () => {
  browser = await sharedChromium();
  await untilFleetAlive(cloud);
});
afterAll(async () => {
  ffmpegs.end();
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
});

/** Starts an encoder, once for each setting. */
async function publish(setting: Setting | undefined): Promise<void> {
  if (setting === undefined || sent.has(setting)) return;
  sent.set(setting, 0);
  const { publish: to } = await waysOf(cloud, 'frankfurt', { room: roomOf(setting), identity: 'ann' });
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-threads', '1', '-pix_fmt', 'yuv420p'];
  const coded = [...coding, ...(setting.options ?? []), '-x264-params', setting.x264];
  const sound = ['-c:a', 'aac', '-b:a', '64k'];
  const progress = ['-progress', 'pipe:1', '-stats_period', '0.2'];
  const to264 = [...coded, ...sound, ...progress, '-f', 'flv', to?.rtmp.url ?? ''];
  const child = ffmpegs.start(['-nostdin', ...picture, ...soundInput, ...to264], { complaints: 'expected' });
  child.stdout?.on('data', (text: Buffer) => {
    for (const [, count] of text.toString().matchAll(/frame=\s*(\d+)/g)) sent.set(setting, Number(count));
  });
  encoders.set(setting, child);
}

/** Decodes all; the pictures and frames of sound, and what the decoder complained about. */
async function decoded(format: string, bytes: Uint8Array) {
  const read = ['-hide_banner', '-v', 'error', '-f', format, '-i', 'pipe:0', '-map', '0:v', '-map', '0:a'];
  const child = spawn('ffmpeg', [...read, '-fps_mode', 'passthrough', '-f', 'framemd5', 'pipe:1']);
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  child.stdin.on('error', () => undefined); // The decoder may end sooner.
  child.stdin.end(bytes);
  await new Promise((resolve) => child.once('close', resolve));
  const sums = frameSums(output);
  return { pictures: sums.get('0')?.length ?? 0, sounds: sums.get('1')?.length ?? 0, complaints };
}
/** Decodes without a complaint, at least so many pictures. A busy machine loses some, up to a key frame. */
async function expectDecodable(format: string, bytes: Uint8Array, pictures: number): Promise<void> {
  const found = await decoded(format, bytes);
  expect(found).toMatchObject({ complaints: '' });
  expect(found.pictures).toBeGreaterThanOrEqual(pictures);
  expect(found.sounds).toBeGreaterThanOrEqual(SOUNDS_MIN / 2);
}

/** Ends the wait of a viewer to whom nothing that plays comes. */
const limit = (): AbortSignal => AbortSignal.timeout(LIMIT_MS);

async function byFlv(room: string): Promise<void> {
  const { play } = await waysOf(cloud, 'frankfurt', { room, identity: 'flv' });
  const gone = new AbortController();
  const { body } = await fetch(play?.flv ?? '', { signal: AbortSignal.any([gone.signal, limit()]) });
  const reader = new FlvFileReader();
  const parts = [flvHeader({ hasAudio: true, hasVideo: true })];
  const pictures: Uint8Array[] = [];
  let sounds = 0;
  for await (const bytes of body ?? []) {
    for (const { type, timestampMs, body: tag } of reader.push(bytes)) {
      parts.push(flvTag(type, timestampMs, tag));
      if (type === flvTagType.video && tag[1] === 1) pictures.push(tag);
      if (type === flvTagType.audio && tag[1] === 1) sounds += 1;
    }
    if (pictures.length > PICTURES_MIN && sounds > SOUNDS_MIN) break;
  }
  gone.abort();
  expect((pictures[0]?.[0] ?? 0) >> 4).toBe(1); // a key frame
  await expectDecodable('flv', Buffer.concat(parts), pictures.length - 3);
}

async function hlsOf(room: string, identity: string) {
  const { play } = await waysOf(cloud, 'frankfurt', { room, identity });
  const url = (name: string): string => (play?.hls ?? '').replace('index.m3u8', name);
  const signal = limit();
  const file = async (name: string): Promise<Buffer> => {
    const answer = await fetch(url(name), { signal });
    if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const playlist = async (query = ''): Promise<ReadPlaylist> =>
    readPlaylist((await file(`media.m3u8${query}`)).toString());
  const begun = await until('there is a playlist', playlist);
  expect((await file('index.m3u8')).toString()).toMatch(/CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2"/);
  const next = (hint: string): Promise<ReadPlaylist> => {
    const [, msn, part] = /part-(\d+)\.(\d+)/.exec(hint) ?? [];
    return playlist(`?_HLS_msn=${msn}&_HLS_part=${part}`);
  };
  return { file, begun, next };
}
const picturesIn = (durations: readonly { readonly duration: number }[]): number =>
  Math.floor(durations.reduce((sum, { duration }) => sum + duration, 0) * RATE) - 5;

async function byHls(room: string): Promise<void> {
  const { file, begun, next } = await hlsOf(room, 'hls');
  let now = begun;
  /**
   * Whole segments from the first that begins with a key frame after the last change of tracks: the sound of a lone
   * publisher replaces the first silence, in the middle of a group.
   */
  const whole = () => {
    const same = now.segments.filter(({ uri, map }) => uri !== undefined && map === now.segments.at(-1)?.map);
    const from = same.findIndex(({ parts }) => parts[0]?.isIndependent === true);
    return from < 0 ? [] : same.slice(from);
  };
  while (whole().length < 3) now = await next(now.hint);
  const played = whole().slice(0, 3);
  const files = [played[0]?.map ?? '', ...played.map(({ uri }) => uri ?? '')].map(file);
  await expectDecodable('mp4', Buffer.concat(await Promise.all(files)), PICTURES_MIN / 2);
}

async function byLowLatencyHls(room: string): Promise<void> {
  const { file, begun, next } = await hlsOf(room, 'llhls');
  let now = begun;
  const parts = () => now.segments.flatMap(({ parts: own, map }) => own.map((part) => ({ ...part, map })));
  const played = new Map<string, ReturnType<typeof parts>[number]>();
  for (; picturesIn([...played.values()]) <= 2 * PICTURES_MIN; now = await next(now.hint)) {
    const listed = parts();
    const map = listed.at(-1)?.map;
    if ([...played.values()].some((part) => part.map !== map)) played.clear(); // The tracks have changed.
    const from = listed.findLastIndex((part) => part.isIndependent && part.map === map);
    const isBegun = played.size > 0;
    for (const [at, part] of listed.entries())
      if (part.map === map && (isBegun ? at > listed.findIndex(({ uri }) => played.has(uri)) : from >= 0 && at >= from))
        played.set(part.uri, part);
  }
  const files = [[...played.values()][0]?.map ?? '', ...played.keys()].map(file);
  await expectDecodable('mp4', Buffer.concat(await Promise.all(files)), PICTURES_MIN / 2);
}

async function byMpeg1(room: string): Promise<void> {
  const { play } = await waysOf(cloud, 'frankfurt', { room, identity: 'h5' });
  const socket = new WebSocket(play?.h5 ?? '');
  socket.binaryType = 'arraybuffer';
  const parts: Buffer[] = [];
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => void parts.push(Buffer.from(data)));
  const found = await until(
    'picture and sound come',
    async () => {
      const all = await decoded('mpegts', Buffer.concat(parts));
      return all.pictures > PICTURES_MIN && all.sounds > SOUNDS_MIN && all;
    },
    LIMIT_MS,
  );
  socket.close();
  expect(found.complaints).toBe('');
}

interface Row {
  readonly cells: Readonly<Record<Protocol, Promise<void>>>;
  close(): Promise<void>;
}
function watchLate(room: string): Row {
  const query = { room, name: 'Bo', from: 'frankfurt', camera: '0' };
  const bo = join(browser, cloud, query);
  const byWebrtc = async (): Promise<void> => {
    const viewer = await bo;
    await Promise.all([untilMoreFrames(viewer, PICTURES_MIN, LIMIT_MS), untilMoreSound(viewer, LIMIT_MS)]);
  };
  const cells = {
    FLV: byFlv(room),
    HLS: byHls(room),
    'LL-HLS': byLowLatencyHls(room),
    WebRTC: byWebrtc(),
    jsmpeg: byMpeg1(room),
    recording: bo.then(byRecording),
  };
  for (const cell of Object.values(cells)) cell.catch(() => undefined); // Its test awaits it.
  return {
    cells,
    close: async () => {
      await Promise.allSettled(Object.values(cells));
      await (await bo).page.context().close();
    },
  };
}

async function byRecording(host: Participant): Promise<void> {
  const recordingId = await host.room<string>('return await room.acts.startRecording({ mode: "tracks" });');
  const state = 'return room.recordings.map((one) => one.recordingId + " " + one.state);';
  await until('it runs', async () => (await host.room<string[]>(state)).includes(`${recordingId} running`));
  await untilMoreFrames(host, 6 * RATE, LIMIT_MS);
  await host.room('await room.acts.stopRecording();');
  await until('the api has it finished', async () => {
    const { state: now } = await requestApi(cloud, 'GET', `/recordings/${recordingId}`);
    expect(now).not.toBe('failed');
    return now === 'finished';
  });
  const { outputs } = (await requestApi(cloud, 'GET', `/recordings/${recordingId}`)) as {
    readonly outputs?: readonly { readonly item: string; readonly height: number }[];
  };
  const item = outputs?.find(({ height }) => height > 0)?.item ?? expect.unreachable();
  const { url } = await requestApi(cloud, 'POST', `/library/items/${item}/links`, { may: 'download', expiresInS: 60 });
  const answer = await fetch(String(url));
  const file = Buffer.from(await answer.arrayBuffer());
  await requestApi(cloud, 'DELETE', `/recordings/${recordingId}`);
  await expectDecodable('mp4', file, PICTURES_MIN);
}

describe.each(settings)('an encoder with $name', (setting) => {
  let row: Row;
  beforeAll(async () => {
    await publish(setting);
    await until('a viewer comes late', () => (sent.get(setting) ?? 0) >= setting.lateAfter, LIMIT_MS);
    row = watchLate(roomOf(setting));
    await publish(settings[settings.indexOf(setting) + 1]); // The next row begins sooner.
  });
  afterAll(async () => {
    await row?.close();
    encoders.get(setting)?.kill();
  });
  it.each(protocols)('is played late by %s', async (protocol) => {
    await row.cells[protocol];
  });
});
