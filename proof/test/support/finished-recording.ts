// Makes a finished recording: three people, a shared screen, a hole, and everything else that the page shows.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type {
  FinishedFile,
  FinishedOutput,
  FinishedRecording,
  RecordedPost,
} from '../../../base/protocol/src/recording-file.ts';

const run = promisify(execFile);
export const finishedSeconds = 24;

interface OutputPart {
  readonly name: string;
  readonly group: FinishedOutput['group'];
  readonly identity: string;
  readonly title: string;
  readonly offsetS: number;
  readonly durationS: number;
  /** Source of ffmpeg, without size and duration. */
  readonly picture: string;
  readonly toneHz: number | undefined;
}

const people = { ann: 'Ann Weber', bob: '李明', eve: 'Eve Okafor' } as const;
const camera = (
  identity: keyof typeof people,
  o: Omit<OutputPart, 'name' | 'group' | 'identity' | 'title'>,
): OutputPart =>
  Object.assign({ name: `camera-${identity}`, group: 'camera' as const, identity, title: people[identity] }, o);

const colours = 'gradients=speed=0.02:c0=';
const parts: readonly OutputPart[] = [
  camera('ann', { offsetS: 0, durationS: 24, picture: `${colours}0x0b7264:c1=0x7fc8a9:x0=0:y0=0`, toneHz: 300 }),
  camera('bob', { offsetS: 2, durationS: 20, picture: `${colours}0x7a4b9d:c1=0xe8a0bf:x0=0:y0=0`, toneHz: 400 }),
  camera('eve', { offsetS: 4, durationS: 20, picture: `${colours}0x9a5b1e:c1=0xf2cb7b:x0=0:y0=0`, toneHz: 500 }),
  {
    name: 'screen-bob',
    group: 'screen',
    identity: 'bob',
    title: '李明',
    offsetS: 10,
    durationS: 6,
    picture: 'testsrc2=duration=6:',
    toneHz: undefined,
  },
];

const second = (s: number): number => s * 1000;
const chapter = (
  s: number,
  durationS: number,
  identity: keyof typeof people,
  kind: 'speaker' | 'screen' = 'speaker',
) => ({
  ms: second(s),
  durationMs: second(durationS),
  kind,
  identity,
  title: people[identity],
});
const chapters = [
  chapter(0, 5, 'ann'),
  chapter(5, 5, 'bob'),
  chapter(10, 6, 'bob', 'screen'),
  chapter(11, 5, 'eve'),
  chapter(16, 2, 'ann'),
  chapter(20, 4, 'eve'),
];
const holes = [{ ms: 18_000, durationMs: 2000 }];
const post = (s: number, name: string, text: string, kind = 'danmaku', style = ''): RecordedPost => ({
  ms: second(s),
  kind,
  name,
  text,
  style,
});
const posts = [
  post(0.5, 'Bob', 'Good morning!', 'chat'),
  post(1, '小红', '大家好，来啦'),
  post(1.5, 'Max', 'hello from Hamburg', 'danmaku', '#ffd75e'),
  post(2, '阿强', '声音很清楚 👍'),
  post(4, 'Ann', 'Welcome to our quarterly review', 'danmaku', '#8cf2c4 top'),
  post(6, 'Eve', 'Will the slides be shared later?', 'question'),
  post(11, 'Max', 'nice chart', 'danmaku'),
  post(12, '小红', '这张图太棒了！', 'danmaku', '#ff9ecb'),
  post(14, 'Meridian', 'We end at ten.', 'announcement'),
];

/**
 * Writes the files into the folder, with `finished.json`. `size`: of the pictures; `isComposed`: adds a composed
 * picture. Rejects when ffmpeg fails.
 */
