// The people in the stories.
import type { MediaSource, ParticipantModel, QualityLevel, RoomRole } from '../core/model.ts';
import { type PortraitStyle, picture, portrait, sharedScreen } from './pictures.ts';

const looks: Readonly<Record<string, PortraitStyle>> = {
  amara: {
    wall: '#28343f',
    light: '#6f8795',
    skin: '#8a5a3c',
    hair: '#1c1412',
    cloth: '#c8663f',
    longHair: true,
    x: 0.47,
  },
  wei: { wall: '#3a352c', light: '#a49277', skin: '#e9bd97', hair: '#17181b', cloth: '#35566b', x: 0.52 },
  jonas: { wall: '#2b3a34', light: '#8aa597', skin: '#efc6a6', hair: '#7a5230', cloth: '#34495e', x: 0.5, scale: 1.08 },
  priya: {
    wall: '#3b2f3d',
    light: '#9b84a0',
    skin: '#b97f56',
    hair: '#221a1d',
    cloth: '#2f7d74',
    longHair: true,
    x: 0.49,
  },
  lucia: {
    wall: '#40362e',
    light: '#b69f86',
    skin: '#e4b08a',
    hair: '#43291b',
    cloth: '#8b3d4a',
    longHair: true,
    x: 0.54,
    scale: 1.04,
  },
  self: { wall: '#263238', light: '#7d9aa3', skin: '#d9a27c', hair: '#2a211d', cloth: '#4b5a72', x: 0.5 },
};

interface Person {
  id: string;
  name: string;
  look?: keyof typeof looks;
  microphoneOn?: boolean;
  speaking?: boolean;
  sharing?: boolean;
  quality?: QualityLevel;
  nodeId?: string;
  local?: boolean;
  admin?: boolean;
  role?: RoomRole;
  handRaisedAtMs?: number;
  protocol?: string;
  viewer?: true;
  /** A phone camera in portrait. */
  upright?: true;
}

function person(o: Person, at: number): ParticipantModel {
  const look = o.look === undefined ? undefined : looks[o.look];
  const nodeId = o.nodeId ?? 'sfu-fra-1';
  return {
    sessionId: `PA_${o.id}`,
    identity: o.id,
    name: o.name,
    local: o.local ?? false,
    admin: o.admin ?? false,
    role: o.role ?? '',
    canPublish: o.viewer !== true,
    canWrite: o.viewer !== true,
    handRaisedAtMs: o.handRaisedAtMs ?? 0,
    ...(o.protocol === undefined ? {} : { protocol: o.protocol }),
    ...(o.viewer === undefined ? {} : { viewer: o.viewer }),
    microphoneOn: o.microphoneOn ?? true,
    cameraOn: look !== undefined,
    sending: look !== undefined || (o.microphoneOn ?? true),
    ...(look === undefined ? {} : { camera: cameraOf(o, look) }),
    ...(o.sharing ? { screen: picture(`${o.id}/screen`, 1280, 720, sharedScreen) } : {}),
    sounds: [],
    speaking: o.speaking ?? false,
    quality: o.quality ?? 'excellent',
    nodeId,
    region: nodeId.includes('sgp') ? 'ap-southeast' : 'eu-central',
    joinedWallMs: at,
  };
}

const cameraOf = ({ id, upright }: Person, look: PortraitStyle): MediaSource =>
  upright ? picture(`${id}/camera`, 540, 960, portrait(look)) : picture(`${id}/camera`, 960, 540, portrait(look));

const self: Person = { id: 'self', name: 'Mara Lindqvist', look: 'self', local: true, admin: true };

const team: readonly Person[] = [
  { id: 'amara', name: 'Amara Okafor', look: 'amara', speaking: true },
  { id: 'wei', name: '陈伟', look: 'wei', nodeId: 'sfu-sgp-1', quality: 'good' },
  { id: 'jonas', name: 'Jonas Weber', look: 'jonas', microphoneOn: false },
  { id: 'priya', name: 'Priya Raghunathan', look: 'priya', nodeId: 'sfu-sgp-1' },
  { id: 'kenji', name: '佐藤健二', nodeId: 'sfu-sgp-1', microphoneOn: false, quality: 'poor' },
];

export const alone = (): ParticipantModel[] => [person(self, 0)];

/** Oneself and the first other person, optionally on a phone. */
export const two = (upright?: true): ParticipantModel[] =>
  [{ ...(team[0] as Person), ...(upright && { upright }) }, self].map(person);

export const three = (): ParticipantModel[] => [...team.slice(0, 2), self].map(person);

/** Oneself shares a screen, in which the meeting is visible too. */
export const sharingSelf = (): ParticipantModel[] => [...team.slice(0, 2), { ...self, sharing: true }].map(person);

export const six = (): ParticipantModel[] => [...team, self].map(person);

/** Returns a meeting with a cohost and two raised hands, one of them a viewer's. */
export const hosted = (): ParticipantModel[] =>
  six().map((one) => {
    if (one.identity === 'priya') return { ...one, handRaisedAtMs: 1 };
    if (one.identity === 'jonas') return { ...one, role: 'cohost' };
    if (one.identity !== 'kenji') return one;
    return { ...one, role: 'attendee', canPublish: false, viewer: true, handRaisedAtMs: 2 };
  });

/** Three people, one of whom shares a screen. */
export const sharing = (): ParticipantModel[] =>
  [
    { ...(team[0] as Person), sharing: true },
    team[1] as Person,
    { id: 'lucia', name: 'Lucía Fernández de la Cruz', look: 'lucia', microphoneOn: false } as const,
    self,
  ].map(person);
