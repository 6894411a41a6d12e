// The library: lists, item, sharing, trim, trash.
import { type ReactNode, useMemo } from 'react';
import { LibraryApp } from '../library/app.tsx';
import type { Item, ItemReader, ListedRecording, OpenUpload } from '../library/core/model.ts';
import { searchOfView, type View } from '../library/core/view.ts';
import { type Answers, storyHandlers, storyMe, storyNowMs, storyPorts } from './scripted-api.tsx';
import { ScriptedUser } from './scripted-user.tsx';
import { silenceUrl } from './silence.ts';
import { openedRecording, storyPosts, storyVtt } from './watch.tsx';

const DAY_MS = 86_400_000;
const dayAgo = (days: number): string => new Date(storyNowMs - days * DAY_MS).toISOString();

const item = (id: string, change: Partial<Item>): Item => ({
  id,
  title: 'All hands, autumn 2026',
  description: 'Results of the quarter, and the plan for the winter.',
  tags: ['all hands', '2026'],
  visibility: 'tenant',
  owner: storyMe.id,
  may: 'change',
  name: 'all-hands.m4a',
  state: 'ready',
  kind: 'audio',
  type: 'audio/mp4',
  bytes: 48_200_000,
  media: {
    durationMs: 2_754_000,
    width: 0,
    height: 0,
    rotation: 0,
    videoCodec: '',
    audioCodec: 'aac',
    fps: 0,
    audioChannels: 2,
  },
  cover: 'none',
  chapters: [
    { startMs: 0, title: 'Welcome' },
    { startMs: 184_000, title: 'Results' },
    { startMs: 1_260_000, title: 'Questions of the audience and what we do about them' },
  ],
  transcripts: ['en', 'zh'],
  createdAt: dayAgo(2),
  changedAt: dayAgo(2),
  ...change,
});
/** Facts of a file without a length, as the api gives them. */
const still = {
  durationMs: 0,
  width: 0,
  height: 0,
  rotation: 0,
  videoCodec: '',
  audioCodec: '',
  fps: 0,
  audioChannels: 0,
};
const items: readonly Item[] = [
  item('it_1', {}),
  item('it_2', {
    title: '产品介绍（中文版）',
    name: 'intro.mp4',
    kind: 'video',
    owner: 'usr_wei',
    recording: 're_1',
    bytes: 912_000_000,
  }),
  item('it_3', {
    title: 'A poster with a name that is so long that it does not fit into one line of a narrow window',
    kind: 'image',
    media: still,
    bytes: 2_400_000,
  }),
  item('it_4', { title: 'Handbook.pdf', kind: 'document', media: still, state: 'checking', bytes: 740_000 }),
  item('it_11', { trim: { fromMs: 12_000, toMs: 90_000 }, trimming: { state: 'running', done: 0.4 } }),
  item('it_5', { title: 'Holiday.mov', kind: 'video', state: 'refused' }),
];
const left: OpenUpload = {
  id: 'up_1',
  item: 'it_9',
  owner: storyMe.id,
  name: 'Interview, second part.mp4',
  bytes: 3_200_000_000,
  state: 'open',
  parts: [],
  knownBytes: 1_100_000_000,
  createdAt: dayAgo(1),
  expiresAt: dayAgo(-5),
};
const recording = (id: string, change: Partial<ListedRecording>): ListedRecording => ({
  id,
  room: 'weekly-review',
  sid: 'RM_1',
  meetingId: 'mt_1',
  originalStart: null,
  identity: null,
  mode: 'composed',
  layout: 'grid',
  later: false,
  by: 'usr_hana',
  byName: 'Hana Nováková',
  may: 'change',
  title: 'Weekly review',
  state: 'finished',
  startedAt: dayAgo(0.1),
  endedAt: dayAgo(0.05),
  estimated: false,
  durationMs: 2_754_000,
  holeMs: 0,
  holes: [],
  bytes: 612_000_000,
  version: 1,
  outputs: [output('it_2', {})],
  task: null,
  failure: null,
  trashedAt: null,
  ...change,
});
const output = (
  id: string,
  change: Partial<ListedRecording['outputs'][number]>,
): ListedRecording['outputs'][number] => ({
  item: id,
  name: 'composed',
  title: 'Weekly review, 23 November',
  source: 'composed',
  identity: null,
  participant: null,
  offsetMs: 0,
  durationMs: 2_754_000,
  width: 1280,
  height: 720,
  bytes: 612_000_000,
  ...change,
});
const unready = { durationMs: null, holeMs: null, bytes: null, outputs: [], version: 0 };
const recordings: readonly ListedRecording[] = [
  recording('re_1', { ...unready, state: 'running', later: true, endedAt: null, title: 'Planning of the spring' }),
  recording('re_2', { ...unready, state: 'finishing', task: { kind: 'compose', state: 'running', done: 0.42 } }),
  recording('re_3', { ...unready, state: 'finishing', task: { kind: 'assemble', state: 'waiting', done: 0 } }),
  recording('re_4', {}),
  recording('re_5', {
    title: '',
    room: 'studio-with-a-name-that-is-longer-than-a-phone-is-wide',
    byName: null,
    mode: 'tracks',
    outputs: [
      output('it_6', { source: 'camera', identity: 'ann', participant: 'Ann Berg' }),
      output('it_7', { source: 'screen', identity: 'ann', participant: 'Ann Berg' }),
      output('it_8', { source: 'camera', identity: 'wei', participant: '王小明' }),
    ],
    holeMs: 95_000,
    holes: [{ startedAt: dayAgo(0.1), endedAt: dayAgo(0.099), recorder: 'rec-fra', identity: null, source: null }],
  }),
  recording('re_6', { ...unready, state: 'failed', failure: 'RECORDING_UNKNOWN', title: 'Interview' }),
];
const readers: readonly ItemReader[] = [
  { kind: 'user', id: 'usr_wei', name: '王小明', may: 'play' },
  { kind: 'group', id: 'gr_1', name: 'Design and research of the company in Europe', may: 'download' },
  { kind: 'meeting', id: 'mt_1', name: 'Weekly review', may: 'change' },
];
const trashedItem = item('it_10', { title: 'Draft of the film.mp4', trashedAt: dayAgo(12) });
const answers: Answers = (method, path) => {
  if (path.startsWith('/me/recordings') || path.startsWith('/recordings'))
    return {
      data: path.includes('trashed=true')
        ? [recording('re_7', { title: 'Rehearsal', trashedAt: dayAgo(29.5) })]
        : recordings,
    };
  if (path.endsWith('/trash')) return {};
  if (path.endsWith('/readers')) return { data: readers };
  if (path.startsWith('/groups/find')) return { data: [{ id: 'gr_2', name: 'Anglers' }] };
  if (path.startsWith('/users/find'))
    return { data: [{ id: 'usr_ann', name: 'Ann Berg', email: 'ann.berg@example.org' }] };
  if (path.startsWith('/library/items?') && path.includes('trashed=true')) return { data: [trashedItem] };
  if (path.startsWith('/library/items?') && path.includes('shared=true'))
    return { data: items.filter(({ owner }) => owner !== storyMe.id) };
  if (path.includes('/transcripts/')) return { vtt: storyVtt };
  if (path === '/file-links/open/posts') return { posts: storyPosts };
  if (path === '/file-links/open') return openedRecording;
  if (path === '/library/usage') return { items: 214, bytes: 61_200_000_000, bytesMax: 100_000_000_000 };
  if (path.startsWith('/library/uploads')) return { data: [left] };
  if (path.startsWith('/library/items?') || path === '/library/items') return { data: items };
  if (path.includes('/links'))
    return method === 'POST'
      ? {
          id: 'fl_3',
          url: silenceUrl(184),
          pageUrl: 'https://meet.example.org/watch#a.b.c',
          expiresAt: dayAgo(-1),
        }
      : {
          data: [
            { id: 'fl_1', item: 'it_1', may: 'play', createdBy: 'hana', createdAt: dayAgo(1), expiresAt: dayAgo(-6) },
            {
              id: 'fl_2',
              item: 'it_1',
              may: 'download',
              createdBy: 'hana',
              createdAt: dayAgo(2),
              expiresAt: dayAgo(-5),
            },
          ],
        };
  return items.find(({ id }) => path === `/library/items/${id}`);
};

