// The library, answered by a script instead of the api; files are sent by a script too.
import { MeridianApiError, MeridianClient } from '@meridian/api-client';
import { UploadError, type UploadProgress } from '@meridian/uploader';
import { type ReactNode, useEffect, useState } from 'react';
import type { Me } from '../account/core/model.ts';
import { LibraryApp } from '../library/app.tsx';
import type { Item, OpenUpload, Renditions } from '../library/core/model.ts';
import { UploadQueue } from '../library/upload/queue.ts';
import type { Send, SendOptions } from '../library/upload/sending.ts';
import { storyMe } from './admin.tsx';
import { audioUrl, clipUrl, pictureUrl } from './library-media.ts';
import { playlistUrl } from './library-playlist.ts';
import { Doing, type Step } from './press.tsx';

const NOW_MS = Date.parse('2026-11-23T08:48:00Z');
const me: Me = { ...storyMe, role: 'host', scopes: ['meetings:read', 'library:read', 'library:write'] };
const reader: Me = { ...me, role: 'member', scopes: ['meetings:read', 'library:read'] };

const item = (one: Partial<Item> & Pick<Item, 'id' | 'title'>): Item => ({
  description: '',
  tags: [],
  visibility: 'tenant',
  owner: me.id,
  name: `${one.id}.mp4`,
  state: 'ready',
  kind: 'video',
  type: 'video/mp4',
  bytes: 734_003_200,
  cover: 'made',
  chapters: [],
  transcripts: [],
  createdAt: '2026-11-20T09:12:00Z',
  changedAt: '2026-11-20T09:12:00Z',
  ...one,
});
const media: NonNullable<Item['media']> = {
  durationMs: 3_723_000,
  width: 1920,
  height: 1080,
  rotation: 0,
  videoCodec: 'h264',
  audioCodec: 'aac',
  fps: 30,
  audioChannels: 2,
};
const video = item({
  id: 'it_video',
  title: 'Congestion control, lecture 7: what a queue in the network says',
  name: 'lecture-07-final-v3.mp4',
  description: 'Queues, delay and loss. With exercises at the end.',
  tags: ['lecture', 'networks', '2026'],
  media,
  chapters: [
    { startMs: 0, title: 'Welcome' },
    { startMs: 95_000, title: 'What a queue is' },
    { startMs: 1_512_000, title: 'Delay as a signal, and why loss comes too late to be one' },
    { startMs: 3_480_000, title: 'Exercises' },
  ],
  transcripts: ['en', 'zh'],
});
const items: readonly Item[] = [
  video,
  item({
    id: 'it_checking',
    title: '产品发布会：全程录像',
    state: 'checking',
    cover: 'none',
    name: '发布会.mov',
    owner: 'usr_ivo',
  }),
  item({
    id: 'it_audio',
    title: 'Interview with the founders',
    kind: 'audio',
    type: 'audio/mpeg',
    bytes: 48_234_496,
    name: 'interview.mp3',
    cover: 'none',
    media: { ...media, durationMs: 1_805_000, width: 0, height: 0, videoCodec: '', audioCodec: 'mp3' },
    chapters: [{ startMs: 0, title: 'Beginnings' }],
  }),
  item({
    id: 'it_picture',
    title: 'Floor plan of the new office in Hamburg, with the rooms for visitors on the second floor',
    kind: 'image',
    type: 'image/png',
    bytes: 2_411_724,
    name: 'floor-plan.png',
    owner: 'usr_ivo',
  }),
  item({
    id: 'it_document',
    title: 'Handbook',
    kind: 'document',
    type: 'application/pdf',
    bytes: 880_000,
    name: 'handbook.pdf',
    cover: 'none',
    owner: 'training-system',
  }),
  item({
    id: 'it_refused',
    title: 'setup',
    state: 'refused',
    failure: { code: 'MALWARE_FOUND', detail: 'Eicar-Test-Signature' },
    cover: 'none',
    bytes: 91_000,
    name: 'setup.exe',
  }),
];
/** A video that has qualities, or will have. */
const rendered: readonly Item[] = [
  { ...video, id: 'it_waiting', renditions: { state: 'waiting', done: 0, names: [] } },
  { ...video, id: 'it_working', renditions: { state: 'working', done: 0.405, names: [] } },
  { ...video, id: 'it_qualities', renditions: { state: 'ready', done: 1, names: ['1080p', '720p', '360p'] } },
  { ...video, id: 'it_broken', renditions: { state: 'ready', done: 1, names: [] } },
  { ...video, id: 'it_failed', renditions: { state: 'failed', done: 0.2, names: [], failure: 'MEDIA_BROKEN' } },
];
const left: readonly OpenUpload[] = [
  {
    id: 'up_left',
    item: 'it_left',
    name: 'all-hands-2026-11.mkv',
    bytes: 8_589_934_592,
    state: 'open',
    parts: [],
    knownBytes: 0,
    createdAt: '2026-11-22T18:02:00Z',
    expiresAt: '2026-11-24T18:02:00Z',
  },
];

