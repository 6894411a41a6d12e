// The page of links to items: a recording, another file, and why a link does not open.
import { MeridianApiError } from '@meridian/api-client';
import { type ReactNode, useMemo } from 'react';
import type { WatchApi } from '../watch/api.ts';
import type { OpenedLink } from '../watch/core/model.ts';
import { WatchPage } from '../watch/page.tsx';
import { storyNowMs } from './scripted-api.tsx';
import { ScriptedUser } from './scripted-user.tsx';

const timeOf = (days: number): string => new Date(storyNowMs + days * 86_400_000).toISOString();
const media = { rotation: 0, videoCodec: 'h264', audioCodec: 'aac', fps: 25, audioChannels: 2 };
const recording: OpenedLink = {
  may: 'download',
  expiresAt: timeOf(1),
  item: {
    title: 'Quarterly review with the teams of all three sites',
    description: 'Results of the quarter, and the plan for the winter.',
    kind: 'video',
    chapters: [
      { startMs: 0, title: 'Hana Nováková' },
      { startMs: 184_000, title: 'Hana Nováková shares the screen' },
      { startMs: 1_260_000, title: 'Questions of the audience and what we do about them' },
    ],
    languages: ['en', 'zh'],
    media: { durationMs: 2_754_000, width: 1280, height: 720, ...media },
    createdAt: timeOf(-2),
  },
  recording: {
    startedAt: timeOf(-2),
    durationMs: 2_754_000,
    participants: [{ name: 'Hana Nováková' }, { name: '陈伟' }, { name: 'Ada' }],
  },
  postPages: 1,
  link: { url: 'https://library.example.org/files/original' },
};
const sound: OpenedLink = {
  ...recording,
  may: 'play',
  item: { ...recording.item, title: '产品介绍（中文版）', kind: 'audio', chapters: [], languages: [], description: '' },
  recording: null,
  postPages: 0,
};
const vtt = `WEBVTT

00:01.000 --> 00:04.000
<v Hana>Good morning, and welcome to the review.

00:05.000 --> 00:09.000
<v Hana>We begin with the numbers, then we look at the plan for the winter.

00:12.000 --> 00:16.000
<v Wei>新的数据中心在十二月启用。
`;
const posts = [
  { ms: 4000, kind: 'chat', name: '陈伟', text: '大家好！', style: '' },
  { ms: 9000, kind: 'question', name: 'Ada', text: 'Will the slides be sent to everyone afterwards?', style: '' },
  { ms: 12_000, kind: 'danmaku', name: 'Mara', text: 'Well done', style: '#ffcc00' },
];

function Watch({ open }: { open: () => Promise<OpenedLink> }) {
  const api = useMemo(
    () =>
      ({ open, transcript: () => Promise.resolve(vtt), posts: () => Promise.resolve(posts) }) as unknown as WatchApi,
    [open],
  );
  return <WatchPage api={api} />;
}

const opened = (): Promise<OpenedLink> => Promise.resolve(recording);
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
