import { useMemo } from 'react';
import { initialMeeting, type MeetingState } from '../core/meeting.ts';
import { noDevices } from '../core/model.ts';
import { Store } from '../room/store.ts';
import type { AudienceActions } from '../show/audience-actions.ts';
import { noShow, type ShowModel, type ShowPost } from '../show/core/model.ts';
import { type ShowActions, ShowPage } from '../show/page.tsx';
import type { ShowPlayerModel } from '../show/show-player.ts';
import type { InvitedPreview } from '../show/ui/invited.tsx';
import type { ScreenPlayer } from '../show/ui/screen.tsx';
import { useLanguage } from '../ui/language.tsx';
import { six } from './people.ts';

const nothing = (): void => undefined;
const done = (): Promise<boolean> => Promise.resolve(true);
const nowMs = Date.now();

const texts = {
  en: [
    ['mei', 'Mei', 'Hello from Shanghai!', ''],
    ['tomas', 'Tomás', 'The new layout is lovely', '#ffd54a'],
    ['aiko', 'Aiko', 'Can you show the small screen again?', ''],
    ['sam', 'Sam', '👏👏👏', '#ff7a8a'],
    ['ines', 'Inès', 'Slides: https://example.org/slides', ''],
    ['self', 'Mara', 'That is exactly what we needed', '#6fd3ff'],
  ],
  zh: [
    ['mei', '小美', '上海的朋友来报到！', ''],
    ['tomas', '托马斯', '新布局太好看了', '#ffd54a'],
    ['aiko', '爱子', '能再演示一次小屏幕吗？', ''],
    ['sam', '山姆', '👏👏👏', '#ff7a8a'],
    ['ines', '伊内丝', '讲义在这里 https://example.org/slides', ''],
    ['self', '玛拉', '正是我们需要的', '#6fd3ff'],
  ],
} as const;
const questions = {
  en: ['When does it come to phones?', 'How many people can watch at once?', 'Is the recording published?'],
  zh: ['什么时候支持手机？', '最多可以多少人同时观看？', '录像会公开吗？'],
} as const;

const empty: ShowPost = {
  postId: '',
  kind: 'danmaku',
  identity: '',
  name: '',
  text: '',
  wallMs: nowMs,
  pictureWallMs: 0,
  style: '',
  votes: 0,
  state: '',
};

const modelIn = (language: 'en' | 'zh'): ShowModel => ({
  ...noShow,
  self: { identity: 'self', mayPost: true },
  stage: [
    { identity: 'amara', name: 'Amara Okafor', isHost: true, isSpeaking: true },
    { identity: 'wei', name: '陈伟', isHost: false, isSpeaking: false },
    { identity: 'jonas', name: 'Jonas Lindqvist', isHost: false, isSpeaking: false },
    { identity: 'priya', name: 'Priya', isHost: false, isSpeaking: false },
  ],
  posts: texts[language].map(([identity, name, text, style], at) => ({
    ...empty,
    postId: `post-${at}`,
    identity,
    name,
    text,
    style: at === 1 ? `${style} top` : style,
    wallMs: nowMs + 500 + at * 700,
  })),
  questions: questions[language].map((text, at) => ({
    ...empty,
    postId: `question-${at}`,
    kind: 'question',
    identity: 'aiko',
    name: 'Aiko',
    text,
    votes: [214, 87, 12][at] ?? 0,
    state: ['answering', 'open', 'answered'][at] ?? 'open',
  })),
  polls: [
    {
      pollId: 'poll-1',
      text: language === 'zh' ? '下一场想看什么？' : 'What should the next show be about?',
      options: [
        { text: language === 'zh' ? '录制' : 'Recording', votes: 120 },
        { text: language === 'zh' ? '弹幕' : 'Danmaku', votes: 310 },
        { text: language === 'zh' ? '连麦' : 'Guests on stage', votes: 70 },
      ],
      many: false,
      closed: false,
      endsWallMs: 0,
    },
  ],
  likes: 4821,
  viewers: new Map([
    ['show', 2310],
    ['hls', 1904],
    ['flv', 311],
    ['webrtc', 95],
  ]),
  hands: [
    { identity: 'aiko', name: 'Aiko', sinceWallMs: nowMs },
    { identity: 'sam', name: 'Sam', sinceWallMs: nowMs },
  ],
});

const deskOf = (model: ShowModel): ShowActions & AudienceActions => ({
  store: new Store(model),
  post: done,
  like: nothing,
  voteQuestion: () => Promise.resolve(),
  votePoll: () => Promise.resolve(),
  raiseHand: () => Promise.resolve(),
  answerStage: nothing,
  stage: done,
  leaveStage: done,
  remove: done,
  removePost: done,
  setQuestion: done,
  startPoll: done,
  closePoll: done,
  removePoll: done,
  setRules: done,
  people: () =>
    Promise.resolve({
      people: [
        { identity: 'aiko', name: 'Aiko' },
        { identity: 'ines', name: 'Inès' },
        { identity: 'mei', name: 'Mei' },
      ],
      total: 2310,
      next: 'mei',
    }),
});

export const showDesk: AudienceActions = deskOf(modelIn('en'));

/** A clock at a time when all posts are crossing the picture. */
function clockAt(): () => number {
  let asked = 0;
  return () => {
    asked += 1;
    return asked <= 2 ? nowMs : nowMs + 6000;
  };
}

function playerOf(): ScreenPlayer {
  const shown: ShowPlayerModel = { at: 'playing', way: 'llhls', isStalled: false, delayMs: 2400, muted: false };
  const source = six()[1]?.camera;
  return {
    store: new Store(shown),
    start: (box) => {
      if (source === undefined) return;
      const layer = document.createElement('div');
      layer.className = 'video-box';
      const video = document.createElement('video');
      video.autoplay = true;
      video.muted = true;
      source.attach(video);
      layer.append(video);
      box.replaceChildren(layer);
    },
    setMuted: nothing,
    pictureWallMs: clockAt(),
    close: nothing,
  };
}

const preview: InvitedPreview = {
  store: new Store({ camera: 'on' as const, microphone: 'on' as const, devices: noDevices }),
  deviceIds: noDevices.selected,
  open: nothing,
  toggle: nothing,
  close: nothing,
};

function ShowStory() {
  const { language } = useLanguage();
  const desk = useMemo(() => deskOf(modelIn(language)), [language]);
  const shown = useMemo(() => playerOf(), []);
  const state: MeetingState = {
    ...initialMeeting('show'),
    show: 'crowd',
    phase: { name: 'meeting', reconnecting: false },
  };
  return (
    <ShowPage
      state={state}
      actions={{ dispatch: nothing, host: nothing, leave: nothing }}
      desk={desk}
      player={shown}
      preview={preview}
      title={language === 'zh' ? '秋季发布会' : 'Autumn release show'}
      onStage={nothing}
    />
  );
}

export const showStories = {
  show: () => <ShowStory />,
};