export async function makeFinishedRecording(
  folder: string,
  o: { readonly recordingId: string; readonly size?: string; readonly isComposed?: boolean },
): Promise<FinishedRecording> {
  await mkdir(folder, { recursive: true });
  const { recordingId, size = '320x180', isComposed = false } = o;
  const made = isComposed ? [composed, ...parts] : parts;
  const outputs: FinishedOutput[] = [];
  for (const part of made) outputs.push(await makeOutput(folder, part, size));
  await writeFile(join(folder, 'captions-en.vtt'), captions);
  await writeFile(join(folder, 'chapters.vtt'), 'WEBVTT\n');
  await writeFile(join(folder, 'posts.json'), JSON.stringify(posts));
  const others = await Promise.all([
    fileOf(folder, 'captions-en.vtt', 'text/vtt'),
    fileOf(folder, 'chapters.vtt', 'text/vtt'),
    fileOf(folder, 'posts.json', 'application/json'),
  ]);
  const recording: FinishedRecording = {
    version: 1,
    recordingId,
    room: 'Quarterly review',
    startedWallMs: Date.UTC(2026, 10, 25, 9, 0),
    durationMs: second(finishedSeconds),
    holes,
    participants: Object.entries(people).map(([identity, name]) => ({ identity, name })),
    outputs,
    chapters,
    captions: [{ lang: 'en', name: 'captions-en.vtt' }],
    posts: { name: 'posts.json' },
    files: [...outputs.map(({ mp4 }) => mp4), ...others],
  };
  await writeFile(join(folder, 'finished.json'), JSON.stringify(recording));
  return recording;
}

const composed: OutputPart = {
  name: 'composed',
  group: 'composed',
  identity: '',
  title: '',
  offsetS: 0,
  durationS: finishedSeconds,
  picture: `${colours}0x1d2529:c1=0x4cd0be:x0=0:y0=0`,
  toneHz: 350,
};

const captions = `WEBVTT

00:00.000 --> 00:05.000
Good morning, and welcome to our review.

00:05.000 --> 00:10.000
<v Bob>Thanks. Let me show you the figures.
`;

async function makeOutput(folder: string, part: OutputPart, size: string): Promise<FinishedOutput> {
  const { name, group, identity, title, offsetS, durationS, picture, toneHz } = part;
  const [width = 320, height = 180] = size.split('x').map(Number);
  const file = `${name}.mp4`;
  const tone = toneHz === undefined ? [] : ['-f', 'lavfi', '-i', `sine=frequency=${toneHz}:duration=${durationS}`];
  const source = picture.startsWith('testsrc2') ? `testsrc2=size=${size}:rate=15` : `${picture}:size=${size}:rate=15`;
  await run('ffmpeg', [
    ...['-nostdin', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source, ...tone, '-t', String(durationS)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '15', '-c:a', 'aac', '-b:a', '48k'],
    ...['-movflags', '+faststart', '-threads', '1', join(folder, file)],
  ]);
  const sheet = `${name}-1.jpg`;
  const tiles = 'fps=1/4,scale=160:90,tile=3x2';
  const oneFrame = ['-frames:v', '1', '-update', '1'];
  await run('ffmpeg', [
    '-nostdin',
    '-loglevel',
    'error',
    '-y',
    '-i',
    join(folder, file),
    '-vf',
    tiles,
    ...oneFrame,
    join(folder, sheet),
  ]);
  await writeFile(join(folder, `${name}.vtt`), thumbnails(sheet, durationS));
  return {
    name,
    group,
    identity,
    title,
    offsetMs: second(offsetS),
    durationMs: second(durationS),
    hasPicture: true,
    hasSound: toneHz !== undefined,
    width,
    height,
    mp4: await fileOf(folder, file, 'video/mp4'),
    hls: null,
    sprite: { vtt: `${name}.vtt`, sheets: [sheet] },
  };
}

function thumbnails(sheet: string, durationS: number): string {
  const time = (s: number): string => `00:00:${String(s).padStart(2, '0')}.000`;
  const cues = Array.from({ length: Math.ceil(durationS / 4) }, (_, at) => {
    const place = `${sheet}#xywh=${160 * (at % 3)},${90 * Math.floor(at / 3)},160,90`;
    return `${time(at * 4)} --> ${time(at * 4 + 4)}\n${place}\n`;
  });
  return `WEBVTT\n\n${cues.join('\n')}`;
}

async function fileOf(folder: string, name: string, type: string): Promise<FinishedFile> {
  const { size: bytes } = await stat(join(folder, name));
  const sha256 = createHash('sha256')
    .update(await readFile(join(folder, name)))
    .digest('hex');
  return { name, bytes, sha256, type };
}
