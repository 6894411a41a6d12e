// The events of a SessionClient and their rows, in our words and not in those of the wire.
import type { Participant, TrackSource, wire } from '@meridian/protocol';
import type { SubscriptionRow } from './connection/convert.ts';
import type { PostsChange } from './core/room-posts.ts';
import type { RosterDifference } from './core/roster.ts';
import type { MeridianClientError } from './errors.ts';
import type { Board, DisconnectReason, Lobby, Placement, Waiting } from './types.ts';

/** The answer to a join, first or later. */
export interface SessionJoined {
  readonly sessionId: string;
  readonly room: string;
  /** The same session as before, with its media and what it publishes; false: all of it is to be made anew. */
  readonly resumed: boolean;
  readonly placement: Placement;
  /** The media node's side of each direction that the client has named an endpoint for. */
  readonly sendTransport: wire.TransportInfo.$Properties | undefined;
  readonly recvTransport: wire.TransportInfo.$Properties | undefined;
  /** The media node is on another host than the opener: it got the endpoints' `elsewhere`. */
  readonly isElsewhere: boolean;
  /** All that is received; `subscriptionsReady` lets them begin. */
  readonly subscriptions: readonly SubscriptionRow[];
}
/** The session is to move to another media node, make before break: what stands there for it. */
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
  /** Why nothing comes, '' = it comes. */
  readonly pausedReason: string;
}
export interface DataMessage {
  /** Of the sender. */
  readonly sessionId: string;
  readonly identity: string;
  readonly payload: Uint8Array;
  readonly topic: string;
  readonly lossy: boolean;
  /** Wall clock of the service, milliseconds since 1970. */
  readonly wallMs: number;
}
export interface SessionEventMap {
  /** Joined, resumed, or joined anew after a loss. The roster is that of the answer already. */
  joined: [joined: SessionJoined];
  /** After the first `joined`: participants that came, went or changed, their tracks; ours, if the service did it. */
  rosterChanged: [changes: readonly RosterDifference[]];
  subscriptionsAdded: [rows: readonly SubscriptionRow[]];
  subscriptionRemoved: [consumerId: string, trackId: string, reason: string];
  subscriptionChanged: [change: SubscriptionChange];
  /** The same track from another media node; `oldConsumerId` sends until a TrackMoveDone, or five seconds. */
  subscriptionMoved: [row: SubscriptionRow, oldConsumerId: string];
  /** A track that cannot be received. */
  subscriptionFailed: [trackId: string, error: MeridianClientError];
  data: [message: DataMessage];
  /**
   * The highest layer of our track that is watched; -1: none. `moveId`: at the node that the session moves to, ''
   * else. `catchUp`: above 0 that catch-up stream of the track is to begin, else 0.
   */
  layerDemand: [trackId: string, maxSpatialLayer: number, moveId: string, catchUp: number];
  /**
   * A participant cannot decode this track of ours: it is to be published once more in this codec, with `derivedFrom`,
   * or refused (`refuseRendition`). `isWanted` false: no participant needs that any more. May come again.
   */
  renditionWanted: [trackId: string, mimeType: string, isWanted: boolean];
  transportChanged: [transportId: string, state: string];
  /** The move is made: the session lives at the new node. */
  moved: [placement: Placement];
  /** It is not: the new node's side is over. */
  moveGivenUp: [];
  /** After a move: nothing need be sent to the old node any more. */
  oldNodeLeft: [];
  /** Before the first `joined`, while a host has to let us in; again when something of it changes. */
  waiting: [waiting: Waiting];
  /** The participants that wait in front of the room, for hosts and cohosts. */
  lobbyChanged: [lobby: Lobby];
  /** A host would like us to unmute. */
  unmuteAsked: [source: TrackSource, byIdentity: string];
  /** Posts that came, or were removed, since the first `joined`; what was there then is in `posts` of the client. */
  posts: [change: PostsChange];
  /** Questions, polls or reactions are others. */
  board: [board: Board];
  /** What our role and the room's policy allow now; tracks are not in here. */
  rightsChanged: [self: Participant];
  /** The socket is lost, or the media too; the client goes on by itself. */
  interrupted: [mediaToo: boolean];
  /** A try to join anew has failed; another follows, unless `disconnected` does. */
  rejoinFailed: [error: MeridianClientError];
  /** Over for good; no event comes after this. */
  disconnected: [reason: DisconnectReason, error: MeridianClientError | undefined];
}
