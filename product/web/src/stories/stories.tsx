// States of the page from plain values; test/screenshots.ts photographs them.
import { type ReactNode, useEffect, useMemo, useReducer } from 'react';
import type { BreakOutModel } from '../core/break-outs.ts';
import { type EffectsModel, noEffects } from '../core/effects.ts';
import type { Failure, FailureReference } from '../core/failure.ts';
import { noHosting } from '../core/hosting.ts';
import { initialMeeting, type MeetingAction, type MeetingState, reduceMeeting } from '../core/meeting.ts';
import type { DevicesModel, LevelSource } from '../core/model.ts';
import { Store } from '../room/store.ts';
import type { EffectsHandle, EffectsSwitches, MeetingActions, SoundTests } from '../ui/actions.ts';
import { useLanguage } from '../ui/language.tsx';
import { Lobby, type LobbyProps } from '../ui/lobby.tsx';
import { Meeting } from '../ui/meeting.tsx';
import { Connecting, Ended, Unsupported } from '../ui/notice-screens.tsx';
import { alone, hosted, sharing, sharingSelf, six, three, two } from './people.ts';
import { explanation, placement } from './placement.ts';
import { showDesk } from './show.tsx';

const nothing = (): void => undefined;

const devices: DevicesModel = {
  lists: {
    audioinput: [
      { deviceId: 'mic-1', label: 'MacBook Pro Microphone' },
      { deviceId: 'mic-2', label: 'Jabra Evolve2 65' },
    ],
    videoinput: [{ deviceId: 'cam-1', label: 'FaceTime HD Camera (Built-in)' }],
    audiooutput: [{ deviceId: 'out-1', label: 'MacBook Pro Speakers' }],
  },
  selected: { audioinput: 'mic-1', videoinput: 'cam-1', audiooutput: 'out-1' },
  blocked: { audioinput: false, videoinput: false, audiooutput: false },
  outputSelectable: true,
};

const steadyLevel: LevelSource = {
  subscribe(listener) {
    listener(0.46);
    return nothing;
  },
};

/** A microphone test that stays in the phase of recording. */
const soundTests: SoundTests = {
  playSound: () => Promise.resolve(),
  tryMicrophone: ({ phase, level }) => {
    phase('recording');
    requestAnimationFrame(() => level(0.6));
    return new Promise(nothing);
  },
};

function effectsOf(): EffectsSwitches {
  const store = new Store<EffectsModel>({ ...noEffects, starting: undefined, problem: undefined, ownImage: undefined });
  const set = async (next: Partial<EffectsModel>): Promise<void> => store.set({ ...store.get(), ...next });
  const handle: EffectsHandle = {
    store,
    choose: (background) => set({ background }),
    setNoise: (noise) => set({ noise }),
    chooseImage: (ownImage) => set({ ownImage, background: 'own' }),
  };
  return { problem: { get: () => undefined, subscribe: store.subscribe }, load: () => Promise.resolve(handle) };
}

/** Returns actions that change only the view and do not call the SDK. */
function actionsFor(dispatch: (action: MeetingAction) => void): MeetingActions {
  return {
    dispatch,
    toggleMicrophone: nothing,
    toggleCamera: nothing,
    toggleShare: nothing,
    sendChat: () => Promise.resolve(true),
    host: nothing,
    rename: () => Promise.resolve(true),
    react: nothing,
    enterBreakOut: nothing,
    leaveBreakOut: nothing,
    answerUnmute: nothing,
    show: showDesk,
    soundTests,
    effects: effectsOf(),
    selectDevice: nothing,
    retryExplanation: nothing,
    retryAddresses: nothing,
    copyText: () => Promise.resolve(true),
    startAudio: nothing,
    copyLink: nothing,
    copyShowLink: nothing,
    leave: nothing,
    rejoin: nothing,
  };
}

interface MeetingStoryProps {
  build(state: MeetingState): MeetingState;
  then?: readonly MeetingAction[];
  inviteUrl?: string;
}

