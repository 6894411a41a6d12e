// The view model of the page and its reducer: (state, action) -> state. The time arrives with the action.

import { type ArrivalKey, type Leaver, withArrival } from './arrivals.ts';
import type { CallStats } from './call-stats.ts';
import type { Failure } from './failure.ts';
import { type Hosting, noHosting } from './hosting.ts';
import { type LiveStreams, withAway } from './live-streams.ts';
import type { Message } from './messages/translate.ts';
import {
  type ChatLine,
  type ChatPeer,
  type DevicesModel,
  deviceCodes,
  type ExplanationModel,
  type MediaProblem,
  noDevices,
  type ParticipantModel,
  type PlacementModel,
} from './model.ts';
import type { ShowLinkKind } from './query.ts';
import { type Reaction, type ShownReactions, withoutExpired, withReaction } from './reactions.ts';
import type { ViewName } from './stage.ts';
import type { AddressesState } from './stream-addresses.ts';
import { type Toast, type ToastTone, withToast } from './toasts.ts';
import { noViewers, type ViewerCounts } from './viewers.ts';

export type PanelName = 'chat' | 'audience' | 'breakOuts' | 'people' | 'where' | 'streaming' | 'stats';
export type DialogName = 'devices' | 'help' | 'more' | 'host' | 'record' | 'reactions' | 'about' | 'end' | 'rename';
/** `switching` means requested but not yet done. */
export type SwitchState = 'on' | 'off' | 'switching';

export interface OwnMedia {
  microphone: SwitchState;
  camera: SwitchState;
  screen: SwitchState;
}

export type Phase =
  | { name: 'lobby'; problem?: Failure }
  /** `waiting`: in the waiting room, until a host admits the person. */
  | { name: 'connecting'; waiting?: { reason: string } }
  | { name: 'meeting'; reconnecting: false }
  /** `company`: others were present when the connection broke. */
  | { name: 'meeting'; reconnecting: true; sinceMs: number; company: boolean }
  | ({ name: 'ended' } & Failure);

export type ShowPlace = 'crowd' | 'stage';

export interface MeetingTimes {
  readonly startsMs: number;
  readonly endsMs: number;
}

export interface ShownBreakOut {
  readonly breakOutId: string;
  readonly name: string;
  readonly main: MeetingState;
}

export interface Announcement {
  /** Name of the host; '' for announcements of the service. */
  readonly by: string;
  readonly text: string;
}

export interface MeetingState {
  phase: Phase;
  room: string;
  participants: readonly ParticipantModel[];
  /** Viewers by other protocols; some of them are participants too. */
  viewers: ViewerCounts;
  hadCompany: boolean;
  /** Time of the reconnection to a room that had other participants, who may need a moment longer. */
  backAtMs?: number;
  /** Time since which no media arrives although some should; signaling may still work. */
  interruptedSinceMs?: number;
  /** Participants that left last, to recognise a return. */
  leavers: readonly Leaver[];
  /** Identity that this user is removing from the room. */
  removing?: string;
  show?: ShowPlace;
  /** The shown break-out: participants, chat, hosting and placement are those of its room. */
  inside?: ShownBreakOut;
  entering?: string;
  /** Announcement that is shown until it is dismissed. */
  announcement?: Announcement;
  /** True for a token of the page's own server, which makes everyone a host. */
  devToken: boolean;
  mayRename: boolean;
  times?: MeetingTimes;
  /** Invitation; `url` once there is a link. */
  invite?: { readonly url?: string };
  /** Links of the show that this page can make; absent for pages that can make none. */
  showLinks?: readonly ShowLinkKind[];
  /** Whether gateways exist that provide addresses for other protocols. */
  gateways: boolean;
  addresses?: AddressesState;
  /** Streams by other protocols, while their panel is open. */
  liveStreams?: LiveStreams;
  /** Last speaker among the others; kept during silence. */
  speakerId?: string;
  placement?: PlacementModel;
  /** Explanation of this or an earlier placement: see `explanationOf`. */
  explanation?: ExplanationModel;
  rttMs?: number;
  /** Last measurement, while the panel is open. */
  stats?: CallStats;
  own: OwnMedia;
  devices: DevicesModel;
  audioBlocked: boolean;
  hosting: Hosting;
  reactions: ShownReactions;
  unmuteAsked?: { source: 'microphone' | 'camera'; by: string };
  view: ViewName;
  page: number;
  pinnedKey?: string;
  panel?: PanelName;
  dialog?: DialogName;
  about?: string;
  chat: readonly ChatLine[];
  /** Recipient of the message being written; absent: all. */
  chatTo?: ChatPeer;
  unread: number;
  toasts: readonly Toast[];
  nextToastId: number;
}

