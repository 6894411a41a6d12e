// What every client connection of this node shares.
import type { Claims, TenantLimits, TokenOrigin, TurnServers, VerifyOptions } from '@meridian/node-shell';
import type { Access, CrowdPageAsked, ErrorCode, wire } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Receipts } from '../adapters/receipts.ts';
import type { Measured, SessionMoveState, SessionState } from '../core/index.ts';
import type { NodeLinks } from '../links/nodes.ts';
import type { CentrePort, Opener } from '../ports.ts';
import type { CheckRooms } from './check-rooms.ts';
import type { CrowdViewer } from './crowd.ts';
import type { Explaining } from './explaining.ts';
import type { LocalRoom } from './local-room.ts';
import type { QualityBatches, QualityOutcome } from './quality-batches.ts';
import type { QualityRounds } from './quality-rounds.ts';
import type { RoomMember } from './room-member.ts';
import type { RecordedSession, SessionRecord } from './session-record.ts';
import type { StayQualities } from './stay-qualities.ts';
import type { Timings } from './timings.ts';
import type { WaitingRoom } from './waiting.ts';

/** The room and its lease, as media nodes know them. */
export interface RoomRef {
  readonly roomKey: string;
  readonly ownerId: string;
  readonly epoch: number;
}

export interface TokenCheck {
  access: Access;
  /** Only possible when asked for with `allowExpired`: everything else about the token holds. */
  expired: boolean;
  /** By what it can be revoked. */
  origin: TokenOrigin;
}

export interface ClientContext {
  readonly selfId: string;
  readonly region: string;
  readonly development: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  readonly centre: CentrePort;
  readonly nodes: NodeLinks;
  readonly timings: Timings;
  readonly explaining: Explaining;
  readonly checks: Pick<CheckRooms, 'accessOf'>;
  readonly stays: Pick<StayQualities, 'put' | 'over'>;
  readonly qualities: Pick<QualityRounds, 'begin' | 'over' | 'changed'>;
  /** Answered joins of clients, for the api. */
  readonly joins: Pick<QualityBatches, 'join'>;
  readonly receipts: Pick<Receipts, 'sealStay' | 'isOfStay'>;
  readonly turn: Pick<TurnServers, 'serversFor'>;
  /** Throws as `Tokens.verify`. */
  verifyToken(token: string, o: Required<VerifyOptions>): Promise<TokenCheck>;
  /** A token by the API key of another; without administration where that key's tokens may not have it. */
  mintToken(of: TokenOrigin, claims: Claims): Promise<string>;
  /** Of the tenant of a room, as they are now. */
  limitsOf(roomKey: string): TenantLimits;
  roomFor(roomKey: string): LocalRoom;
  /** People of the crowd of a room, of all signaling nodes that answer in time. */
  crowdPeople(room: LocalRoom, page: CrowdPageAsked): Promise<wire.CrowdPeople.$Properties>;
  /** A media node knows a newer owner of the room than this one. */
  staleEpoch(room: RoomRef): void;
  readonly sessions: Map<string, LocalSession>;
  /**
   * Connections that have proven their right to a session and are taking it up; each is in `sessions` next, or gone.
   */
  readonly claims: Map<string, Claim>;
  /** The clients that wait in front of rooms at this node. */
  readonly waiting: WaitingRoom;
  readonly counted: ServiceCounters;
}

/** A connection that the media node has given a session to; the owner of the room has not said yes yet. */
export interface Claim {
  readonly holder: LocalSession;
  readonly room: LocalRoom;
  /** By the media node's count. */
  readonly adoption: number;
}

