// What the parts of the service need of one another, as types: clients/ of the room's owner, both of the centre and the
// media nodes.
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

/**
 * A track as the owner offers it to one media node: from where, and the grant to pull it with (none when it is
 * published there).
 */
export interface TrackOffer {
  readonly trackId: string;
  readonly publisherSessionId: string;
  readonly originNodeId: string;
  readonly carrierNodeId: string;
  readonly grant: wire.Grant.$Properties | undefined;
}
export interface Refused {
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
  /** This request made the asker the owner. */
  readonly created: boolean;
  /** Taken without the centre, which decides when it is back. */
  readonly provisional?: boolean;
}

export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number;
  readonly source: string;
  readonly label: string;
  /** Two letters; '': not known. */
  readonly countryCode: string;
}

export interface Placed {
  readonly nodeId: string;
  readonly decisionId: string;
  /** Under which the place was charged, by the instance that places for its region; 0: by none. */
  readonly regionEpoch: number;
  readonly lease: Lease;
  readonly location: Location;
  /** In short; all of it when it is asked for (`explain`). */
  readonly reasons: readonly string[];
  readonly mode: string; // normal | panic | degraded | cached
  /** Placed without the centre, to be reconciled by (room, epoch). */
  readonly provisional: boolean;
}

export interface PlaceRequest {
  readonly roomKey: string;
  readonly sessionId: string;
  /** `personOf` its identity. */
  readonly person: string;
  readonly clientIp: string;
  readonly fromCity: string;
  /** By receipts that hold. */
  readonly echoTimes: wire.EchoTime.$Properties[];
  readonly avoidNodeIds: readonly string[];
  /** The session that this one stands in for, by a receipt that holds; '' none. */
  readonly priorSessionId: string;
  /** Where it may be placed. */
  readonly regionPin: string;
  /** How its token has the room spread over media nodes, '' if it does not say. */
  readonly mode: RoomMode | '';
  /** The gateway or recorder that opens the session: near that node, its own host first; '' none. */
  readonly openerId: string;
  /** On the host of the opener or nowhere. */
  readonly onHost: boolean;
  /** Of its tenant. */
  readonly limits: TenantLimits;
}

/** Why a decision came out as it did, for the client: the chosen node and what it was compared with. */
export interface Explained {
  readonly reasons: readonly string[];
  readonly options: readonly wire.PlacementOption.$Properties[];
}

/** A rendition that a gateway is to make of a track of this room. */
export interface TranscodeOrder {
  readonly roomKey: string;
  /** Of the owner's lease. */
  readonly epoch: number;
  readonly trackId: string;
  /** Mime types. */
  readonly from: string;
  readonly to: string;
  /** Of the track; 0: not known. */
  readonly width: number;
  readonly height: number;
  /** The media node where the track is published. */
  readonly nodeId: string;
  /** Of the room. */
  readonly fence: string;
}

/** A recording of this room that is to have a recorder. */
export interface RecordOrder {
  readonly roomKey: string;
  /** Of the owner's lease. */
  readonly epoch: number;
  readonly recordingId: string;
  /** The participant whose tracks are recorded; '': all of the room. */
  readonly identity: string;
  /** The media node near which it is wanted. */
  readonly nodeId: string;
  /** Of the room. */
  readonly fence: string;
  /** 0 to 9, 9 first. */
  readonly priority: number;
  /** Recorders that took it and did not come. */
  readonly recorderAvoidIds: readonly string[];
  readonly mode: RecordingMode;
  /** Of a page, else ''. */
  readonly pageUrl: string;
  /** What it costs of a recorder, in participants whose tracks are copied: at least 1. */
  readonly slots: number;
}

export interface RecordAnswer {
  /** `begun`: a recorder has taken the order. */
  readonly state: 'begun' | 'waiting';
  readonly recorderId: string;
  /** How long until a recorder is expected to begin; 0: not known. */
  readonly waitMs: number;
}

export interface CentrePort {
  readonly fleet: Fleet;
  /** Signaling ids, nearest to the client first; empty when the centre does not answer. CITY_UNKNOWN. */
  locate(clientIp: string, fromCity: string): Promise<readonly string[]>;
  /** Throws the code of the refusal: NO_CAPACITY, NO_NODE, CITY_UNKNOWN, CENTRE_UNREACHABLE, … */
  place(request: PlaceRequest): Promise<Placed>;
  /**
   * The lease of a room under an epoch above `above` (default 0): this instance's when it has no owner.
   * CENTRE_UNREACHABLE.
   */
  lease(roomKey: string, above?: number): Promise<Lease>;
  /**
   * Whether the room has an owner or media nodes hold it, by the centre's book; without the centre, by any instance's.
   * Takes nothing. CENTRE_UNREACHABLE when no instance knows.
   */
  roomExists(roomKey: string): Promise<boolean>;
  /** Extends leases of this instance; the rooms that it has lost. CENTRE_UNREACHABLE. */
  renew(leases: readonly { roomKey: string; epoch: number }[]): Promise<readonly string[]>;
  /** Gives a lease back. Never fails: a lease that could not be given back lapses. */
  release(roomKey: string, epoch: number): Promise<void>;
  /**
   * Asks the instance that made the decision, for the session that it is about. DECISION_UNKNOWN, CENTRE_UNREACHABLE,
   * RATE_LIMITED.
   */
  explain(decisionId: string, sessionId: string): Promise<Explained>;
  /**
   * Has a gateway make a rendition; resolves when it has begun. NO_NODE, OVERLOADED, CENTRE_UNREACHABLE, or the
   * gateway's refusal: CODEC_UNSUPPORTED and others.
   */
  transcode(order: TranscodeOrder): Promise<void>;
  /**
   * Has a recorder record, or keeps a place for it in the queue. The same order again goes to the recorder that has it.
   * EPOCH_STALE, NO_NODE, OVERLOADED, CENTRE_UNREACHABLE, or what a recorder answered that no other would take.
   */
  record(order: RecordOrder): Promise<RecordAnswer>;
  /** Takes a charge back that will not become a session; it lapses by itself too. */
  releaseDecision(decisionId: string): void;
  /** Forgets the cached lease of a room, because its owner said that it is none. */
  forgetLease(roomKey: string): void;
}

