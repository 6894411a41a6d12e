// What hosts see and may do: who waits, lock, roles, hands. Pure.
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
  /** Who comes waits until a host lets it in. */
  lobby: boolean;
  /** Identities, the first largest. */
  spotlight: readonly string[];
  /** Wall clock; 0: no booked end. */
  endsAtMs: number;
  waiters: readonly WaiterModel[];
  /** Of all who wait, those of `waiters` included. */
  waiting: number;
}

export const noHosting: Hosting = {
  locked: false,
  lobby: false,
  spotlight: [],
  endsAtMs: 0,
  waiters: [],
  waiting: 0,
};

/** One thing that a host does, or somebody with the own hand. */
export type HostAct =
  | { do: 'mute'; identity: string; source: 'microphone' | 'camera' }
  | { do: 'askUnmute'; identity: string }
  | { do: 'muteEverybody' }
  | { do: 'role'; identity: string; role: RoomRole | '' }
  | { do: 'remove'; identity: string; forever: boolean }
  | { do: 'spotlight'; identities: readonly string[] }
  | { do: 'lock'; on: boolean }
  | { do: 'lobby'; on: boolean }
  | { do: 'admit'; waitIds: readonly string[] | 'all' }
  | { do: 'refuse'; waitIds: readonly string[] }
  | { do: 'hand'; raised: boolean }
  | { do: 'lowerHand'; identity: string }
  | { do: 'lowerHands' }
  | { do: 'end' };

/** As the service ranks: by role; without one, a token with `roomAdmin` makes a host. */
export function rankOf(one: Pick<ParticipantModel, 'role' | 'admin'> | undefined): Rank {
  if (one?.role === 'host' || one?.role === 'cohost') return one.role;
  return one?.role === '' && one.admin ? 'host' : 'none';
}

export type PersonChoice =
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

/** What this page may do with somebody, in the order of a menu; nothing with oneself. */
export function choicesFor(
  mine: Rank,
  person: ParticipantModel,
  spotlight: readonly string[],
): readonly PersonChoice[] {
  if (mine === 'none' || person.local || (mine === 'cohost' && rankOf(person) === 'host')) return [];
  const isLead = rankOf(person) !== 'none';
  const choices: (PersonChoice | false)[] = [
    person.handRaisedAtMs > 0 && 'lowerHand',
    person.microphoneOn ? 'mute' : person.canPublish && 'askUnmute',
    person.cameraOn && 'stopVideo',
    spotlight.includes(person.identity) ? 'spotlightOff' : person.canPublish && 'spotlight',
    !isLead && (person.canPublish ? 'stageOff' : 'stage'),
    isLead ? person.role === 'cohost' && 'cohostOff' : 'cohost',
    'remove',
  ];
  return choices.filter((choice) => choice !== false);
}

/** The act of a choice; removing is asked about first. */
export function actOf(
  choice: Exclude<PersonChoice, 'remove'>,
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

/** Hands in the order they went up. */
export const handsOf = (people: readonly ParticipantModel[]): readonly ParticipantModel[] =>
  people.filter(({ handRaisedAtMs }) => handRaisedAtMs > 0).sort((a, b) => a.handRaisedAtMs - b.handRaisedAtMs);