/** A joined session as the other parts see it; client.ts is what it is. */
export interface LocalSession extends RoomMember, CrowdViewer, RecordedSession {
  readonly context: ClientContext;
  readonly state: SessionState;
  /** It watches a show without a place in the roster. Without media its `sessionId` is ''. */
  readonly isCrowd: boolean;
  /** By its token; undefined before it has joined. Of one of the crowd the owner knows nothing else. */
  readonly access: Access | undefined;
  /** Of the token that was shown last; undefined before one was. */
  readonly origin: TokenOrigin | undefined;
  /** While it is being moved to another media node. */
  readonly move: SessionMoving | undefined;
  readonly room: LocalRoom;
  readonly clientIp: string;
  /** The gateway or recorder that opened it. */
  readonly opener: Opener | undefined;
  /** The place it pretends (development), else ''. */
  readonly fromCity: string;
  readonly subscriptions: SessionSubscriptions | undefined;
  /** Of what the api hears of it; undefined: nothing. */
  readonly record: SessionRecord | undefined;
  readonly talk: SessionTalk;
  /** A data message of another participant; dropped, and counted, when this client reads too slowly. */
  sendData(frame: Uint8Array, o: { lossy: boolean }): void;
  /** A message that its client sent over a data channel. */
  takeChannel(label: string, payload: Uint8Array): void;
  /**
   * The owner wants a rendition of a track of this session, or no more; the client hears it when the session has
   * joined.
   */
  wantRendition(wanted: wire.RenditionWanted.$Properties): void;
  /** What the client measured in one period; others hear of it when the word for it changes. */
  measured(measured: Measured): void;
  /** How the session went since it began, by the client's word. */
  felt(quality: wire.SessionQuality.$Properties): void;
  /** Its token does not count any more: it leaves the room, and hears so. */
  revoke(): void;
  /** The media of this session is gone. */
  loseNode(code: ErrorCode): void;
  /**
   * Begins to move it to another media node: MOVE_UNDER_WAY, MOVE_FAILED while the client is away, OUT_OF_ORDER when it
   * is not where the order says.
   */
  beginMove(order: MoveOrder): SessionMoving;
  /** A newer socket has the session. */
  supersede(): void;
  shutDown(): void;
}

/** A move of a session to another media node, as an owner orders it. */
export interface MoveOrder {
  readonly sessionId: string;
  readonly moveId: string;
  readonly fromNodeId: string;
  readonly toNodeId: string;
  readonly decisionId: string;
  readonly reason: string;
}

/** A session that is being moved; session-move.ts is what it is. */
export interface SessionMoving {
  readonly order: MoveOrder;
  readonly state: SessionMoveState;
  /** The node beside the one where the session lives: at first the new one, then the old one. */
  readonly otherNodeId: string | undefined;
  /** Resolves when the client has moved and the old node has let go; rejects when the session stays where it was. */
  readonly over: Promise<void>;
  /** A track of the session is sent to the new node too. */
  published(trackId: string): void;
  /**
   * The client says that everything stands at the new node, or that it cannot be. OUT_OF_ORDER when it was not asked.
   */
  ready(o: { moveId: string; ok: boolean; code: string }): void;
  /** One of the two nodes is gone. True: it was the other one, and the session goes on. */
  nodeGone(nodeId: string): boolean;
  /** A data message of the room that one of the homes has handed on: false when the other one has done so before. */
  isNewData(digest: string, nodeId: string): boolean;
}

export interface SessionTalk {
  /** Counts a data message of this client's own: 0, or how long until it may send it, in whole milliseconds. */
  takeData(bytes: number, receivers: number): number;
  /** Of these reactions those that the client may count now: `limits.reactionsPerSecond`. */
  takeReactions(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>>;
}

export interface SessionSubscriptions {
  update(update: wire.UpdateSubscription.$Properties): Promise<void>;
  /** As the service has it; the client hears of it. */
  order(o: { readonly trackIds: readonly string[]; readonly subscribed: boolean }): Promise<void>;
  /** `trackId`: as the media node knows it. */
  consumerClosed(trackId: string, nodeId: string): void;
  /** What a media node says of a track, as the client is to hear it. */
  shown<T extends { trackId?: string | null; publisherSessionId?: string | null }>(message: T): T;
  /** The id of a track at the media node. */
  there(trackId: string): string;
}

export interface ServiceCounters {
  frame(direction: 'in' | 'out', body: string): void;
  error(code: ErrorCode): void;
  /** A data message was not delivered because its receiver reads too slowly. */
  dataDropped(kind: 'lossy' | 'reliable'): void;
  join(result: ErrorCode | 'OK' | 'RESUMED', tookMs: number): void;
  /**
   * A round trip that a client reported: by a receipt that holds; by one that does not, of a signaling node that it has
   * reported already, or one too many; to its media node. Or an echo socket of a client that was not asked to time this
   * node.
   */
  timing(kind: 'echo' | 'echoRefused' | 'node' | 'echoWithoutTicket'): void;
  /** A report of how a session went is lost. */
  stayQualityLost(): void;
  /** Records of how sessions are. */
  qualitySettled(outcome: QualityOutcome, count: number): void;
  /** Entries of the journal were stored by an api, or are lost. */
  journalSettled(outcome: 'stored' | 'lost', entries: number): void;
  /** An owner's move of a session: begun, or over with its result and how long it took. */
  move(result: ErrorCode | 'BEGUN' | 'OK', tookMs: number): void;
}
