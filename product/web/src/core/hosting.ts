// What hosts see and may do: the waiting room, lock, roles, hands. Pure.
import type { BreakOutModel, BreakOutSetting } from './break-outs.ts';
import type { ParticipantModel, RoomRole } from './model.ts';

export type Rank = 'host' | 'cohost' | 'none';

export interface WaiterModel {
  waitId: string;
  identity: string;
  name: string;
  sinceWallMs: number;
}

/** What the room's policy says to this page. */
export interface Hosting {
  locked: boolean;
  /** Participants that come wait until a host lets them in. */
  lobby: boolean;
  /** Identities, the first largest. */
  spotlight: readonly string[];
  /** Of the room or of a participant: `running` if any does. */
  recording: 'none' | 'waiting' | 'running';
  /** Wall clock; 0: no booked end. */
  endsAtMs: number;
  waiters: readonly WaiterModel[];
  /** The number of all that wait, those of `waiters` included. */
  waiting: number;
  /** Those whose time is over too. */
  breakOuts: readonly BreakOutModel[];
}

export const noHosting: Hosting = {
  locked: false,
  lobby: false,
  spotlight: [],
  recording: 'none',
  endsAtMs: 0,
  waiters: [],
  waiting: 0,
  breakOuts: [],
};

/** One thing that a host does, or a participant with its own hand. */
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
  | { do: 'record'; on: boolean }
  | { do: 'extend'; endsAtMs: number }
  | { do: 'breakOuts'; list: readonly BreakOutSetting[] }
  | { do: 'announce'; text: string }
  | { do: 'end' };

/** Whether it is about the main room, also while a break-out of it is shown. */
export const isOfMain = (act: HostAct): boolean =>
  act.do === 'breakOuts' || act.do === 'announce' || act.do === 'end' || act.do === 'extend';

/** As the service ranks: by role; without one, a token with `roomAdmin` makes a host. */
export function rankOf(one: Pick<ParticipantModel, 'role' | 'admin'> | undefined): Rank {
  if (one?.role === 'host' || one?.role === 'cohost') return one.role;
  return one?.role === '' && one.admin ? 'host' : 'none';
}

/** What the signs of a recording say, of all recordings of a room. */
export function recordingOf(recordings: readonly { readonly state: 'waiting' | 'running' }[]): Hosting['recording'] {
  if (recordings.length === 0) return 'none';
  return recordings.some(({ state }) => state === 'running') ? 'running' : 'waiting';
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

/** What this page may do. */
export interface OwnRights {
  rank: Rank;
  /** Its token lets it change its own name. */
  mayRename: boolean;
  /** It may send messages. */
  mayWrite: boolean;
}

/** Hosts and cohosts may rename themselves whatever their tokens say. */
export const mayRenameItself = ({ rank, mayRename }: Pick<OwnRights, 'rank' | 'mayRename'>): boolean =>
  mayRename || rank !== 'none';

/** What this page may do with a participant, itself too, in the order of a menu. */
export function choicesFor(
  mine: OwnRights,
  person: ParticipantModel,
  spotlight: readonly string[],
): readonly PersonChoice[] {
  if (person.local) return mayRenameItself(mine) ? ['rename'] : [];
  const mayLead = mine.rank === 'host' || (mine.rank === 'cohost' && rankOf(person) !== 'host');
  const message = mine.mayWrite && mayHear(person) ? (['message'] as const) : [];
  return [...message, ...(mayLead ? leadChoices(person, spotlight) : [])];
}

/** Whether a participant can be written to alone: not one that came by a gateway, which has no chat. */
export const mayHear = ({ local, protocol }: ParticipantModel): boolean => !local && protocol === undefined;

/** What a host or cohost may do with another participant. */
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

/** The act of a choice that is one: about renaming and removing is asked first. */
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
    case 'spotlight': // one at a time: two large pictures are a grid again
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

/** From when on the page says that the booked end is near. */
export const END_NEAR_MS = 10 * 60_000;
export const EXTEND_MIN = 15;

/** Whole minutes to the booked end, at least 1, when it is near; 0 when it is over; undefined otherwise. Wall clock. */
export function minutesToEnd(endsAtMs: number, nowWallMs: number): number | undefined {
  const leftMs = endsAtMs - nowWallMs;
  if (endsAtMs === 0 || leftMs > END_NEAR_MS) return undefined;
  return Math.max(0, Math.ceil(leftMs / 60_000));
}

/** Some more time: from the booked end on, or from now when that is over. */
export const extendedEnd = (endsAtMs: number, nowWallMs: number): number =>
  Math.max(endsAtMs, nowWallMs) + EXTEND_MIN * 60_000;

/** Hands in the order they went up. */
export const handsOf = (people: readonly ParticipantModel[]): readonly ParticipantModel[] =>
  people.filter(({ handRaisedAtMs }) => handRaisedAtMs > 0).sort((a, b) => a.handRaisedAtMs - b.handRaisedAtMs);
