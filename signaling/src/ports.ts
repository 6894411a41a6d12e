// Interfaces from clients/ to the room's owner, and from both to the centre and the media nodes.
import type { TenantLimits } from '@meridian/node-shell';
import type {
  ErrorCode,
  Participant,
  Quality,
  RecordingMode,
  RoomMode,
  RosterView,
  Rpc,
  ServerBody,
  Track,
  wire,
} from '@meridian/protocol';
import type { Fleet, Knocking, PostNews, PostSender, RenditionNeed } from './core/index.ts';

/** Owner's offer of a track to a media node: its carrier, and a grant (absent at the publisher's node). */
export interface TrackOffer {
  readonly trackId: string;
  readonly publisherSessionId: string;
  readonly originNodeId: string;
  readonly carrierNodeId: string;
  /** Address at which the carrier takes links of media nodes. Absent: unknown, or nothing is pulled. */
  readonly carrierUrl?: string;
  readonly grant: wire.Grant.$Properties | undefined;
}
export interface RefusedTrack {
  readonly trackId: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Lease {
  readonly roomKey: string;
  readonly ownerId: string;
  readonly epoch: number;
  /** Media nodes that hold the room, as the centre knows. */
  readonly nodeIds: readonly string[];
  /** True if this request has made the requesting instance the owner. */
  readonly created: boolean;
  /** The room was taken without the centre, which decides about its owner when it is back. */
  readonly provisional?: boolean;
}

export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number;
  readonly source: string;
  readonly label: string;
  /** Two letters; '': unknown. */
  readonly countryCode: string;
}

export interface Placement {
  readonly nodeId: string;
  readonly decisionId: string;
  /** Epoch of the charge by the instance that places for its region; 0: no such instance. */
  readonly regionEpoch: number;
  readonly lease: Lease;
  readonly location: Location;
  /** Short form; `explain` returns the full reasons. */
  readonly reasons: readonly string[];
  readonly mode: string; // normal | panic | degraded | cached
  /** The session was placed without the centre. */
  readonly provisional: boolean;
}

export interface PlaceRequest {
  readonly roomKey: string;
  readonly sessionId: string;
  /** Key of the identity in this room (`personOf`). */
  readonly person: string;
  readonly clientIp: string;
  readonly fromCity: string;
  /** Times with valid receipts. */
  readonly echoTimes: wire.EchoTime.$Properties[];
  readonly avoidNodeIds: readonly string[];
  /** Session that this one replaces, by a valid receipt; '' none. */
  readonly priorSessionId: string;
  /** Region to which the session is bound. */
  readonly regionPin: string;
  /** Room mode that the token asks for; '' if none. */
  readonly mode: RoomMode | '';
  /** Gateway or recorder that opens the session near itself, first on its own host; '' none. */
  readonly openerId: string;
  /** Only the opener's host is allowed. */
  readonly onHost: boolean;
  readonly limits: TenantLimits;
  /** Media node to which the client is connected already; '' none. */
  readonly preferNodeId: string;
}

/** Reasons of a decision for the client: the chosen node and its alternatives. */
export interface Explanation {
  readonly reasons: readonly string[];
  readonly options: readonly wire.PlacementOption.$Properties[];
}

/** Order to a gateway to make a rendition of a track. */
export interface TranscodeOrder {
  readonly roomKey: string;
  /** Epoch of the owner's lease. */
  readonly epoch: number;
  readonly trackId: string;
  readonly from: string;
  readonly to: string;
  /** Size of the track; 0: not known. */
  readonly width: number;
  readonly height: number;
  readonly nodeId: string;
  readonly fence: string;
}

export interface RecordOrder {
  readonly roomKey: string;
  /** Epoch of the owner's lease. */
  readonly epoch: number;
  readonly recordingId: string;
  /** Participant whose tracks are recorded; '': the whole room. */
  readonly identity: string;
  /** Media node near which the recorder is wanted. */
  readonly nodeId: string;
  readonly fence: string;
  /** 0 to 9, 9 first. */
  readonly priority: number;
  /** Recorders that took the order and did not come. */
  readonly recorderAvoidIds: readonly string[];
  readonly mode: RecordingMode;
  /** Address of the page for a page recording, else ''. */
  readonly pageUrl: string;
  /** Cost for a recorder, in participants whose tracks are copied: at least 1. */
  readonly slots: number;
  /** Cost of a composed recording whose tracks are kept, to be composed after the end; 0 for other modes. */
  readonly trackSlots: number;
}

