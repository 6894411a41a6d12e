// Events of a SessionClient and their rows, in our types and not in those of the wire.
import type { Participant, TrackSource, wire } from '@meridian/protocol';
import type { SubscriptionRow } from './connection/convert.ts';
import type { PostsChange } from './core/room-posts.ts';
import type { RosterDifference } from './core/roster.ts';
import type { MeridianClientError } from './errors.ts';
import type { Board, DisconnectReason, Lobby, Placement, Waiting } from './types.ts';

export interface SessionJoined {
  readonly sessionId: string;
  readonly room: string;
  /** True for the same session with its media and tracks; false: everything must be made anew. */
  readonly resumed: boolean;
  readonly placement: Placement;
  /** The media node's side of each direction with an endpoint. */
  readonly sendTransport: wire.TransportInfo.$Properties | undefined;
  readonly recvTransport: wire.TransportInfo.$Properties | undefined;
  /** True when the media node is on another host than the opener and got the endpoints' `elsewhere`. */
  readonly isElsewhere: boolean;
  /** All subscriptions; `subscriptionsReady` lets them begin. */
  readonly subscriptions: readonly SubscriptionRow[];
}
export interface SessionMove {
  readonly moveId: string;
  readonly sendTransport: wire.TransportInfo.$Properties | undefined;
  readonly recvTransport: wire.TransportInfo.$Properties | undefined;
  readonly subscriptions: readonly SubscriptionRow[];
}
export interface SubscriptionChange {
  readonly consumerId: string;
  readonly trackId: string;
  readonly producerPaused: boolean;
  readonly spatialLayer: number | undefined;
  readonly temporalLayer: number | undefined;
  /** Reason why no media comes; '' when it flows. */
  readonly pausedReason: string;
}
export interface DataMessage {
  readonly sessionId: string;
  readonly identity: string;
  readonly payload: Uint8Array;
  readonly topic: string;
  readonly lossy: boolean;
  /** Wall clock of the service, milliseconds since 1970. */
  readonly wallMs: number;
}
export interface SessionEventMap {
  /** Joined, resumed, or rejoined after a loss. The roster is already that of the answer. */
  joined: [joined: SessionJoined];
  /** Changes of participants and tracks after the first `joined`, with those that the service made to ours. */
  rosterChanged: [changes: readonly RosterDifference[]];
  subscriptionsAdded: [rows: readonly SubscriptionRow[]];
  subscriptionRemoved: [consumerId: string, trackId: string, reason: string];
  subscriptionChanged: [change: SubscriptionChange];
  /** A track comes from another media node; `oldConsumerId` still sends until a TrackMoveDone, or for 5 s. */
  subscriptionMoved: [row: SubscriptionRow, oldConsumerId: string];
  subscriptionFailed: [trackId: string, error: MeridianClientError];
  data: [message: DataMessage];
  /**
   * Highest layer of our track that is watched; -1: none. `moveId`: at the node that the session moves to, otherwise
   * ''. `catchUp`: above 0 the number of the catch-up stream to begin.
   */
  layerDemand: [trackId: string, maxSpatialLayer: number, moveId: string, catchUp: number];
  /**
   * A participant cannot decode our track: publish it again in this codec, with `derivedFrom`, or refuse
   * (`refuseRendition`). `isWanted` false: no participant needs it any more. May be repeated.
   */
  renditionRequest: [trackId: string, mimeType: string, isWanted: boolean];
  transportChanged: [transportId: string, state: string];
  /** The move is made: the session lives at the new node. */
  moved: [placement: Placement];
  moveGivenUp: [];
  /** After a move: the old node needs no media any more. */
  oldNodeLeft: [];
  /** Before the first `joined`, while a host has to admit us; again at changes. */
  waiting: [waiting: Waiting];
  lobbyChanged: [lobby: Lobby];
  /** A host asks us to unmute. */
  unmuteAsked: [source: TrackSource, byIdentity: string];
  /** Posts that came, or were removed, since the first `joined`; the client's `posts` has the earlier ones. */
  posts: [change: PostsChange];
  board: [board: Board];
  /** Our rights by role and policy; without tracks. */
  rightsChanged: [self: Participant];
  /** The socket is lost, or the media too; the client reconnects by itself. */
  interrupted: [mediaToo: boolean];
  /** A rejoin failed; another follows, unless `disconnected` does. */
  rejoinFailed: [error: MeridianClientError];
  /** The final end; no event follows. */
  disconnected: [reason: DisconnectReason, error: MeridianClientError | undefined];
}