export type MeetingAction =
  | { type: 'connecting'; room: string; times?: MeetingTimes }
  | ({ type: 'joinFailed' } & Failure)
  | { type: 'joinRefused'; code: string }
  | { type: 'joined'; devToken: boolean; gateways: boolean; mayRename: boolean }
  | { type: 'show'; show: ShowPlace | undefined }
  | { type: 'breakOutEntering'; breakOutId?: string }
  | { type: 'breakOutEntered'; breakOutId: string; name: string }
  | { type: 'breakOutLeft' }
  | { type: 'announcement'; announcement?: Announcement }
  | { type: 'ofMain'; action: MeetingAction }
  | { type: 'invite'; url?: string }
  | { type: 'showLinks'; links: readonly ShowLinkKind[] }
  | { type: 'reconnecting'; nowMs: number }
  | { type: 'reconnected'; nowMs: number }
  | { type: 'mediaInterrupted'; nowMs: number }
  | { type: 'mediaResumed' }
  | ({ type: 'ended' } & Failure)
  | { type: 'lobby' }
  | { type: 'roster'; participants: readonly ParticipantModel[] }
  | { type: 'viewers'; viewers: ViewerCounts }
  | { type: 'placement'; placement: PlacementModel; nowMs: number }
  | { type: 'explanation'; explanation: ExplanationModel }
  | { type: 'addresses'; addresses: AddressesState }
  | { type: 'liveStreams'; liveStreams: LiveStreams }
  | { type: 'rtt'; rttMs: number }
  | { type: 'stats'; stats: CallStats }
  | { type: 'own'; change: Partial<OwnMedia> }
  | { type: 'devices'; devices: DevicesModel }
  | { type: 'audioBlocked'; blocked: boolean }
  | { type: 'waiting'; reason: string }
  | { type: 'hosting'; hosting: Hosting }
  | { type: 'unmuteAsked'; source: 'microphone' | 'camera'; by: string }
  | { type: 'unmuteAnswered' }
  | { type: 'reaction'; sessionId: string; reaction: Reaction; nowMs: number }
  | { type: 'reactionsOver'; nowMs: number }
  | { type: 'chat'; line: ChatLine; nowMs: number }
  | { type: 'chatTo'; to?: ChatPeer }
  | { type: 'chatEarlier'; lines: readonly ChatLine[] }
  | {
      type: 'toast';
      tone: ToastTone;
      message: Message;
      detail?: Message;
      code?: string;
      waitId?: string;
      nowMs: number;
    }
  | { type: 'mediaProblem'; device: 'camera' | 'microphone' | 'screen'; problem: MediaProblem; nowMs: number }
  | { type: 'actionFailed'; code: string; nowMs: number }
  | { type: 'removing'; identity?: string }
  | { type: 'cameAndWent'; key: ArrivalKey; identity: string; name: string; nowMs: number }
  | { type: 'toastDismissed'; id: number }
  | { type: 'toastsExpired'; nowMs: number }
  | { type: 'view'; view: ViewName }
  | { type: 'page'; page: number }
  | { type: 'pin'; key: string }
  | { type: 'panel'; panel: PanelName }
  | { type: 'dialog'; dialog: DialogName; about?: string }
  | { type: 'closed' };

const CHAT_LINES_MAX = 500; // the oldest is dropped

export function initialMeeting(room: string, view: ViewName = 'grid'): MeetingState {
  return {
    phase: { name: 'lobby' },
    room,
    participants: [],
    viewers: noViewers,
    hadCompany: false,
    leavers: [],
    devToken: false,
    mayRename: false,
    gateways: false,
    own: { microphone: 'off', camera: 'off', screen: 'off' },
    devices: noDevices,
    audioBlocked: false,
    hosting: noHosting,
    reactions: new Map(),
    view,
    page: 0,
    chat: [],
    unread: 0,
    toasts: [],
    nextToastId: 1,
  };
}