interface Script {
  readonly items?: readonly Item[];
  readonly left?: readonly OpenUpload[];
  /** What a change of an item is answered. */
  readonly conflict?: boolean;
  readonly isUnreachable?: boolean;
  readonly isSilent?: boolean;
}

const noAnswer = new Promise<Response>(() => undefined);

const clientOf = (script: Script): MeridianClient =>
  new MeridianClient({
    url: 'https://meet.example.org',
    retriesMax: 0,
    fetch: async ({ method, url }) => {
      const path = new URL(url).pathname.slice('/api/v1/library'.length);
      if (script.isSilent === true) return await noAnswer;
      if (script.isUnreachable === true) return Response.json({ code: 'INTERNAL', status: 503 }, { status: 503 });
      if (method === 'PATCH' && script.conflict === true)
        return Response.json({ code: 'VERSION_CONFLICT', status: 412 }, { status: 412 });
      return Response.json(await answerTo(path, script), { headers: { etag: '"3"' } });
    },
  });

async function answerTo(path: string, script: Script): Promise<object> {
  const { items: all = items } = script;
  if (path === '/usage') return { items: all.length, bytes: 412_300_000_000, bytesMax: 1_000_000_000_000 };
  if (path === '/uploads') return { data: script.left ?? [] };
  if (path === '/items') return all === items ? { data: all, nextCursor: 'more' } : { data: all };
  const [, , id = '', what = ''] = path.split('/');
  const found = [...items, ...rendered].find((one) => one.id === id) ?? video;
  if (what === 'links') return await linkOf(found);
  return what === 'transcripts' ? { vtt: 'WEBVTT\n\n00:00.000 --> 00:04.000\nWelcome.\n' } : found;
}

async function linkOf({ kind, renditions }: Item): Promise<object> {
  const coverUrl = pictureUrl('cover');
  const url = kind === 'video' ? await clipUrl() : kind === 'audio' ? audioUrl() : pictureUrl('plan');
  const qualities = renditions?.state === 'ready' ? { playlistUrl: playlistOf(renditions) } : {};
  return { id: 'LK1', url, coverUrl, ...qualities, expiresAt: '2026-11-24T08:48:00Z' };
}

/** Of one that names no qualities: a playlist that is none. */
const playlistOf = ({ names }: Renditions): string => (names.length > 0 ? playlistUrl() : 'data:,none');

/** What becomes of a file by the begin of its name. */
const scripts: Readonly<Record<string, (o: SendOptions, progress: (p: Partial<UploadProgress>) => void) => void>> = {
  ready: (_, progress) => progress({ phase: 'checking', bytes: 1, knownBytes: 0.62 }),
  refused: (_, progress) => progress({ phase: 'checking', bytes: 1 }),
  checking: (_, progress) => progress({ phase: 'checking', bytes: 1 }),
  reading: (_, progress) => progress({ phase: 'reading', bytes: 0.31 }),
  sending: (_, progress) => {
    progress({ phase: 'sending', bytes: 0.4, knownBytes: 0.1 });
    progress({ phase: 'sending', bytes: 0.42, knownBytes: 0.1 });
  },
  paused: (_, progress) => progress({ phase: 'sending', bytes: 0.7 }),
};

/** Sizes as they are shown; nothing of such a file is read. */
const fileOf = (name: string, bytes: number): File =>
  Object.defineProperty(new File(['x'], name), 'size', { value: bytes });

const send: Send = async (o) => {
  const kind = o.file.name.split(' ')[0] ?? '';
  const progress = (p: Partial<UploadProgress>): void => {
    const of = (share = 0): number => Math.round(share * o.file.size);
    o.onProgress({
      phase: p.phase ?? 'sending',
      bytes: of(p.bytes),
      bytesTotal: o.file.size,
      knownBytes: of(p.knownBytes),
    });
  };
  o.onUpload({ id: `up_${kind}`, item: 'it_video' });
  scripts[kind]?.(o, progress);
  if (kind === 'refused')
    throw new UploadError('REFUSED', 'refused', { failure: { code: 'TYPE_REFUSED', detail: '' } });
  if (kind === 'failed') throw new MeridianApiError('API_UNREACHABLE', 'no answer');
  if (kind === 'ready') return { id: 'up_ready', item: 'it_video' };
  return await new Promise(() => undefined);
};

