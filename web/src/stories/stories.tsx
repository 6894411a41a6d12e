// Every state of the page, from plain values: for development, for screenshots, and for
// reviews.
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useReducer } from 'react';
import type { BreakOutModel } from '../core/break-outs.ts';
import { type EffectsModel, noEffects } from '../core/effects.ts';
import { noHosting } from '../core/hosting.ts';
import { initialMeeting, type MeetingAction, type MeetingState, reduceMeeting } from '../core/meeting.ts';
import type { ChatLine, DevicesModel, LevelSource } from '../core/model.ts';
import { Store } from '../room/store.ts';
import type { EffectsHandle, EffectsSwitches, MeetingActions, SoundTests } from '../ui/actions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useLanguage } from '../ui/language.tsx';
import { Lobby, type LobbyProps } from '../ui/lobby.tsx';
import { Meeting } from '../ui/meeting.tsx';
import { Connecting, Ended, Unsupported } from '../ui/notice-screens.tsx';
import { alone, crowd, foreign, hosted, nine, sharing, sharingSelf, six, three, two } from './people.ts';
import { explanation, placement } from './placement.ts';
import { showDesk } from './show.tsx';
import { callStats } from './stats.ts';
import { liveStreams, roomAddresses } from './streaming.ts';

const nothing = (): void => undefined;
const EffectsPanel = lazy(() => import('../ui/effects-panel.tsx'));

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

/** One speaks for ever. */
const soundTests: SoundTests = {
  playSound: () => Promise.resolve(),
  tryMicrophone: ({ phase, level }) => {
    phase('recording');
    requestAnimationFrame(() => level(0.6));
    return new Promise(nothing);
  },
};

/** Effects that only change what is shown of them. */
function effectsOf(change: Partial<EffectsModel> = {}): EffectsSwitches {
  const store = new Store<EffectsModel>({
    ...noEffects,
    starting: undefined,
    problem: undefined,
    ownImage: undefined,
    ...change,
  });
  const set = async (next: Partial<EffectsModel>): Promise<void> =>
    store.set({ ...store.get(), problem: undefined, ...next });
  const handle: EffectsHandle = {
    store,
    choose: (background) => set({ background }),
    setNoise: (noise) => set({ noise }),
    chooseImage: (ownImage) => set({ ownImage, background: 'own' }),
  };
  const problem = { get: () => store.get().problem, subscribe: store.subscribe };
  return { problem, load: () => Promise.resolve(handle) };
}

/** Actions that only change the screen; the SDK's part does nothing. */
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
    explainAgain: nothing,
    askAddressesAgain: nothing,
    copyText: () => Promise.resolve(true),
    startAudio: nothing,
    copyLink: nothing,
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

/** A square of one colour. */
const ownImage = (): Blob =>
  new Blob(
    ['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#c57b57"/></svg>'],
    {
      type: 'image/svg+xml',
    },
  );

function EffectsStory({ change }: { change: Partial<EffectsModel> }) {
  const effects = useMemo(() => effectsOf(change), [change]);
  const { t } = useLanguage();
  return (
    <Dialog title={t('device.title')} onClose={nothing}>
      <div className="dialog-fields">
        <Suspense>
          <EffectsPanel effects={effects} can={{ background: true, noise: true }} />
        </Suspense>
      </div>
    </Dialog>
  );
}