/** Any instance of the api. */
export interface ApiPort {
  /** Rejects with the code of the refusal, or because no instance answers within `deadlineMs`. */
  call<Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>, deadlineMs: number): Promise<A>;
}

/**
 * `outside`: not let in, because the node is outside the room's fence, which the answer names. `toCrowd`: not let in,
 * because it has no part on the stage of this show; it may watch.
 */
export interface RoomJoined {
  readonly view: RosterView;
  readonly offers: TrackOffer[];
  readonly fence: string;
  readonly outside: boolean;
  readonly toCrowd: boolean;
}

/**
 * The owner of one room as a signaling node sees it, wherever it runs. Every call may throw EPOCH_STALE or
 * ROOM_OWNER_LOST: then resolve again.
 */
export interface RoomPort {
  readonly ownerId: string;
  readonly epoch: number;
  join(o: {
    participant: Participant;
    takeover: boolean;
    manualSubscribe: boolean;
    /** How often the media node has handed the session over; 0 for a new one. */
    adoption: number;
    /** What its token allows; in a takeover the fence of the room, as the node has it. */
    fence: string;
  }): Promise<RoomJoined>;
  /**
   * A session of this node that is in the room, as an owner may not know yet or not any more: a takeover whose answer
   * says nothing of the rest.
   */
  announce(o: { participant: Participant; adoption: number; fence: string }): Promise<void>;
  leave(sessionId: string, reason: string): Promise<void>;
  publish(sessionId: string, track: Track): Promise<void>;
  unpublish(sessionId: string, trackId: string, reason: string): Promise<void>;
  /** Of its own tracks. */
  mute(sessionId: string, trackId: string, muted: boolean): Promise<void>;
  update(participant: Participant): Promise<void>;
  /** What a participant does in the room (docs/rooms.md), with the id of a recording it began; rejects with why not. */
  act(sessionId: string, act: wire.RoomAct.$Properties): Promise<{ readonly recordingId: string }>;
  /** The media of a session lives at another node now. Again: nothing changes. */
  moved(sessionId: string, fromNodeId: string, toNodeId: string): Promise<void>;
  /** `carrierNodeId` '' lets the owner choose. */
  grants(
    pullerNodeId: string,
    trackIds: readonly string[],
    carrierNodeId: string,
  ): Promise<{ offers: TrackOffer[]; failed: Refused[] }>;
  snapshot(): Promise<RosterView>;
  quality(sessionId: string, quality: Quality): void;
  /** All renditions that the sessions of this node need now, in place of what was said before. */
  needs(needs: readonly RenditionNeed[]): void;
  /**
   * A client in front of the room wants in, or still does: why it waits, undefined when it may come in. Rejects with
   * why it may not.
   */
  knock(knocking: Knocking): Promise<wire.Waiting.$Properties | undefined>;
  /** It waits no more. */
  unknock(waitId: string): void;
  /** Of one of the crowd of this node. QUOTA_EXCEEDED. */
  hand(o: { readonly identity: string; readonly name: string; readonly raised: boolean }): Promise<void>;
  /** A post of a client here; `sessionId` '': of the crowd. Rejects with why not (docs/shows.md). */
  post(sender: PostSender, post: wire.SendPost.$Properties): Promise<wire.PostTaken.$Properties>;
  /** For a question or in a poll. Rejects with why not. */
  vote(identity: string, vote: wire.SendVote.$Properties): Promise<void>;
  /** Of all clients here, since the last time. */
  reactions(counts: Readonly<Record<string, number>>): void;
  /** What this node kept of posts under an earlier owner. */
  postsKept(kept: PostNews): void;
  /** The publisher of a track cannot make a rendition of it that it was asked for. */
  renditionRefused(sessionId: string, need: RenditionNeed, code: ErrorCode): void;
}

/** The node that opens a session for a client over its link, by the certificate of the link. */
export interface Opener {
  readonly id: string;
  readonly kind: 'gateway' | 'recorder';
}

/** One client's socket, whatever carries it: a WebSocket, or a stream of its opener's link. */
export interface ClientSocket {
  /** False when the client reads too slowly: the socket has been cut and its end will be reported. */
  send(frame: Uint8Array): boolean;
  /**
   * A data message: sent unless bytes are waiting already; a reliable one may wait behind more of them. False: dropped.
   */
  sendData(frame: Uint8Array, o: { lossy: boolean }): boolean;
  /** Closes with a code; cut when the other side does not answer in time. */
  close(code: number, reason: string): void;
  terminate(): void;
  /** A message that came over a data channel of the session (`DataChannel`); absent: it has none. */
  takeChannel?(label: string, payload: Uint8Array): void;
}
export interface ClientSocketHandlers {
  onFrame(bytes: Uint8Array): void;
  /**
   * Sends a message over a data channel of the joined session: to its media node, while it moves to both. False: it was
   * not sent.
   */
  sendChannel(label: string, payload: Uint8Array): boolean;
  onText(): void;
  /** No pong for too long. */
  onSilent(): void;
  /** Called once. `clean`: the client closed it on purpose. */
  onEnd(clean: boolean, why: string): void;
}

export type ServerMessage = {
  [K in ServerBody]: { [P in K]: NonNullable<wire.ServerFrame.$Properties[K]> };
}[ServerBody];
