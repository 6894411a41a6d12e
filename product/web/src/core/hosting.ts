// Controls and rights of hosts: waiting room, lock, roles, raised hands.
import type { BreakOutModel, BreakOutSetting } from './break-outs.ts';
import type { ParticipantModel, RoomRole } from './model.ts';

export type Rank = 'host' | 'cohost' | 'none';

export interface WaiterModel {
  waitId: string;
  identity: string;
  name: string;
  sinceWallMs: number;
  /** Whether the person was removed from the meeting before. */
  removed: boolean;
}

/** The room's policy, as far as this page shows it. */
export interface Hosting {
  locked: boolean;
  lobby: boolean;
  /** Identities in the spotlight; the first is shown largest. */
  spotlight: readonly string[];
  recording: RecordingModel;
  /** Booked end by the wall clock; 0 if there is none. */
  endsAtMs: number;
  waiters: readonly WaiterModel[];
  /** Number of all that wait; `waiters` may list fewer. */
  waiting: number;
  /** Break-outs, including those that have ended. */
  breakOuts: readonly BreakOutModel[];
}

/** `tracks`: a file of each person and screen; `composed`: one video; `page`: a web page. */
export type RecordingMode = 'tracks' | 'composed' | 'page';
export const recordingLayouts = ['grid', 'speaker', 'screen'] as const;
export type RecordingLayout = (typeof recordingLayouts)[number];

/** Recording of the room or of any participant; one that runs wins over one that waits. */
export interface RecordingModel {
  readonly state: 'none' | 'waiting' | 'running';
  readonly mode: RecordingMode;
  /** Layout of a `composed` recording. */
  readonly layout: RecordingLayout;
  /** Whether the video of a `composed` recording is made after its end. */
  readonly later: boolean;
  /** Whether this person started all that run. */
  readonly isOwn: boolean;
  /** Error code of the latest try of a waiting recording; ''. */
  readonly failure: string;
  /** Expected start of a waiting recording by the wall clock; 0: unknown. */
  readonly expectedAtMs: number;
}

export const noRecording: RecordingModel = {
  state: 'none',
  mode: 'composed',
  layout: 'grid',
  later: false,
  isOwn: false,
  failure: '',
  expectedAtMs: 0,
};

export const noHosting: Hosting = {
  locked: false,
  lobby: false,
  spotlight: [],
  recording: noRecording,
  endsAtMs: 0,
  waiters: [],
  waiting: 0,
  breakOuts: [],
};

/** An act of a host, or of a participant on its own hand. */
export type HostAct =
  | { do: 'mute'; identity: string; source: 'microphone' | 'camera' }
  | { do: 'askUnmute'; identity: string }
  | { do: 'muteEverybody' }
  | { do: 'role'; identity: string; role: RoomRole | '' }
  | { do: 'remove'; identity: string; forever: boolean }
  | { do: 'spotlight'; identities: readonly string[] }
  | { do: 'lock'; on: boolean }
  | { do: 'lobby'; on: boolean }
  | { do: 'show'; on: boolean }
  | { do: 'admit'; waitIds: readonly string[] | 'all' }
  | { do: 'refuse'; waitIds: readonly string[] }
  | { do: 'hand'; raised: boolean }
  | { do: 'lowerHand'; identity: string }
  | { do: 'lowerHands' }
  /** Without a mode the service chooses: one video where the organisation allows it. */
  | { do: 'record'; on: true; mode?: 'tracks' | 'composed'; layout?: RecordingLayout }
  | { do: 'record'; on: false }
  | { do: 'recordingLayout'; layout: RecordingLayout }
  | { do: 'extend'; endsAtMs: number }
  | { do: 'breakOuts'; list: readonly BreakOutSetting[] }
  | { do: 'announce'; text: string }
  | { do: 'end' };

/** Returns whether the act goes to the main room even while a break-out is shown. */
export const goesToMainRoom = (act: HostAct): boolean =>
  act.do === 'breakOuts' || act.do === 'announce' || act.do === 'end' || act.do === 'extend';

/** Ranks as the service does: by role; without a role, `roomAdmin` in the token makes a host. */
export function rankOf(one: Pick<ParticipantModel, 'role' | 'admin'> | undefined): Rank {
  if (one?.role === 'host' || one?.role === 'cohost') return one.role;
  return one?.role === '' && one.admin ? 'host' : 'none';
}

interface RoomRecording {
  readonly state: 'waiting' | 'running';
  readonly mode: RecordingMode;
  readonly layout: RecordingLayout;
  readonly composed?: 'live' | 'later' | undefined;
  readonly byIdentity: string;
  readonly failure: string;
  readonly expectedAtMs: number;
}

export function recordingOf(recordings: readonly RoomRecording[], ownIdentity: string): RecordingModel {
  const running = recordings.filter(({ state }) => state === 'running');
  const shown = running[0] ?? recordings[0];
  if (shown === undefined) return noRecording;
  const { state, mode, layout, composed, failure, expectedAtMs } = shown;
  return {
    state,
    mode,
    layout,
    later: composed === 'later',
    isOwn: running.every(({ byIdentity }) => byIdentity === ownIdentity),
    failure,
    expectedAtMs,
  };
}