function MeetingStory({ build, then, inviteUrl = 'https://meet.example.org/?room=design-review' }: MeetingStoryProps) {
  const first = useMemo(() => {
    const joined: MeetingState = {
      ...initialMeeting('design-review'),
      phase: { name: 'meeting', reconnecting: false },
      own: { microphone: 'on', camera: 'on', screen: 'off' },
      placement,
      explanation,
      rttMs: 24,
      gateways: true,
      mayRename: true,
      invite: { url: inviteUrl },
      devices,
    };
    return (then ?? []).reduce(reduceMeeting, build(joined));
  }, [build, then, inviteUrl]);
  const [state, dispatch] = useReducer(reduceMeeting, first);
  const actions = useMemo(() => actionsFor(dispatch), []);
  return <Meeting state={state} actions={actions} canShare />;
}

export const lobbyBase: LobbyProps = {
  home: { href: '#', isMeetings: false },
  initialRoom: 'design-review',
  initialName: 'Mara Lindqvist',
  roomFixed: false,
  camera: 'on',
  microphone: 'on',
  level: steadyLevel,
  tests: soundTests,
  effects: effectsOf(),
  devices,
  canJoin: true,
  onCamera: nothing,
  onMicrophone: nothing,
  onSelectDevice: nothing,
  onPrepare: nothing,
  onJoinExpected: nothing,
  onJoin: nothing,
};

function LobbyStory() {
  const picture = useMemo(() => alone()[0]?.camera, []);
  return <Lobby {...lobbyBase} picture={picture} />;
}

const withRoster =
  (people: () => MeetingState['participants']) =>
  (state: MeetingState): MeetingState =>
    reduceMeeting(state, { type: 'roster', participants: people() });

const startMs = Date.UTC(2026, 4, 12, 9, 41);

function ChatStory() {
  const { language } = useLanguage();
  const then = useMemo((): MeetingAction[] => {
    const lines = chatLines[language].map(
      ([sessionId, name, text], at): MeetingAction => ({
        type: 'chat',
        nowMs: 0,
        line: {
          id: String(at),
          sessionId,
          identity: sessionId.slice(3),
          name,
          text,
          wallMs: startMs + at * 47_000,
          local: sessionId === 'PA_self',
        },
      }),
    );
    return [{ type: 'view', view: 'speaker' }, { type: 'panel', panel: 'chat' }, ...lines];
  }, [language]);
  return <MeetingStory build={rosterOfSix} then={then} />;
}

const chatLines: Readonly<Record<'en' | 'zh', readonly (readonly [string, string, string])[]>> = {
  en: [
    ['PA_amara', 'Amara Okafor', 'Morning! The Singapore numbers are in.'],
    ['PA_amara', 'Amara Okafor', 'p95 is down to 164 ms.'],
    ['PA_wei', '陈伟', '太好了, that is eleven per cent better than last week.'],
    [
      'PA_self',
      'Mara Lindqvist',
      'Great work. Could you put the chart into https://wiki.example.org/relay/latency-2026-05 so that the others find it?',
    ],
    ['PA_jonas', 'Jonas Weber', 'Muted on my side, there is a drill outside. I agree with shipping it.'],
  ],
  zh: [
    ['PA_amara', 'Amara Okafor', 'Morning! The Singapore numbers are in.'],
    ['PA_wei', '陈伟', '早上好！新加坡那边的数据出来了，P95 已经降到 164 毫秒。'],
    ['PA_wei', '陈伟', '比上周好了百分之十一。'],
    [
      'PA_self',
      'Mara Lindqvist',
      '太好了。能把图表放到 https://wiki.example.org/relay/latency-2026-05 吗？这样大家都能找到。',
    ],
    ['PA_jonas', 'Jonas Weber', '我这边隔壁在装修，先静音。同意上线。'],
  ],
};