function fullQueue(): UploadQueue {
  let clockMs = 0;
  const queue = new UploadQueue({
    send,
    forget: () => Promise.resolve(),
    nowMs: () => {
      clockMs += 4000;
      return clockMs;
    },
  });
  const paused = queue.rows.subscribe(() => {
    const row = queue.rows.get().find(({ name, state }) => name.startsWith('paused') && state.phase === 'sending');
    if (row === undefined) return;
    paused();
    queue.pause(row.id);
  });
  queue.add(
    [
      fileOf('ready Onboarding of new colleagues.mp4', 412_000_000),
      fileOf('refused dataset.zip', 91_000_000_000),
      fileOf('failed Town hall with a name that is much longer than a phone is wide.mkv', 3_400_000_000),
      fileOf('checking 季度评审.mp4', 1_200_000_000),
      fileOf('paused Interview, uncut.mov', 22_000_000_000),
      fileOf('sending Lecture 8.mp4', 5_100_000_000),
      fileOf('reading Lecture 9.mp4', 4_700_000_000),
      fileOf('waiting Lecture 10.mp4', 4_900_000_000),
      fileOf('empty folder', 0),
    ],
    'private',
  );
  return queue;
}

const emptyQueue = (): UploadQueue =>
  new UploadQueue({ send, forget: () => Promise.resolve(), nowMs: () => performance.now() });

interface StoryProps {
  script?: Script;
  user?: Me;
  open?: string;
  queue?: () => UploadQueue;
  steps?: readonly Step[];
}

function Story({ script = {}, user = me, open = '', queue = emptyQueue, steps }: StoryProps): ReactNode {
  const [openQueue] = useState(() => () => Promise.resolve(queue()));
  const [isSet, setSet] = useState(false);
  useEffect(() => {
    history.replaceState(null, '', location.pathname + location.search + (open === '' ? '' : `#${open}`));
    void clipUrl().then(() => setSet(true));
  }, [open]);
  const [ports] = useState(() => ({
    client: clientOf(script),
    run: <T,>(call: () => Promise<T>) => call(),
    me: user,
    timeZone: 'Europe/Berlin',
    now: () => NOW_MS,
  }));
  if (!isSet) return null;
  const page = (
    <LibraryApp {...{ ports, openQueue }} onSignOut={() => Promise.resolve()} onSignedOut={() => undefined} />
  );
  return steps === undefined ? page : <Doing steps={steps}>{page}</Doing>;
}

const conflict: readonly Step[] = [
  { fill: ['[data-testid=details-form] input', 'Another title'] },
  { press: '[data-testid=save]:not(:disabled)' },
];

export const libraryStories: Readonly<Record<string, () => ReactNode>> = {
  'library-list': () => <Story />,
  'library-reader': () => <Story user={reader} />,
  'library-empty': () => <Story script={{ items: [] }} />,
  'library-empty-reader': () => <Story script={{ items: [] }} user={reader} />,
  'library-error': () => <Story script={{ isUnreachable: true }} />,
  'library-loading': () => <Story script={{ isSilent: true }} />,
  'library-uploads': () => <Story queue={fullQueue} script={{ left }} />,
  'library-left': () => <Story script={{ left }} />,
  'library-video': () => <Story open="it_video" />,
  'library-video-waiting': () => <Story open="it_waiting" user={reader} />,
  'library-video-working': () => <Story open="it_working" />,
  'library-video-qualities': () => <Story open="it_qualities" />,
  'library-video-broken-playlist': () => <Story open="it_broken" />,
  'library-video-failed': () => <Story open="it_failed" />,
  'library-video-reader': () => <Story open="it_video" user={reader} />,
  'library-audio': () => <Story open="it_audio" />,
  'library-picture': () => <Story open="it_picture" />,
  'library-document': () => <Story open="it_document" />,
  'library-refused': () => <Story open="it_refused" />,
  'library-checking': () => <Story open="it_checking" />,
  'library-conflict': () => <Story open="it_video" script={{ conflict: true }} steps={conflict} />,
  'library-link': () => (
    <Story open="it_video" steps={[{ press: '[data-testid=link]' }, { press: '[data-testid=link-form] .primary' }]} />
  ),
  'library-delete': () => <Story open="it_video" steps={[{ press: '[data-testid=delete]' }]} />,
};
