// The library: list, item, share dialog.
import { type ReactNode, useMemo } from 'react';
import { LibraryApp } from '../library/app.tsx';
import type { Item, OpenUpload } from '../library/core/model.ts';
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
const answers: Answers = (method, path) => {
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

const scopes = [...storyMe.scopes, 'library:read' as const, 'library:write' as const];
const ports = { ...storyPorts(answers), me: { ...storyMe, scopes } };
const share = [{ press: '[data-testid=link]' }, { press: '[data-testid=link-form] [type=submit]' }];

function LibraryStory({ hash }: { hash: string }) {
  // The page reads the hash at its first render.
  useMemo(() => history.replaceState(null, '', `${location.pathname}${location.search}${hash}`), [hash]);
  return <LibraryApp ports={ports} {...storyHandlers} />;
}

export const libraryStories: Readonly<Record<string, () => ReactNode>> = {
  'library-list': () => <LibraryStory hash="" />,
  'library-item': () => <LibraryStory hash="#it_1" />,
  'library-recording': () => (
    <ScriptedUser steps={[{ press: '[data-testid=transcript] summary' }, { press: '[data-testid=chat] summary' }]}>
      <LibraryStory hash="#it_2" />
    </ScriptedUser>
  ),
  'library-refused': () => <LibraryStory hash="#it_5" />,
  'library-share': () => (
    <ScriptedUser steps={share}>
      <LibraryStory hash="#it_1" />
    </ScriptedUser>
  ),
};