const rosterOfSix = withRoster(six);
const rosterOfOne = withRoster(alone);
const rosterOfTwo = withRoster(two);
const rosterSharingSelf = withRoster(sharingSelf);
const rosterSharing = withRoster(sharing);
const rosterHosted = withRoster(hosted);
const later = Number.MAX_SAFE_INTEGER / 2;
const openPeople: readonly MeetingAction[] = [{ type: 'panel', panel: 'people' }];
const openWhere: readonly MeetingAction[] = [{ type: 'panel', panel: 'where' }];
const openAbout: readonly MeetingAction[] = [{ type: 'dialog', dialog: 'about' }];
const share: readonly MeetingAction[] = [{ type: 'own', change: { screen: 'on' } }];
const openMore: readonly MeetingAction[] = [{ type: 'dialog', dialog: 'more' }];
const reconnecting: readonly MeetingAction[] = [
  { type: 'toast', tone: 'info', message: { key: 'toast.left', values: { name: '佐藤健二' } }, nowMs: later },
  { type: 'mediaProblem', device: 'microphone', problem: 'busy', nowMs: later },
  { type: 'reconnecting', nowMs: performance.now() - 12_000 },
];
const openReactions: readonly MeetingAction[] = [
  { type: 'reaction', sessionId: 'PA_wei', reaction: '👏', nowMs: later },
  { type: 'dialog', dialog: 'reactions' },
];
const othersLeft: readonly MeetingAction[] = [
  { type: 'roster', participants: alone() },
  { type: 'cameAndWent', key: 'toast.left', identity: 'wei', name: '陈伟', nowMs: later },
];
const breakOut = (name: string, identities: readonly string[], endsInMs = 0): BreakOutModel => ({
  breakOutId: `BO_${name}`,
  name,
  identities,
  endsAtMs: endsInMs === 0 ? 0 : Date.now() + endsInMs,
});
const openPlan: readonly MeetingAction[] = [{ type: 'panel', panel: 'breakOuts' }];
const dividing: readonly MeetingAction[] = [
  {
    type: 'hosting',
    hosting: {
      ...noHosting,
      breakOuts: [
        breakOut('Latency', ['amara', 'kenji'], 249_000),
        breakOut('A name of a room that is much longer than a phone is wide', ['wei', 'priya'], 249_000),
      ],
    },
  },
];
const divided: readonly MeetingAction[] = [
  ...dividing,
  {
    type: 'roster',
    participants: six().map((one) => {
      if (one.identity === 'amara' || one.identity === 'kenji') return { ...one, breakOut: 'Latency' };
      return one;
    }),
  },
];
const invited: readonly MeetingAction[] = [
  { type: 'hosting', hosting: { ...noHosting, breakOuts: [breakOut('Latency', ['self', 'amara'], 900_000)] } },
  { type: 'roster', participants: six().map((one) => ({ ...one, admin: false })) },
];
const inBreakOut: readonly MeetingAction[] = [
  ...divided,
  { type: 'breakOutEntered', breakOutId: 'BO_Latency', name: 'Latency' },
  { type: 'roster', participants: three() },
  { type: 'placement', placement, nowMs: 0 },
  {
    type: 'announcement',
    announcement: { by: 'Jonas Weber', text: 'Five more minutes. Please write down two questions.' },
  },
];

function PlanStory() {
  useEffect(() => {
    const press = (): void => document.querySelector<HTMLElement>('[data-testid=break-outs-spread]')?.click();
    const watch = new MutationObserver(press);
    watch.observe(document.body, { childList: true, subtree: true });
    press();
    return () => watch.disconnect();
  }, []);
  return <MeetingStory build={rosterOfSix} then={openPlan} />;
}

const watched = new Map([
  ['show', 2310],
  ['hls', 1904],
]);
const onStage: readonly MeetingAction[] = [
  { type: 'show', show: 'stage' },
  { type: 'viewers', viewers: watched },
];
const openAudience: readonly MeetingAction[] = [...onStage, { type: 'panel', panel: 'audience' }];

const firstOnStage: readonly MeetingAction[] = [...onStage, { type: 'showLinks', links: ['viewer', 'cohost'] }];
const openWaiting: readonly MeetingAction[] = [
  {
    type: 'hosting',
    hosting: {
      ...noHosting,
      lobby: true,
      waiting: 2,
      waiters: [
        { waitId: 'W_1', identity: 'olga', name: 'Olga', sinceWallMs: 0, removed: false },
        { waitId: 'W_2', identity: 'sam', name: 'Samuel Featherstonehaugh-Perkins', sinceWallMs: 0, removed: true },
      ],
    },
  },
  ...openPeople,
];
const recorded: readonly MeetingAction[] = [
  {
    type: 'hosting',
    hosting: {
      ...noHosting,
      recording: { ...noHosting.recording, state: 'running', later: true, isOwn: true },
    },
  },
];
const openRecord: readonly MeetingAction[] = [{ type: 'dialog', dialog: 'record' }];
const openHost: readonly MeetingAction[] = [...onStage, { type: 'dialog', dialog: 'host' }];

