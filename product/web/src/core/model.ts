// The page's view model in plain values: components use this file and nothing of the SDK.

export type RoomRole = 'host' | 'cohost' | 'speaker' | 'attendee';

export type QualityLevel = 'unknown' | 'lost' | 'poor' | 'good' | 'excellent';

/** A source for a media element: an SDK track, a preview stream, or a story's synthetic picture. */
export interface MediaSource {
  /** Equal ids mean the same picture or sound. */
  readonly id: string;
  attach(element: HTMLMediaElement): void;
  /** Returns a new element that plays it, perhaps already since the lobby. */
  create?(): HTMLMediaElement;
  detach(element: HTMLMediaElement): void;
}

/** Calls `listener` many times a second with a loudness from 0 (silence) to 1. Returns the unsubscribe function. */
export interface LevelSource {
  subscribe(listener: (level: number) => void): () => void;
}

/** Reasons for which a media node holds back a picture. Reasons of people (muted, not wanted) show in other ways. */
export const heldReasons = ['downlink', 'link_budget'] as const;
/** `stopped`: an encoder at a gateway has stopped. */
export type HeldReason = (typeof heldReasons)[number] | 'stopped';

export interface ParticipantModel {
  sessionId: string;
  identity: string;
  name: string;
  local: boolean;
  admin: boolean;
  /** Role by the room's policy; '': the token decides. */
  role: RoomRole | '';
  canPublish: boolean;
  canWrite: boolean;
  /** Wall clock since when its hand is raised; 0: lowered. */
  handRaisedAtMs: number;
  /** Gateway protocol; absent for browsers and apps. */
  protocol?: string;
  /** Whether it only watches, by a gateway or by WebRTC, and gets no tile. */
  viewer?: true;
  breakOut?: string;
  sending: boolean;
  microphoneOn: boolean;
  cameraOn: boolean;
  /** Absent while the camera is off, muted or not received. */
  camera?: MediaSource;
  screen?: MediaSource;
  /** Why no picture arrives although this page wants it. */
  cameraHeld?: HeldReason;
  screenHeld?: HeldReason;
  /** Microphone and screen sound of others; always empty for oneself. */
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
  /** How the client's location was determined, and exceptions; the explanation has the rest. */
  reasons: readonly string[];
  provisional: boolean;
  mode: string;
}

/** Explanation of a placement decision, requested when the user opens the panel. */
export type ExplanationModel = { decisionId: string } & (
  | { state: 'asked' }
  | { state: 'failed'; code: string }
  | {
      state: 'known';
      reasons: readonly string[];
      /** The chosen node first, then the best others, then nodes that a rule refused. */
      options: readonly PlacementOptionModel[];
    }
);

export interface PlacementOptionModel {
  nodeId: string;
  region: string;
  city: string;
  /** Points out of 100. */
  points: number;
  parts: readonly { name: string; points: number; pointsMax: number; reason: string }[];
  /** Rule that refused the node; '' if it was scored. */
  refusedBy: string;
}

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
  /** History from before the join, as another participant's browser sent it. */
  earlier?: true;
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
  /** Devices that the browser may not use: the person or the embedding page denied it. */
  blocked: Readonly<Record<DeviceKind, boolean>>;
  /** False in browsers without setSinkId, which play to the system's output. */
  outputSelectable: boolean;
}

export const noDevices: DevicesModel = {
  lists: { audioinput: [], videoinput: [], audiooutput: [] },
  selected: { audioinput: '', videoinput: '', audiooutput: '' },
  blocked: { audioinput: false, videoinput: false, audiooutput: false },
  outputSelectable: false,
};

/** The person speaks, then hears the recording. */
export type MicrophoneTestPhase = 'recording' | 'playing';

export function splitViewers(all: readonly ParticipantModel[]): {
  people: readonly ParticipantModel[];
  viewers: readonly ParticipantModel[];
} {
  return { people: all.filter(({ viewer }) => viewer !== true), viewers: all.filter(({ viewer }) => viewer === true) };
}

export type MediaProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

/** Codes by which people report a device's problem. */
export const deviceCodes: Readonly<Record<MediaProblem, string>> = {
  denied: 'DEVICE_DENIED',
  missing: 'DEVICE_NOT_FOUND',
  busy: 'DEVICE_IN_USE',
  insecure: 'DEVICE_DENIED',
  failed: 'DEVICE_FAILED',
};

const problems: Readonly<Record<string, MediaProblem>> = {
  // Error names of the Media Capture specification.
  NotAllowedError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
  SecurityError: 'insecure',
  TypeError: 'insecure', // navigator.mediaDevices is undefined outside a secure context
  // Error codes of the SDK.
  DEVICE_DENIED: 'denied',
  DEVICE_NOT_FOUND: 'missing',
  DEVICE_IN_USE: 'busy',
  DEVICE_LOST: 'missing',
};

export function mediaProblemOf(error: unknown): MediaProblem {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const known = (word: unknown): MediaProblem | undefined =>
    typeof word === 'string' && Object.hasOwn(problems, word) ? problems[word] : undefined;
  return known(code) ?? known(name) ?? 'failed';
}