export interface RecordAnswer {
  /** `begun`: a recorder has taken the order. */
  readonly state: 'begun' | 'waiting';
  readonly recorderId: string;
  /** Wait until a recorder should begin; 0: not known. */
  readonly waitMs: number;
  /** True if the recorder keeps tracks, which are composed after the end. */
  readonly later: boolean;
}

export interface CentrePort {
  readonly fleet: Fleet;
  /** Returns signaling ids, nearest to the client first; empty when the centre does not answer. CITY_UNKNOWN. */
  locate(clientIp: string, fromCity: string): Promise<readonly string[]>;
  /** Throws the code of the refusal: NO_CAPACITY, NO_NODE, CITY_UNKNOWN, CENTRE_UNREACHABLE, … */
  place(request: PlaceRequest): Promise<Placement>;
  /** Returns a lease of a higher epoch than given (0); this instance's if the room has no owner. CENTRE_UNREACHABLE. */
  lease(roomKey: string, aboveEpoch?: number): Promise<Lease>;
  /** Returns whether the room exists by the centre, or else any instance. Takes no lease. CENTRE_UNREACHABLE. */
  roomExists(roomKey: string): Promise<boolean>;
  /** Extends leases of this instance and returns the rooms that it has lost. CENTRE_UNREACHABLE. */
  renew(leases: readonly { roomKey: string; epoch: number }[]): Promise<readonly string[]>;
  /** Gives a lease back. Never fails: a lease that could not be given back lapses. */
  release(roomKey: string, epoch: number): Promise<void>;
  /** Asks the instance that made the decision about a session. DECISION_UNKNOWN, CENTRE_UNREACHABLE, RATE_LIMITED. */
  explain(decisionId: string, sessionId: string): Promise<Explanation>;
  /** Orders a rendition; resolves when it has begun. NO_NODE, OVERLOADED, CENTRE_UNREACHABLE, CODEC_UNSUPPORTED, … */
  transcode(order: TranscodeOrder): Promise<void>;
  /**
   * Orders a recorder, or keeps a place in the queue. A repeated order goes to the same recorder. EPOCH_STALE, NO_NODE,
   * OVERLOADED, CENTRE_UNREACHABLE, or a refusal that every recorder would give.
   */
  record(order: RecordOrder): Promise<RecordAnswer>;
  /** Takes back the charge of a session that failed; charges also lapse by themselves. */
  releaseDecision(decisionId: string): void;
  /** Forgets the cached lease of a room whose owner has denied owning it. */
  forgetLease(roomKey: string): void;
}

export interface ApiPort {
  /** Rejects with the code of the refusal, or because no instance answers within `deadlineMs`. */
  call<Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>, deadlineMs: number): Promise<A>;
}

/**
 * Answer to a join. `outside`: refused, because the node is outside the room's fence, which the answer names.
 * `toCrowd`: refused for want of a part on the stage of this show; the client may watch.
 */
export interface RoomJoined {
  readonly view: RosterView;
  readonly offers: TrackOffer[];
  readonly fence: string;
  readonly outside: boolean;
  readonly toCrowd: boolean;
}

