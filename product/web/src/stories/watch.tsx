// The page of links to items: a recording, another file, and why a link does not open.
import { MeridianApiError } from '@meridian/api-client';
import { type ReactNode, useMemo } from 'react';
import type { OpenedLink } from '../library/core/opened.ts';
import type { LinkApi } from '../library/link-api.ts';
import { WatchPage } from '../watch/page.tsx';
import { storyNowMs } from './scripted-api.tsx';
import { ScriptedUser } from './scripted-user.tsx';
import { silenceUrl } from './silence.ts';

const timeOf = (days: number): string => new Date(storyNowMs + days * 86_400_000).toISOString();
/** A slide that stands for the first frame. */
const picture = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><rect width="16" height="9" fill="#35506b"/><rect x="2" y="2" width="7" height="1" fill="#fff"/><rect x="2" y="4" width="11" height=".5" fill="#9db8d0"/><rect x="2" y="5" width="9" height=".5" fill="#9db8d0"/></svg>',
)}`;
const media = { rotation: 0, videoCodec: 'h264', audioCodec: 'aac', fps: 25, audioChannels: 2 };
export const openedRecording: OpenedLink = {
  may: 'download',
  expiresAt: timeOf(1),
  item: {
    title: 'Quarterly review with the teams of all three sites',
    description: 'Results of the quarter, and the plan for the winter.',
    name: 'composed.mp4',
    kind: 'video',
    cover: 'made',
    chapters: [
      { startMs: 0, title: 'Hana Nováková', kind: 'speaker' },
      { startMs: 60_000, title: '陈伟', kind: 'speaker' },
      { startMs: 184_000, title: 'Hana Nováková', kind: 'screen' },
      { startMs: 1_260_000, title: 'Questions of the audience and what we do about them' },
    ],
    languages: ['en', 'zh'],
    media: { durationMs: 2_754_000, width: 1280, height: 720, ...media },
    createdAt: timeOf(-2),
  },
  recording: {
    startedAt: timeOf(-2),
    durationMs: 2_754_000,
    offsetMs: 0,
    participants: ['Hana Nováková', '陈伟', 'Ada'].map((name) => ({ identity: name, name })),
  },
  postPages: 1,
  link: {
    id: 'fl_1',
    url: silenceUrl(184),
    pageUrl: 'https://meet.example.org/watch#a.b.c',
    coverUrl: picture,
    expiresAt: timeOf(1),
  },
};
const sound: OpenedLink = {
  ...openedRecording,
  may: 'play',
  item: {
    ...openedRecording.item,
    title: '产品介绍（中文版）',
    kind: 'audio',
    chapters: [],
    languages: [],
    description: '',
  },
  recording: null,
  postPages: 0,
};
export const storyVtt = `WEBVTT

00:01.000 --> 00:04.000
<v Hana>Good morning, and welcome to the review.

00:05.000 --> 00:09.000
<v Hana>We begin with the numbers, then we look at the plan for the winter.

00:12.000 --> 00:16.000
<v Wei>新的数据中心在十二月启用。
`;
export const storyPosts = [
  { ms: 4000, kind: 'chat', name: '陈伟', text: '大家好！', style: '' },
  { ms: 9000, kind: 'question', name: 'Ada', text: 'Will the slides be sent to everyone afterwards?', style: '' },
  { ms: 12_000, kind: 'danmaku', name: 'Mara', text: 'Well done', style: '#ffcc00' },
];

function Watch({ open }: { open: () => Promise<OpenedLink> }) {
  const api = useMemo(
    () =>
      ({
        open,
        transcript: () => Promise.resolve(storyVtt),
        posts: () => Promise.resolve(storyPosts),
      }) as unknown as LinkApi,
    [open],
  );
  return <WatchPage api={api} />;
}

const opened = (): Promise<OpenedLink> => Promise.resolve(openedRecording);
const ofSound = (): Promise<OpenedLink> => Promise.resolve(sound);
const expired = (): Promise<OpenedLink> => Promise.reject(new MeridianApiError('TOKEN_EXPIRED', '', { status: 401 }));
const tab = (number: number) => [{ press: `[role=tab]:nth-child(${number})` }];

export const watchStories: Readonly<Record<string, () => ReactNode>> = {
  watch: () => <Watch open={opened} />,
  'watch-transcript': () => (
    <ScriptedUser steps={tab(2)}>
      <Watch open={opened} />
    </ScriptedUser>
  ),
  'watch-chat': () => (
    <ScriptedUser steps={tab(3)}>
      <Watch open={opened} />
    </ScriptedUser>
  ),
  'watch-sound': () => <Watch open={ofSound} />,
  'watch-expired': () => <Watch open={expired} />,
  'watch-incomplete': () => <WatchPage api={undefined} />,
};