/** Returns the state after an action: the same object when nothing changed, so that nothing re-renders. */
export function reduceMeeting(state: MeetingState, action: MeetingAction): MeetingState {
  switch (action.type) {
    case 'connecting':
    case 'joinFailed':
    case 'joinRefused':
    case 'waiting':
    case 'joined':
    case 'ended':
    case 'lobby':
      return reducePhase(state, action);
    case 'reconnecting':
    case 'reconnected':
    case 'mediaInterrupted':
    case 'mediaResumed':
      return reduceConnection(state, action);
    case 'breakOutEntering':
    case 'breakOutEntered':
    case 'breakOutLeft':
    case 'announcement':
    case 'ofMain':
      return reduceBreakOuts(state, action);
    case 'roster':
      return withRoster(state, action.participants);
    case 'show':
      return withShow(state, action.show);
    case 'viewers':
      return state.viewers === action.viewers ? state : { ...state, viewers: action.viewers };
    case 'placement':
      return withPlacement(state, action.placement, action.nowMs);
    case 'invite':
      return { ...state, invite: action.url === undefined ? {} : { url: action.url } };
    case 'showLinks':
      return { ...state, showLinks: action.links };
    case 'explanation':
      return { ...state, explanation: action.explanation };
    case 'addresses':
      return { ...state, addresses: action.addresses };
    case 'liveStreams':
      return state.panel === 'streaming'
        ? { ...state, liveStreams: withAway(state.liveStreams, action.liveStreams) }
        : state;
    case 'rtt':
      return state.rttMs === action.rttMs ? state : { ...state, rttMs: action.rttMs };
    case 'stats':
      return state.panel === 'stats' ? { ...state, stats: action.stats } : state;
    case 'own':
      return { ...state, own: { ...state.own, ...action.change } };
    case 'devices':
      return { ...state, devices: action.devices };
    case 'audioBlocked':
      return state.audioBlocked === action.blocked ? state : { ...state, audioBlocked: action.blocked };
    case 'hosting':
    case 'unmuteAsked':
    case 'unmuteAnswered':
    case 'reaction':
    case 'reactionsOver':
      return reduceHosting(state, action);
    default:
      return reduceScreen(state, action);
  }
}

type PhaseAction = Extract<
  MeetingAction,
  { type: 'connecting' | 'joinFailed' | 'joinRefused' | 'waiting' | 'joined' | 'ended' | 'lobby' }
>;

function reducePhase(state: MeetingState, action: PhaseAction): MeetingState {
  const { phase } = state;
  switch (action.type) {
    case 'connecting':
      return {
        ...initialMeeting(action.room, state.view),
        ...(action.times !== undefined && { times: action.times }),
        devices: state.devices,
        phase: { name: 'connecting' },
      };
    case 'joinFailed': {
      const { type: _type, ...problem } = action;
      return phase.name === 'connecting' ? { ...state, phase: { name: 'lobby', problem } } : state;
    }
    case 'joinRefused': // a failed join already shows the problem
      return phase.name === 'lobby' && phase.problem?.code !== action.code
        ? { ...state, phase: { name: 'lobby', problem: { code: action.code, foreseen: true } } }
        : state;
    case 'waiting':
      return phase.name === 'connecting'
        ? { ...state, phase: { name: 'connecting', waiting: { reason: action.reason } } }
        : state;
    case 'joined':
      return withJoined(state, action);
    case 'ended': {
      const { type: _type, ...failure } = action;
      return withPanelsClosed({
        ...mainRoomOf(state),
        phase: { name: 'ended', ...failure },
        participants: [],
        toasts: [],
      });
    }
    case 'lobby':
      return withPanelsClosed({ ...initialMeeting(state.room, state.view), devices: state.devices });
  }
}

/** Returns the state of the main room, also while a break-out is shown. */
export const mainRoomOf = (state: MeetingState): MeetingState => state.inside?.main ?? state;

type BreakOutAction = Extract<
  MeetingAction,
  { type: 'breakOutEntering' | 'breakOutEntered' | 'breakOutLeft' | 'announcement' | 'ofMain' }