/** Owner of a room, at any instance. Every call may throw EPOCH_STALE or ROOM_OWNER_LOST: the owner has changed. */
export interface RoomPort {
  readonly ownerId: string;
  readonly epoch: number;
  join(o: {
    participant: Participant;
    takeover: boolean;
    manualSubscribe: boolean;
    /** Adoption count: how often the media node has handed the session to another connection; 0 for a new session. */
    adoption: number;
    /** Regions that the token allows; in a takeover the room's fence, as the node has it. */
    fence: string;
  }): Promise<RoomJoined>;
  /** Announces a session of this node, in case the owner lacks it: a takeover that returns no view. */
  announce(o: { participant: Participant; adoption: number; fence: string }): Promise<void>;
  leave(sessionId: string, reason: string): Promise<void>;
  publish(sessionId: string, track: Track): Promise<void>;
  unpublish(sessionId: string, trackId: string, reason: string): Promise<void>;
  mute(sessionId: string, trackId: string, muted: boolean): Promise<void>;
  update(participant: Participant): Promise<void>;
  /** Does a participant's act (docs/rooms.md). Returns the id of a begun recording; rejects with the refusal. */
  act(sessionId: string, act: wire.RoomAct.$Properties): Promise<{ readonly recordingId: string }>;
  /** Reports the session's new media node. Idempotent. */
  moved(sessionId: string, fromNodeId: string, toNodeId: string): Promise<void>;
  /** Returns offers of tracks for a media node; with `carrierNodeId` '' the owner chooses each carrier. */
  grants(
    pullerNodeId: string,
    trackIds: readonly string[],
    carrierNodeId: string,
  ): Promise<{ offers: TrackOffer[]; failed: RefusedTrack[] }>;
  snapshot(): Promise<RosterView>;
  quality(sessionId: string, quality: Quality): void;
  /** Replaces the renditions that the sessions of this node need. */
  needs(needs: readonly RenditionNeed[]): void;
  /** Knocks for a client, first or again. Returns why it waits, undefined to come in; rejects with the refusal. */
  knock(knocking: Knocking): Promise<wire.Waiting.$Properties | undefined>;
  unknock(waitId: string): void;
  /** Raises or lowers the hand of a viewer in this node's crowd. QUOTA_EXCEEDED. */
  hand(o: { readonly identity: string; readonly name: string; readonly raised: boolean }): Promise<void>;
  /** Posts for a client here; `sessionId` '': for a viewer of the crowd. Rejects with the refusal (docs/shows.md). */
  post(sender: PostSender, post: wire.SendPost.$Properties): Promise<wire.PostAccepted.$Properties>;
  /** Votes for a question or in a poll. Rejects with the refusal. */
  vote(identity: string, vote: wire.SendVote.$Properties): Promise<void>;
  /** Reports the reactions of all clients here since the last call. */
  reactions(counts: Readonly<Record<string, number>>): void;
  /** Offers the posts that this node kept from an earlier owner. */
  offerPosts(kept: PostNews): void;
  /** Reports that the publisher of a track cannot make a requested rendition. */
  renditionRefused(sessionId: string, need: RenditionNeed, code: ErrorCode): void;
}

/** Node that opens a session for a client over its link, by the certificate of the link. */
export interface Opener {
  readonly id: string;
  readonly kind: 'gateway' | 'recorder';
}

/** A client's socket: a WebSocket, or a stream of its opener's link. */
export interface ClientSocket {
  /** Returns false when the client reads too slowly: the socket was terminated, and `onEnd` follows. */
  send(frame: Uint8Array): boolean;
  /** Sends a data message; false: dropped, because too many bytes wait (more may wait for a reliable message). */
  sendData(frame: Uint8Array, o: { lossy: boolean }): boolean;
  /** Closes with a code; terminates the socket if the other side does not answer in time. */
  close(code: number, reason: string): void;
  terminate(): void;
  /** Takes a message from a data channel of the session (`DataChannel`); absent without such channels. */
  takeChannel?(label: string, payload: Uint8Array): void;
}
export interface ClientSocketHandlers {
  onFrame(bytes: Uint8Array): void;
  /** Sends a message over a data channel of the session: to its media node, during a move to both. False: not sent. */
  sendChannel(label: string, payload: Uint8Array): boolean;
  onText(): void;
  /** Called when the client has sent no pong for too long. */
  onSilent(): void;
  /** Called once. `clean`: the client closed it on purpose. */
  onEnd(clean: boolean, why: string): void;
}

export type ServerMessage = {
  [K in ServerBody]: { [P in K]: NonNullable<wire.ServerFrame.$Properties[K]> };
}[ServerBody];