const reference: FailureReference = {
  room: 'Design review',
  sessionId: '',
  decisionId: '',
  requestId: '',
  atWallMs: Date.UTC(2026, 10, 29, 9, 14),
};
const afterCall: FailureReference = { ...reference, sessionId: 'PA_7f3k2m9qx1c4', decisionId: 'DE_k2m9qx1c47f3' };

const lobbyAfter = (failure: Failure): ReactNode => <Lobby {...lobbyBase} problem={{ ...failure, reference }} />;
const endedBy = (failure: Failure): ReactNode => (
  <Ended failure={{ ...failure, reference: afterCall }} room="Design review" onRejoin={nothing} onLobby={nothing} />
);

export const stories: Readonly<Record<string, () => ReactNode>> = {
  lobby: () => <LobbyStory />,
  'lobby-refused': () => <Lobby {...lobbyBase} camera="off" initialRoom={'design-review-'.repeat(15)} />,
  'lobby-denied': () => (
    <Lobby
      {...lobbyBase}
      initialName=""
      camera={{ problem: 'denied' }}
      microphone={{ problem: 'missing' }}
      problem={{ code: 'NO_CAPACITY' }}
    />
  ),
  'join-full': () => lobbyAfter({ code: 'NO_CAPACITY', retryInMs: 12_000 }),
  'join-expired': () => lobbyAfter({ code: 'TOKEN_EXPIRED' }),
  'join-room-full': () => lobbyAfter({ code: 'ROOM_FULL' }),
  'join-refused': () => lobbyAfter({ code: 'NOT_ADMITTED' }),
  'join-fault': () => lobbyAfter({ code: 'INTERNAL' }),
  'ended-by-host': () => endedBy({ code: 'ROOM_ENDED' }),
  'ended-elsewhere': () => endedBy({ code: 'DUPLICATE_IDENTITY' }),
  'ended-removed': () => endedBy({ code: 'KICKED' }),
  'ended-left': () => endedBy({ code: 'CLIENT_INITIATED' }),
  'ended-lost': () => endedBy({ code: 'RECONNECT_FAILED', because: 'SOCKET_FAILED' }),
  'ended-node-lost': () => endedBy({ code: 'NODE_LOST', retryInMs: 8000 }),
  waiting: () => <Connecting room="Design review" waiting={{ reason: 'lobby' }} onCancel={nothing} />,
  'waiting-removed': () => <Connecting room="Design review" waiting={{ reason: 'removed' }} onCancel={nothing} />,
  unsupported: () => <Unsupported room="design-review" />,
  alone: () => <MeetingStory build={rosterOfOne} />,
  last: () => (
    <MeetingStory build={rosterSharing} then={othersLeft} inviteUrl="http://127.0.0.1:7800/?room=design-review" />
  ),
  two: () => <MeetingStory build={rosterOfTwo} />,
  grid: () => <MeetingStory build={rosterOfSix} />,
  'speaker-chat': () => <ChatStory />,
  'share-people': () => <MeetingStory build={rosterSharing} then={openPeople} />,
  where: () => <MeetingStory build={rosterOfSix} then={openWhere} />,
  reconnecting: () => <MeetingStory build={rosterOfSix} then={reconnecting} />,
  'show-first': () => <MeetingStory build={rosterOfOne} then={firstOnStage} />,
  'show-stage': () => <MeetingStory build={rosterOfTwo} then={onStage} />,
  'waiting-list': () => <MeetingStory build={rosterHosted} then={openWaiting} />,
  'host-controls': () => <MeetingStory build={rosterOfSix} then={openHost} />,
  record: () => <MeetingStory build={rosterOfSix} then={openRecord} />,
  recorded: () => <MeetingStory build={rosterOfSix} then={[...recorded, ...openRecord]} />,
  audience: () => <MeetingStory build={rosterHosted} then={openAudience} />,
  'break-outs-plan': () => <PlanStory />,
  'break-outs': () => <MeetingStory build={rosterOfSix} then={[...divided, ...openPlan]} />,
  'break-out-invited': () => <MeetingStory build={rosterOfSix} then={invited} />,
  'break-out': () => <MeetingStory build={rosterOfSix} then={inBreakOut} />,
  reactions: () => <MeetingStory build={rosterHosted} then={openReactions} />,
  'share-self': () => <MeetingStory build={rosterSharingSelf} then={share} />,
  more: () => <MeetingStory build={rosterOfSix} then={openMore} />,
  about: () => <MeetingStory build={rosterOfSix} then={openAbout} />,
};
