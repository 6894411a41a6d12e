import type { ClientErrorCode } from './errors.ts';

export type { Board, Poll, PollOption, Post } from './core/post-types.ts';

/** CLIENT_INITIATED, or the code of the error that ended the room (DUPLICATE_IDENTITY, KICKED, RECONNECT_FAILED, …). */
export type DisconnectReason = 'CLIENT_INITIATED' | 'PAGE_HIDDEN' | ClientErrorCode;

/**
 * A token, or a function that returns a fresh one before every attempt to join. After the first join, an attempt that
 * waits 20 s for it fails, and the next one calls the function again.
 */
export type TokenSource = string | (() => string | Promise<string>);

/** Decision of the scheduling centre about this participant. */
export interface Placement {
  readonly decisionId: string;
  readonly nodeId: string;
  readonly hostId: string;
  readonly region: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly signalingId: string;
  readonly signalingRegion: string;
  readonly ownerId: string;
  readonly roomEpoch: number;
  readonly locationSource: string;
  readonly locationRadiusKm: number;
  readonly locationLabel: string;
  /** Source of our location, and unusual circumstances, in words; `room.explainPlacement()` gives more. */
  readonly reasons: readonly string[];
  readonly provisional: boolean;
  readonly mode: string;
  readonly serverJoinMs: number;
}

export interface PlacementExplanation {
  /** Explained decision: `room.placement.decisionId` at the time of the request. */
  readonly decisionId: string;
  /** Reasons for this node in words, in order of weight. */
  readonly reasons: readonly string[];
  /** This node, then the best others, then refused ones. */
  readonly options: readonly PlacementOption[];
}

export interface PlacementOption {
  readonly nodeId: string;
  readonly region: string;
  readonly city: string;
  /** Score of the node, at most 100. */
  readonly points: number;
  /** Parts of the points: access, room, load. */
  readonly parts: readonly PlacementPart[];
  /** Rule that refused the node, such as `capacity` or `not-draining`; '' = it was scored. */
  readonly refusedBy: string;
}

export interface PlacementPart {
  readonly name: string;
  readonly points: number;
  readonly pointsMax: number;
  readonly reason: string;
}

/** State of our own wait for admission to the room. */
export interface Waiting {
  /** `lobby`: until a host admits us; `no_host`: until a host has come; `removed`: as `lobby`, after our removal. */
  readonly reason: 'lobby' | 'no_host' | 'removed';
  /** Number of people in the room who could admit us. */
  readonly hosts: number;
}

export interface Waiter {
  readonly waitId: string;
  readonly identity: string;
  readonly name: string;
  /** Wall clock of the service, milliseconds since 1970. */
  readonly sinceWallMs: number;
  /** A host or the company removed it from the room before. */
  readonly removed: boolean;
}

/** Participants that wait before the room, visible to hosts and cohosts. */
export interface Lobby {
  /** Participants that have waited longest come first; at most a hundred. */
  readonly waiters: readonly Waiter[];
  /** Number of further participants that wait. */
  readonly more: number;
}

/** Person of the crowd who asks to come onto the stage. */
export interface CrowdHand {
  readonly identity: string;
  readonly name: string;
  /** Wall clock of the service, milliseconds since 1970. */
  readonly sinceWallMs: number;
}

/** Raised hands of the crowd, visible to hosts and cohosts. */
export interface CrowdHands {
  /** People whose hands have been raised longest come first; at most a hundred. */
  readonly hands: readonly CrowdHand[];
  /** Number of further raised hands. */
  readonly more: number;
}

export interface CrowdPerson {
  readonly identity: string;
  readonly name: string;
  /** Wall clock of the service, milliseconds since 1970. */
  readonly joinedWallMs: number;
}

/** Page of the `total` people of the crowd; `next`: start of the next page, '' at the end. */
export interface CrowdPeople {
  readonly people: readonly CrowdPerson[];
  readonly total: number;
  readonly next: string;
}

export interface JoinTimings {
  /** From connect() to each point, milliseconds. */
  readonly preparedMs: number;
  readonly entryMs: number;
  readonly socketOpenMs: number;
  readonly joinedMs: number;
  /** Signaling requests between socket open and `joined`: 1. */
  readonly requestsToJoined: number;
}