/** Returns what the sign says to hosts: what is recorded, or that it waits. */
export function recordingWords({ state, mode, later }: RecordingModel) {
  if (state !== 'running') return 'record.waiting';
  if (mode === 'composed') return later ? 'record.runningLater' : 'record.runningComposed';
  return mode === 'tracks' ? 'record.runningTracks' : 'record.running';
}

/** Returns the message for a refused act whose code alone would not help; undefined for all others. */
export function refusalOf(act: HostAct, code: string): 'toast.onlyTracks' | 'toast.noRecording' | undefined {
  if (act.do !== 'record' || !act.on || code !== 'NOT_PERMITTED') return undefined;
  return act.mode === 'composed' ? 'toast.onlyTracks' : 'toast.noRecording';
}

export type PersonChoice =
  | 'message'
  | 'rename'
  | 'mute'
  | 'askUnmute'
  | 'stopVideo'
  | 'spotlight'
  | 'spotlightOff'
  | 'cohost'
  | 'cohostOff'
  | 'stage'
  | 'stageOff'
  | 'lowerHand'
  | 'remove';

export interface OwnRights {
  rank: Rank;
  mayRename: boolean;
  mayWrite: boolean;
}

/** Hosts and cohosts may rename themselves even without the token's permission. */
export const mayRenameItself = ({ rank, mayRename }: Pick<OwnRights, 'rank' | 'mayRename'>): boolean =>
  mayRename || rank !== 'none';

/** Returns the menu entries that this page may use on a participant, itself included. */
export function choicesFor(
  mine: OwnRights,
  person: ParticipantModel,
  spotlight: readonly string[],
): readonly PersonChoice[] {
  if (person.local) return mayRenameItself(mine) ? ['rename'] : [];
  const mayLead = mine.rank === 'host' || (mine.rank === 'cohost' && rankOf(person) !== 'host');
  const message = mine.mayWrite && canReceivePrivate(person) ? (['message'] as const) : [];
  return [...message, ...(mayLead ? leadChoices(person, spotlight) : [])];
}

/** Returns whether a participant can get private messages: gateway participants have no chat. */
export const canReceivePrivate = ({ local, protocol }: ParticipantModel): boolean => !local && protocol === undefined;

function leadChoices(person: ParticipantModel, spotlight: readonly string[]): readonly PersonChoice[] {
  const isLead = rankOf(person) !== 'none';
  const choices: (PersonChoice | false)[] = [
    person.handRaisedAtMs > 0 && 'lowerHand',
    person.microphoneOn ? 'mute' : person.canPublish && 'askUnmute',
    person.cameraOn && 'stopVideo',
    spotlight.includes(person.identity) ? 'spotlightOff' : person.canPublish && 'spotlight',
    !isLead && (person.canPublish ? 'stageOff' : 'stage'),
    isLead ? person.role === 'cohost' && 'cohostOff' : 'cohost',
    'rename',
    'remove',
  ];
  return choices.filter((choice) => choice !== false);
}

/** Maps a choice to its act. Renaming, removing and messaging are excluded, since each needs a dialog first. */
export function actOf(
  choice: Exclude<PersonChoice, 'remove' | 'rename' | 'message'>,
  identity: string,
  spotlight: readonly string[],
): HostAct {
  switch (choice) {
    case 'mute':
      return { do: 'mute', identity, source: 'microphone' };
    case 'stopVideo':
      return { do: 'mute', identity, source: 'camera' };
    case 'askUnmute':
      return { do: 'askUnmute', identity };
    case 'spotlight': // a single spotlight: two large pictures would be a grid again
      return { do: 'spotlight', identities: [identity] };
    case 'spotlightOff':
      return { do: 'spotlight', identities: spotlight.filter((one) => one !== identity) };
    case 'cohost':
      return { do: 'role', identity, role: 'cohost' };
    case 'stage':
    case 'cohostOff':
      return { do: 'role', identity, role: 'speaker' };
    case 'stageOff':
      return { do: 'role', identity, role: 'attendee' };
    case 'lowerHand':
      return { do: 'lowerHand', identity };
  }
}

/** Time before the booked end at which the page starts to warn. */
export const END_NEAR_MS = 10 * 60_000;
export const EXTEND_MIN = 15;

/**
 * Returns the whole minutes to a near booked end, at least 1; 0 when it has passed; undefined otherwise. Wall clock.
 */
export function minutesToEnd(endsAtMs: number, nowWallMs: number): number | undefined {
  const leftMs = endsAtMs - nowWallMs;
  if (endsAtMs === 0 || leftMs > END_NEAR_MS) return undefined;
  return Math.max(0, Math.ceil(leftMs / 60_000));
}

export const extendedEnd = (endsAtMs: number, nowWallMs: number): number =>
  Math.max(endsAtMs, nowWallMs) + EXTEND_MIN * 60_000;

/** Returns raised hands in the order in which they were raised. */
export const handsOf = (people: readonly ParticipantModel[]): readonly ParticipantModel[] =>
  people.filter(({ handRaisedAtMs }) => handRaisedAtMs > 0).sort((a, b) => a.handRaisedAtMs - b.handRaisedAtMs);