const scopes = [
  ...storyMe.scopes,
  'library:read' as const,
  'library:write' as const,
  'recordings:read' as const,
  'recordings:write' as const,
];
const ports = { ...storyPorts(answers), me: { ...storyMe, scopes } };
const share = [{ press: '[data-testid=link]' }, { press: '[data-testid=link-form] [type=submit]' }];
const find = [{ press: '[data-testid=link]' }, { fill: ['[data-testid=share-find]', 'an'] as const }];

function LibraryStory({ hash = '', view = 'all' }: { hash?: string; view?: View }) {
  // The page reads the address at its first render.
  useMemo(
    () => history.replaceState(null, '', `${location.pathname}${searchOfView(view, location.search)}${hash}`),
    [hash, view],
  );
  return <LibraryApp ports={ports} {...storyHandlers} />;
}

export const libraryStories: Readonly<Record<string, () => ReactNode>> = {
  'library-list': () => <LibraryStory />,
  'library-recordings': () => (
    <ScriptedUser steps={[{ press: '[data-testid=recording-files] summary' }]}>
      <LibraryStory view="recordings" />
    </ScriptedUser>
  ),
  'library-rename': () => (
    <ScriptedUser
      steps={[{ press: '[data-state=finished] [aria-label^=Rename], [data-state=finished] [aria-label^=重]' }]}
    >
      <LibraryStory view="recordings" />
    </ScriptedUser>
  ),
  'library-trash': () => <LibraryStory view="trash" />,
  'library-trashed': () => (
    <ScriptedUser steps={[{ press: '[data-testid=delete]' }]}>
      <LibraryStory hash="#it_1" view="shared" />
    </ScriptedUser>
  ),
  'library-trim': () => (
    <ScriptedUser steps={[{ press: '[data-testid=trim-open]' }]}>
      <LibraryStory hash="#it_1" />
    </ScriptedUser>
  ),
  'library-cutting': () => <LibraryStory hash="#it_11" />,
  'library-item': () => <LibraryStory hash="#it_1" />,
  'library-recording': () => (
    <ScriptedUser steps={[{ press: '[data-testid=transcript] summary' }, { press: '[data-testid=chat] summary' }]}>
      <LibraryStory hash="#it_2" />
    </ScriptedUser>
  ),
  'library-refused': () => <LibraryStory hash="#it_5" />,
  'library-share-find': () => (
    <ScriptedUser steps={find}>
      <LibraryStory hash="#it_1" />
    </ScriptedUser>
  ),
  'library-share': () => (
    <ScriptedUser steps={share}>
      <LibraryStory hash="#it_1" />
    </ScriptedUser>
  ),
};