>;

function reduceBreakOuts(state: MeetingState, action: BreakOutAction): MeetingState {
  switch (action.type) {
    case 'breakOutEntering':
      return action.breakOutId === undefined ? without(state, 'entering') : { ...state, entering: action.breakOutId };
    case 'breakOutEntered': {
      const main = without(mainRoomOf(state), 'entering');
      const room: MeetingState = {
        ...initialMeeting(state.room, state.view),
        phase: { name: 'meeting', reconnecting: false },
        devToken: main.devToken,
        mayRename: main.mayRename,
        inside: { breakOutId: action.breakOutId, name: action.name, main },
      };
      return switchedRoom(state, room);
    }
    case 'breakOutLeft': {
      const { inside, entering } = state;
      if (inside === undefined) return state;
      return { ...switchedRoom(state, inside.main), ...(entering !== undefined && { entering }) };
    }
    case 'announcement':
      return action.announcement === undefined
        ? without(state, 'announcement')
        : { ...state, announcement: action.announcement };
    case 'ofMain': {
      const { inside } = state;
      if (inside === undefined) return reduceMeeting(state, action.action);
      const main = reduceMeeting(inside.main, action.action);
      return main === inside.main ? state : { ...state, inside: { ...inside, main } };
    }
  }
}

/** Switches the room and keeps the state of the window and the person. */
function switchedRoom(before: MeetingState, room: MeetingState): MeetingState {
  const { own, devices, view, toasts, nextToastId, panel, announcement } = before;
  // The streaming panel belongs to the main room.
  const open = panel === 'streaming' ? undefined : panel;
  const { panel: _panel, dialog: _dialog, announcement: _announcement, ...rest } = room;
  return {
    ...rest,
    own,
    devices,
    view,
    toasts,
    nextToastId,
    unread: open === 'chat' ? 0 : room.unread,
    ...(open !== undefined && { panel: open }),
    ...(announcement !== undefined && { announcement }),
  };
}

type HostingAction = Extract<
  MeetingAction,
  { type: 'hosting' | 'unmuteAsked' | 'unmuteAnswered' | 'reaction' | 'reactionsOver' }
>;

function reduceHosting(state: MeetingState, action: HostingAction): MeetingState {
  switch (action.type) {
    case 'hosting':
      return withHosting(state, action.hosting);
    case 'unmuteAsked':
      return { ...state, unmuteAsked: { source: action.source, by: action.by } };
    case 'unmuteAnswered':
      return without(state, 'unmuteAsked');
    case 'reaction':
      return {
        ...state,
        reactions: withReaction(state.reactions, action.sessionId, action.reaction, action.nowMs),
      };
    case 'reactionsOver': {
      const reactions = withoutExpired(state.reactions, action.nowMs);
      return reactions === state.reactions ? state : { ...state, reactions };
    }
  }
}

function withHosting(state: MeetingState, hosting: Hosting): MeetingState {
  const isStillWaiting = ({ waitId }: Toast): boolean =>
    waitId === undefined || hosting.waiters.some((waiter) => waiter.waitId === waitId);
  return {
    ...state,
    hosting,
    toasts: state.toasts.every(isStillWaiting) ? state.toasts : state.toasts.filter(isStillWaiting),
  };
}

type ConnectionAction = Extract<
  MeetingAction,
  { type: 'reconnecting' | 'reconnected' | 'mediaInterrupted' | 'mediaResumed' }
>;

function reduceConnection(state: MeetingState, action: ConnectionAction): MeetingState {
  const { phase } = state;
  if (phase.name !== 'meeting') return state;
  switch (action.type) {
    case 'reconnecting': {
      if (phase.reconnecting) return state;
      // a single interruption for the user, counted from its start
      const sinceMs = state.interruptedSinceMs ?? action.nowMs;
      const company = hasCompany(state.participants);
      return { ...state, phase: { name: 'meeting', reconnecting: true, sinceMs, company } };
    }
    case 'reconnected': {
      if (!phase.reconnecting) return state;
      const back = phase.company ? { ...state, backAtMs: action.nowMs } : state;
      const here: MeetingState = { ...back, phase: { name: 'meeting', reconnecting: false } };
      return withToast(here, 'good', { key: 'toast.reconnected' }, action.nowMs);
    }
    case 'mediaInterrupted':
      return state.interruptedSinceMs === undefined ? { ...state, interruptedSinceMs: action.nowMs } : state;
    case 'mediaResumed':
      return without(state, 'interruptedSinceMs');
  }
}

