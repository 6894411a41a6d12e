// What the page shows, in plain values: the components know this file and nothing of the SDK.

/** By the room's policy. */
export type RoomRole = 'host' | 'cohost' | 'speaker' | 'attendee';

export type QualityLevel = 'unknown' | 'lost' | 'poor' | 'good' | 'excellent';

/** Something that plays into a media element: a track of the SDK, a preview stream, or a story's synthetic picture. */
export interface MediaSource {
  /** Equal ids mean the same picture or sound. */
  readonly id: string;
  attach(element: HTMLMediaElement): void;
  detach(element: HTMLMediaElement): void;
}

/** Calls with a loudness from 0 (silence) to 1, many times a second. The answer stops it. */
export interface LevelSource {
  subscribe(listener: (level: number) => void): () => void;
}

/** The media node's own reasons; those of people (muted, not wanted) show as such. */
export const heldReasons = ['downlink', 'link_budget'] as const;
/** `stopped`: what an encoder sends by a gateway. */
export type HeldReason = (typeof heldReasons)[number] | 'stopped';

export interface ParticipantModel {
  sessionId: string;
  identity: string;
  name: string;
  local: boolean;
  admin: boolean;
  /** By the room's policy; '': what the token says. */
  role: RoomRole | '';
  canPublish: boolean;
  /** Chat and signs. */
  canWrite: boolean;
  /** Since when its hand is up, wall clock; 0: it is down. */
  handRaisedAtMs: number;
  /** By which protocol it came through a gateway; absent for browsers and apps. */
  protocol?: string;
  /** It only watches, by a gateway or by WebRTC: no tile. */
  viewer?: true;
  /** The name of the break-out in which it is. */
  breakOut?: string;
  /** A camera, microphone or screen of it is there and not muted. */
  sending: boolean;
  microphoneOn: boolean;
  cameraOn: boolean;
  /** The picture of the camera; absent while it is off, muted or not received. */
  camera?: MediaSource;
  screen?: MediaSource;
  /** Why no picture comes though we want it. */
  cameraHeld?: HeldReason;
  screenHeld?: HeldReason;
  /** Sounds to play: microphone and shared screen of others; never one's own. */
  sounds: readonly MediaSource[];
  speaking: boolean;
  quality: QualityLevel;
  nodeId: string;
  region: string;
  joinedWallMs: number;
}

export interface PlacementModel {
  decisionId: string;
  nodeId: string;
  hostId: string;
  region: string;
  city: string;
  signalingId: string;
  signalingRegion: string;
  ownerId: string;
  roomEpoch: number;
  locationSource: string;
  locationRadiusKm: number;
  locationLabel: string;
  /** How our place is known and what was out of the ordinary; the rest is in the explanation. */
  reasons: readonly string[];
  provisional: boolean;
  mode: string;
}

/** Why a decision came out as it did: asked for when the user opens the panel. */
export type ExplanationModel = { decisionId: string } & (
  | { state: 'asked' }
  | { state: 'failed'; code: string }
  | {
      state: 'known';
      reasons: readonly string[];
      /** The chosen node first, then the best others, then those that a rule refused. */
      options: readonly PlacementOptionModel[];
    }
);

export interface PlacementOptionModel {
  nodeId: string;
  region: string;
  city: string;
  /** Of 100. */
  points: number;
  parts: readonly { name: string; points: number; pointsMax: number; reason: string }[];
  /** '' = it was scored. */
  refusedBy: string;
}

/** The other one of a talk between two. */
export interface ChatPeer {
  readonly identity: string;
  readonly name: string;
}

export interface ChatLine {
  id: string;
  sessionId: string;
  identity: string;
  name: string;
  text: string;
  wallMs: number;
  local: boolean;
  /** Said before one came, as another participant's browser has it. */
  earlier?: true;
  /** Only this person and oneself have it. */
  privateWith?: ChatPeer;
}

export type DeviceKind = 'audioinput' | 'videoinput' | 'audiooutput';

export interface DeviceModel {
  deviceId: string;
  label: string;
}

export interface DevicesModel {
  lists: Readonly<Record<DeviceKind, readonly DeviceModel[]>>;
  selected: Readonly<Record<DeviceKind, string>>;
  /** The browser may not use them: the person, or the page around, has said no. */
  blocked: Readonly<Record<DeviceKind, boolean>>;
  /** Browsers without setSinkId play where the system says. */
  outputSelectable: boolean;
}

export const noDevices: DevicesModel = {
  lists: { audioinput: [], videoinput: [], audiooutput: [] },
  selected: { audioinput: '', videoinput: '', audiooutput: '' },
  blocked: { audioinput: false, videoinput: false, audiooutput: false },
  outputSelectable: false,
};

/** One speaks, then hears oneself. */
export type MicrophoneTestPhase = 'recording' | 'playing';

/** Participants that take part, and viewers. */
export function splitViewers(all: readonly ParticipantModel[]): {
  people: readonly ParticipantModel[];
  viewers: readonly ParticipantModel[];
} {
  return { people: all.filter(({ viewer }) => viewer !== true), viewers: all.filter(({ viewer }) => viewer === true) };
}

/** Why a camera, microphone or screen cannot be had. */
export type MediaProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

const problems: Readonly<Record<string, MediaProblem>> = {
  // names of the Media Capture specification
  NotAllowedError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
  SecurityError: 'insecure',
  TypeError: 'insecure', // navigator.mediaDevices is undefined outside a secure context
  // codes of the SDK
  DEVICE_DENIED: 'denied',
  DEVICE_NOT_FOUND: 'missing',
  DEVICE_IN_USE: 'busy',
  DEVICE_LOST: 'missing',
};

/** The word for what getUserMedia, getDisplayMedia or the SDK failed with. */
export function mediaProblemOf(error: unknown): MediaProblem {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const known = (word: unknown): MediaProblem | undefined =>
    typeof word === 'string' && Object.hasOwn(problems, word) ? problems[word] : undefined;
  return known(code) ?? known(name) ?? 'failed';
}