export const lobbyBase: LobbyProps = {
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

/** Of a participant that may not invite others. */
const withoutInvite = ({ invite: _none, ...state }: MeetingState): MeetingState => state;

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

/** Two lines between two, and what is being written to a participant that has left. */
function PrivateChatStory({ to }: { to: string }) {
  const { language } = useLanguage();
  const then = useMemo((): MeetingAction[] => {
    const [amara, mara] = [
      { identity: 'amara', name: 'Amara Okafor' },
      { identity: 'self', name: 'Mara Lindqvist' },
    ];
    const said = chatLines[language].slice(0, 2).map(([, , text]) => text);
    const lines: ChatLine[] = [
      { ...amara, id: '1', sessionId: 'PA_amara', text: said[0] ?? '', wallMs: startMs, local: false },
      {
        ...amara,
        id: '2',
        sessionId: 'PA_amara',
        text: said[1] ?? '',
        wallMs: startMs,
        local: false,
        privateWith: amara,
      },
      { ...mara, id: '3', sessionId: 'PA_self', text: 'OK', wallMs: startMs + 60_000, local: true, privateWith: amara },
    ];
    return [
      ...lines.map((line): MeetingAction => ({ type: 'chat', line, nowMs: 0 })),
      { type: 'chatTo', to: { identity: to, name: to === 'amara' ? 'Amara Okafor' : 'Lucía Fernández de la Cruz' } },
    ];
  }, [language, to]);
  return <MeetingStory build={rosterOfSix} then={then} />;
}

const rosterOfSix = withRoster(six);
const rosterOfOne = withRoster(alone);
const rosterOfTwo = withRoster(two);
const rosterWithPhone = withRoster(() => two(true));
const rosterOfThree = withRoster(three);
const rosterOfNine = withRoster(nine);
const rosterSharingSelf = withRoster(sharingSelf);
const rosterOfCrowd = withRoster(crowd);
const rosterOfForeign = withRoster(foreign);
const rosterSharing = withRoster(sharing);
const rosterHosted = withRoster(hosted);
const rosterOfHosts = (state: MeetingState): MeetingState =>
  withRoster(() => six().map((one) => ({ ...one, admin: true })))({ ...state, devToken: true });
const later = Number.MAX_SAFE_INTEGER / 2; // a toast of a story stays

const watched: readonly MeetingAction[] = [
  {
    type: 'viewers',
    viewers: new Map([
      ['flv', 433],
      ['hls', 800],
      ['h5', 1],
    ]),
  },
  { type: 'panel', panel: 'people' },
];
const openPeople: readonly MeetingAction[] = [{ type: 'panel', panel: 'people' }];
const openStreaming: readonly MeetingAction[] = [
  { type: 'panel', panel: 'streaming' },
  { type: 'addresses', addresses: { state: 'known', addresses: roomAddresses } },
  { type: 'liveStreams', liveStreams },
];
const noAddresses: readonly MeetingAction[] = [
  { type: 'panel', panel: 'streaming' },
  { type: 'addresses', addresses: { state: 'failed', code: 'GATEWAY_UNREACHABLE' } },
];
const openWhere: readonly MeetingAction[] = [{ type: 'panel', panel: 'where' }];
const openDevices: readonly MeetingAction[] = [{ type: 'dialog', dialog: 'devices' }];
const openHelp: readonly MeetingAction[] = [{ type: 'dialog', dialog: 'help' }];
const openAbout: readonly MeetingAction[] = [{ type: 'dialog', dialog: 'about' }];
const share: readonly MeetingAction[] = [{ type: 'own', change: { screen: 'on' } }];
const pinned: readonly MeetingAction[] = [{ type: 'pin', key: 'PA_wei/camera' }];
const openMore: readonly MeetingAction[] = [{ type: 'dialog', dialog: 'more' }];
const reconnecting: readonly MeetingAction[] = [
  { type: 'toast', tone: 'info', message: { key: 'toast.left', values: { name: '佐藤健二' } }, nowMs: later },
  { type: 'mediaProblem', device: 'microphone', problem: 'busy', nowMs: later },
  { type: 'reconnecting', nowMs: performance.now() - 12_000 },
];
const openHost: readonly MeetingAction[] = [{ type: 'dialog', dialog: 'host' }];
const openStats: readonly MeetingAction[] = [
  { type: 'panel', panel: 'stats' },
  { type: 'stats', stats: callStats },
];
const openRename: readonly MeetingAction[] = [{ type: 'dialog', dialog: 'rename', about: 'self' }];
const openReactions: readonly MeetingAction[] = [
  { type: 'reaction', sessionId: 'PA_wei', reaction: '👏', nowMs: later },
  { type: 'dialog', dialog: 'reactions' },
];
const asked: readonly MeetingAction[] = [
  { type: 'reaction', sessionId: 'PA_wei', reaction: '👏', nowMs: later },
  { type: 'unmuteAsked', source: 'microphone', by: 'Amara Okafor' },
];
const endNear: readonly MeetingAction[] = [
  { type: 'hosting', hosting: { ...noHosting, endsAtMs: Date.now() + 4 * 60_000 } },
  { type: 'unmuteAsked', source: 'microphone', by: 'Bartholomew Featherstonehaugh-Cholmondeley' },
];
const recorded: readonly MeetingAction[] = [{ type: 'hosting', hosting: { ...noHosting, recording: 'running' } }];
const recordWaits: readonly MeetingAction[] = [
  { type: 'hosting', hosting: { ...noHosting, recording: 'waiting' } },
  { type: 'dialog', dialog: 'host' },
];
const hostEnd: readonly MeetingAction[] = [...endNear, { type: 'dialog', dialog: 'host' }];
const twoWait: readonly MeetingAction[] = [
  {
    type: 'hosting',
    hosting: {
      ...noHosting,
      lobby: true,
      waiting: 2,
      waiters: [
        { waitId: 'W_1', identity: 'ming', name: '王小明', sinceWallMs: startMs },
        { waitId: 'W_2', identity: 'bart', name: 'Bartholomew Featherstonehaugh-Cholmondeley', sinceWallMs: startMs },
      ],
    },
  },
  { type: 'panel', panel: 'people' },
];
const knock: readonly MeetingAction[] = [
  ...twoWait.slice(0, 1),
  {
    type: 'toast',
    tone: 'info',
    message: { key: 'toast.waiting', values: { name: 'Bartholomew Featherstonehaugh-Cholmondeley' } },
    waitId: 'W_2',
    nowMs: later,
  },
];
const interrupted: readonly MeetingAction[] = [{ type: 'mediaInterrupted', nowMs: performance.now() - 1200 }];
const gone: readonly MeetingAction[] = [{ type: 'reconnecting', nowMs: performance.now() - 2000 }];
const othersLeft: readonly MeetingAction[] = [
  { type: 'roster', participants: alone() },
  { type: 'cameAndWent', key: 'toast.left', identity: 'wei', name: '陈伟', nowMs: later },
];
const returning: readonly MeetingAction[] = [
  { type: 'reconnecting', nowMs: performance.now() },
  { type: 'reconnected', nowMs: later },
  { type: 'roster', participants: alone() },
];
const blocked: readonly MeetingAction[] = [
  { type: 'audioBlocked', blocked: true },
  { type: 'own', change: { screen: 'on', microphone: 'off', camera: 'off' } },
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
const othersInvited: readonly MeetingAction[] = [
  ...divided,
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

/** The microphone is being tried. */
function DevicesStory() {
  useEffect(() => document.querySelector<HTMLElement>('[data-testid=test-microphone]')?.click(), []);
  return <MeetingStory build={rosterOfSix} then={openDevices} />;
}

/** The menu of a participant is open. */
function HostPeopleStory() {
  useEffect(() => document.querySelector<HTMLElement>('[data-identity=amara] [data-testid=manage]')?.click(), []);
  return <MeetingStory build={rosterHosted} then={twoWait} />;
}

/** Two rooms, with people in them. */
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

/** Name of each story, as `?story=` asks for it. */
const openAudience: readonly MeetingAction[] = [
  { type: 'show', show: 'stage' },
  { type: 'panel', panel: 'audience' },
];

export const stories: Readonly<Record<string, () => ReactNode>> = {
  lobby: () => <LobbyStory />,
  'lobby-refused': () => <Lobby {...lobbyBase} camera="off" initialRoom={'design-review-'.repeat(15)} />,
  'lobby-city': () => <Lobby {...lobbyBase} camera="off" problem={{ code: 'CITY_UNKNOWN', foreseen: true }} />,
  'lobby-slow': () => (
    <Lobby {...lobbyBase} effects={effectsOf({ problem: { part: 'background', code: 'EFFECT_TOO_SLOW' } })} />
  ),
  effects: () => <EffectsStory change={{ background: 'shelf', noise: true }} />,
  'effects-slow': () => <EffectsStory change={{ problem: { part: 'background', code: 'EFFECT_TOO_SLOW' } }} />,
  'effects-starting': () => <EffectsStory change={{ background: 'strong', starting: 'background' }} />,
  'effects-own': () => <EffectsStory change={{ background: 'own', ownImage: ownImage() }} />,
  'lobby-denied': () => (
    <Lobby
      {...lobbyBase}
      initialName=""
      camera={{ problem: 'denied' }}
      microphone={{ problem: 'missing' }}
      problem={{ code: 'NO_CAPACITY' }}
    />
  ),
  'lobby-link': () => (
    <Lobby
      {...lobbyBase}
      camera="off"
      link={{ asksPassword: true, number: '123 456 789' }}
      problem={{ code: 'PASSWORD_WRONG' }}
    />
  ),
  'lobby-link-over': () => (
    <Lobby {...lobbyBase} camera="off" link={{ asksPassword: false, number: '' }} problem={{ code: 'LINK_INVALID' }} />
  ),
  'lobby-no-link': () => <Lobby {...lobbyBase} camera="off" canJoin={false} />,
  'alone-guest': () => <MeetingStory build={(state) => rosterOfOne(withoutInvite(state))} />,
  alone: () => <MeetingStory build={rosterOfOne} />,
  last: () => (
    <MeetingStory build={rosterSharing} then={othersLeft} inviteUrl="http://127.0.0.1:7800/?room=design-review" />
  ),
  two: () => <MeetingStory build={rosterOfTwo} />,
  'two-phone': () => <MeetingStory build={rosterWithPhone} />,
  three: () => <MeetingStory build={rosterOfThree} />,
  nine: () => <MeetingStory build={rosterOfNine} />,
  grid: () => <MeetingStory build={rosterOfSix} />,
  'speaker-chat': () => <ChatStory />,
  'chat-private': () => <PrivateChatStory to="amara" />,
  'chat-gone': () => <PrivateChatStory to="lucia" />,
  'share-people': () => <MeetingStory build={rosterSharing} then={openPeople} />,
  'people-dev': () => <MeetingStory build={rosterOfHosts} then={openPeople} />,
  foreign: () => <MeetingStory build={rosterOfForeign} />,
  'foreign-people': () => <MeetingStory build={rosterOfForeign} then={watched} />,
  streaming: () => <MeetingStory build={rosterOfForeign} then={openStreaming} />,
  'streaming-failed': () => <MeetingStory build={rosterOfForeign} then={noAddresses} />,
  where: () => <MeetingStory build={rosterOfSix} then={openWhere} />,
  reconnecting: () => <MeetingStory build={rosterOfSix} then={reconnecting} />,
  lost: () => <MeetingStory build={rosterOfSix} then={gone} />,
  interrupted: () => <MeetingStory build={rosterOfSix} then={interrupted} />,
  returning: () => <MeetingStory build={rosterOfSix} then={returning} />,
  ended: () => <Ended code="DUPLICATE_IDENTITY" room="design-review" onRejoin={nothing} onLobby={nothing} />,
  left: () => <Ended code="CLIENT_INITIATED" room="design-review" onRejoin={nothing} onLobby={nothing} />,
  connecting: () => <Connecting room="design-review" onCancel={nothing} />,
  unsupported: () => <Unsupported room="design-review" />,
  knock: () => <MeetingStory build={rosterHosted} then={knock} />,
  waiting: () => <Connecting room="design-review" waiting={{ reason: 'lobby' }} onCancel={nothing} />,
  'waiting-early': () => (
    <Connecting
      room="Weekly"
      waiting={{ reason: 'no_host' }}
      times={{ startsMs: Date.UTC(2099, 0, 5, 9), endsMs: Date.UTC(2099, 0, 5, 9, 30) }}
      onCancel={nothing}
    />
  ),
  removed: () => <Ended code="KICKED" room="design-review" onRejoin={nothing} onLobby={nothing} />,
  host: () => <MeetingStory build={rosterHosted} then={openHost} />,
  'host-end': () => <MeetingStory build={rosterHosted} then={[{ type: 'dialog', dialog: 'end' }]} />,
  rename: () => <MeetingStory build={rosterHosted} then={openRename} />,
  'host-people': () => <HostPeopleStory />,
  stats: () => <MeetingStory build={rosterOfSix} then={openStats} />,
  audience: () => <MeetingStory build={rosterHosted} then={openAudience} />,
  'break-outs-plan': () => <PlanStory />,
  'break-outs-empty': () => <MeetingStory build={rosterOfOne} then={openPlan} />,
  'break-outs': () => <MeetingStory build={rosterOfSix} then={[...divided, ...openPlan]} />,
  'break-outs-lead': () => <MeetingStory build={rosterOfSix} then={divided} />,
  'break-outs-others': () => <MeetingStory build={rosterOfSix} then={othersInvited} />,
  'break-out-invited': () => <MeetingStory build={rosterOfSix} then={invited} />,
  'break-out': () => <MeetingStory build={rosterOfSix} then={inBreakOut} />,
  reactions: () => <MeetingStory build={rosterHosted} then={openReactions} />,
  asked: () => <MeetingStory build={rosterHosted} then={asked} />,
  recorded: () => <MeetingStory build={rosterHosted} then={recorded} />,
  'record-waits': () => <MeetingStory build={rosterHosted} then={recordWaits} />,
  'end-near': () => <MeetingStory build={rosterHosted} then={endNear} />,
  'host-booked': () => <MeetingStory build={rosterHosted} then={hostEnd} />,
  crowd: () => <MeetingStory build={rosterOfCrowd} />,
  share: () => <MeetingStory build={rosterSharing} />,
  'share-self': () => <MeetingStory build={rosterSharingSelf} then={share} />,
  pinned: () => <MeetingStory build={rosterOfNine} then={pinned} />,
  devices: () => <DevicesStory />,
  help: () => <MeetingStory build={rosterOfSix} then={openHelp} />,
  more: () => <MeetingStory build={rosterOfSix} then={openMore} />,
  about: () => <MeetingStory build={rosterOfSix} then={openAbout} />,
  blocked: () => <MeetingStory build={rosterOfSix} then={blocked} />,
};