type ScreenAction = Exclude<
  MeetingAction,
  | PhaseAction
  | ConnectionAction
  | BreakOutAction
  | HostingAction
  | {
      type:
        | 'roster'
        | 'placement'
        | 'invite'
        | 'showLinks'
        | 'explanation'
        | 'addresses'
        | 'viewers'
        | 'show'
        | 'liveStreams'
        | 'rtt'
        | 'stats'
        | 'own'
        | 'devices'
        | 'audioBlocked';
    }
>;

function reduceScreen(state: MeetingState, action: ScreenAction): MeetingState {
  switch (action.type) {
    case 'chat':
      return withChat(state, action.line, action.nowMs);
    case 'chatTo': {
      const open = state.panel === 'chat' ? state : togglePanel(state, 'chat');
      return action.to === undefined ? without(open, 'chatTo') : { ...open, chatTo: action.to };
    }
    case 'chatEarlier':
      return withHistory(state, action.lines);
    case 'toast':
      return withToast(state, action.tone, action.message, action.nowMs, {
        ...(action.detail !== undefined && { detail: action.detail }),
        ...(action.code !== undefined && { code: action.code }),
        ...(action.waitId !== undefined && { waitId: action.waitId }),
      });
    case 'mediaProblem': {
      const key =
        action.device === 'screen' ? 'problem.screen' : (`problem.${action.device}.${action.problem}` as const);
      const code = deviceCodes[action.problem];
      return withToast(state, 'warning', { key }, action.nowMs, { detail: { key: `${key}.advice` }, code });
    }
    case 'actionFailed':
      return withToast(state, 'bad', { key: 'toast.actionFailed' }, action.nowMs, { code: action.code });
    case 'removing':
      return action.identity === undefined ? without(state, 'removing') : { ...state, removing: action.identity };
    case 'cameAndWent': {
      // The user knows whom it removed itself.
      if (action.key === 'toast.left' && action.identity === state.removing) return without(state, 'removing');
      // Participants present when the user joins or returns are no news.
      return withArrival(state, action, state.phase.name === 'meeting' && !state.phase.reconnecting);
    }
    case 'toastDismissed':
      return { ...state, toasts: state.toasts.filter((toast) => toast.id !== action.id) };
    case 'toastsExpired': {
      const toasts = state.toasts.filter((toast) => toast.untilMs > action.nowMs);
      return toasts.length === state.toasts.length ? state : { ...state, toasts };
    }
    case 'view': // choosing a view also unpins
      return { ...without(state, 'pinnedKey'), view: action.view, page: 0 };
    case 'page':
      return { ...state, page: Math.max(0, action.page) };
    case 'pin':
      return state.pinnedKey === action.key ? without(state, 'pinnedKey') : { ...state, pinnedKey: action.key };
    case 'panel':
      return togglePanel(state, action.panel);
    case 'dialog':
      if (state.dialog === action.dialog) return without(state, 'dialog');
      return { ...state, dialog: action.dialog, ...(action.about !== undefined && { about: action.about }) };
    case 'closed': // Escape closes the topmost element first
      return state.dialog !== undefined ? without(state, 'dialog') : without(without(state, 'panel'), 'stats');
  }
}

const withJoined = (
  state: MeetingState,
  { devToken, gateways, mayRename }: Extract<MeetingAction, { type: 'joined' }>,
): MeetingState => ({ ...state, phase: { name: 'meeting', reconnecting: false }, devToken, gateways, mayRename });

/** Panels and dialogs belong to the previous page, so they close. */
function withShow(state: MeetingState, show: ShowPlace | undefined): MeetingState {
  if (state.show === show) return state;
  if (show === undefined) return without(state, 'show');
  return { ...(state.show === undefined ? state : withPanelsClosed(state)), show };
}

