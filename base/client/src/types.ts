// What a client shows of itself and its session: types only, no behaviour.
import type { ClientErrorCode } from './errors.ts';

export type { Board, Poll, PollOption, Post } from './core/post-types.ts';

/**
 * Why a room is disconnected: CLIENT_INITIATED, or the code of the error that ended it (DUPLICATE_IDENTITY, KICKED,
 * RECONNECT_FAILED, …).
 */
export type DisconnectReason = 'CLIENT_INITIATED' | 'PAGE_HIDDEN' | ClientErrorCode;

/**
 * A token, or where to get a fresh one: it is asked for before every attempt to join. After the first join an attempt
 * that still waits for it after 20 s has failed, and the next one asks anew.
 */
export type TokenSource = string | (() => string | Promise<string>);

/** "Where am I": what the scheduling centre decided for this participant. */
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
  /** The signaling node that owns the room. */
  readonly ownerId: string;
  readonly roomEpoch: number;
  readonly locationSource: string;
  readonly locationRadiusKm: number;
  readonly locationLabel: string;
  /** How our place is known, and what was out of the ordinary, in words; all of it: `room.explainPlacement()`. */
  readonly reasons: readonly string[];
  readonly provisional: boolean;
  readonly mode: string;
  /** Time the service spent on the join. */
  readonly serverJoinMs: number;
}

/** Why the scheduling centre decided so. */
export interface PlacementExplanation {
  /** The decision that it is about: `room.placement.decisionId` when it was asked for. */
  readonly decisionId: string;
  /** Why this node, in words, in order of weight. */
  readonly reasons: readonly string[];
  /** What was compared: this node first, then the best others, then refused ones. */
  readonly options: readonly PlacementOption[];
}

/** A media node that the scheduling centre looked at. */
export interface PlacementOption {
  readonly nodeId: string;
  readonly region: string;
  readonly city: string;
  /** Of 100. */
  readonly points: number;
  /** What the points are made of: access, room, load. */
  readonly parts: readonly PlacementPart[];
  /** The rule that refused the node, such as `capacity` or `not-draining`; '' = it was scored. */
  readonly refusedBy: string;
}

export interface PlacementPart {
  readonly name: string;
  readonly points: number;
  readonly pointsMax: number;
  readonly reason: string;
}

/** We are in front of the room, and not in it yet. */
export interface Waiting {
  /** `lobby`: until a host lets us in; `no_host`: until one has come. */
  readonly reason: 'lobby' | 'no_host';
  /** So many participants that could let us in are in the room. */
  readonly hosts: number;
}

/** A participant in front of the room. */
export interface Waiter {
  readonly waitId: string;
  readonly identity: string;
  readonly name: string;
  /** Wall clock of the service, milliseconds since 1970. */
  readonly sinceWallMs: number;
}

/** The participants that wait in front of the room; hosts and cohosts see them. */
export interface Lobby {
  /** Longest first; a hundred of them at most. */
  readonly waiters: readonly Waiter[];
  /** Besides these. */
  readonly more: number;
}

/** A raised hand of the crowd: this person would like to be on the stage. */
export interface CrowdHand {
  readonly identity: string;
  readonly name: string;
  /** Wall clock of the service, milliseconds since 1970. */
  readonly sinceWallMs: number;
}

/** The hands that are up in the crowd; hosts and cohosts see them. */
export interface CrowdHands {
  /** Longest first; a hundred of them at most. */
  readonly hands: readonly CrowdHand[];
  /** Besides these. */
  readonly more: number;
}

/** One of the crowd of a show. */
export interface CrowdPerson {
  readonly identity: string;
  readonly name: string;
  /** Wall clock of the service, milliseconds since 1970. */
  readonly joinedWallMs: number;
}

/** People of the crowd, of which there are `total`; `next`: what to ask for next, '': there are no more. */
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
  /** Signaling requests sent between socket open and `joined`: 1. */
  readonly requestsToJoined: number;
}