function withRoster(state: MeetingState, participants: readonly ParticipantModel[]): MeetingState {
  const speaker = participants.find((one) => one.speaking && !one.local)?.sessionId ?? state.speakerId;
  const stays = speaker !== undefined && participants.some((one) => one.sessionId === speaker);
  const next = stays ? { ...state, speakerId: speaker } : without(state, 'speakerId');
  return { ...next, participants, hadCompany: state.hadCompany || hasCompany(participants) };
}

/** Gateway viewers do not count: they are neither seen nor heard. */
const hasCompany = (participants: readonly ParticipantModel[]): boolean =>
  participants.some((one) => !one.local && one.viewer !== true);

/** Returns the explanation of the current placement; undefined when it was not requested. */
export function explanationOf({ placement, explanation }: MeetingState): ExplanationModel | undefined {
  return explanation?.decisionId === placement?.decisionId ? explanation : undefined;
}

/**
 * Returns the decision that the open panel still has to request. A decision made without the centre has no id and no
 * explanation.
 */
export function decisionToExplain(state: MeetingState): string | undefined {
  const decisionId = state.placement?.decisionId ?? '';
  const isWanted = state.phase.name === 'meeting' && state.panel === 'where' && decisionId !== '';
  return isWanted && explanationOf(state) === undefined ? decisionId : undefined;
}

export const needsAddresses = (state: MeetingState): boolean =>
  state.phase.name === 'meeting' && state.panel === 'streaming' && state.addresses === undefined;

function withPlacement(state: MeetingState, placement: PlacementModel, nowMs: number): MeetingState {
  const moved = state.placement !== undefined && state.placement.nodeId !== placement.nodeId;
  const next = { ...state, placement };
  return moved ? withToast(next, 'info', { key: 'toast.moved', values: { node: placement.nodeId } }, nowMs) : next;
}

function withChat(state: MeetingState, line: ChatLine, nowMs: number): MeetingState {
  if (state.chat.some((known) => known.id === line.id)) return state;
  const chat = [...state.chat, line].slice(-CHAT_LINES_MAX);
  if (line.local || state.panel === 'chat') return { ...state, chat };
  const key = line.privateWith === undefined ? 'toast.chat' : 'toast.chatPrivate';
  const message = { key, values: { name: line.name, text: shorten(line.text) } } as const;
  return withToast({ ...state, chat, unread: state.unread + 1 }, 'info', message, nowMs);
}

/** Inserts history before the live lines, in order of time, and does not count it as unread. */
function withHistory(state: MeetingState, lines: readonly ChatLine[]): MeetingState {
  const known = new Set(state.chat.map(({ id }) => id));
  const added = lines.filter(({ id }) => !known.has(id));
  const before = [...state.chat.filter(({ earlier }) => earlier), ...added].sort((a, b) => a.wallMs - b.wallMs);
  const chat = [...before, ...state.chat.filter(({ earlier }) => !earlier)].slice(-CHAT_LINES_MAX);
  return { ...state, chat };
}

function togglePanel(state: MeetingState, panel: PanelName): MeetingState {
  // A failed explanation may be available now.
  const closed = without(state.explanation?.state === 'failed' ? without(state, 'explanation') : state, 'dialog');
  // requested again each time, since keys expire
  const base = without(without(without(closed, 'addresses'), 'liveStreams'), 'stats');
  if (state.panel === panel) return without(base, 'panel');
  return { ...base, panel, unread: panel === 'chat' ? 0 : state.unread };
}

function withPanelsClosed(state: MeetingState): MeetingState {
  return without(without(without(state, 'panel'), 'dialog'), 'pinnedKey');
}

function without<
  K extends
    | 'explanation'
    | 'addresses'
    | 'liveStreams'
    | 'stats'
    | 'panel'
    | 'dialog'
    | 'pinnedKey'
    | 'chatTo'
    | 'speakerId'
    | 'interruptedSinceMs'
    | 'unmuteAsked'
    | 'entering'
    | 'announcement'
    | 'removing'
    | 'show',
>(state: MeetingState, key: K): MeetingState {
  if (state[key] === undefined) return state;
  const { [key]: _gone, ...rest } = state;
  return rest as MeetingState;
}

const TOAST_TEXT_MAX = 80;
function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length > TOAST_TEXT_MAX ? `${characters.slice(0, TOAST_TEXT_MAX).join('')}…` : text;
}
