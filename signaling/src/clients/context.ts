// Parts that all client connections of this node share.
import type { Claims, TenantLimits, TokenOrigin, TurnServers, VerifyOptions } from '@meridian/node-shell';
import type { Access, CrowdPageRequest, ErrorCode, wire } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Receipts } from '../adapters/receipts.ts';
import type { Measured, SessionMoveState, SessionState } from '../core/index.ts';
import type { NodeLinks } from '../links/nodes.ts';
import type { CentrePort, Opener } from '../ports.ts';
import type { CheckRooms } from './check-rooms.ts';
import type { CrowdViewer } from './crowd.ts';
import type { LocalRoom } from './local-room.ts';
import type { PlacementExplainer } from './placement-explainer.ts';
import type { QualityBatches, QualityOutcome } from './quality-batches.ts';
import type { QualityRounds } from './quality-rounds.ts';
import type { ReceiveAbilities } from './receive-abilities.ts';
import type { RoomMember } from './room-member.ts';
import type { RecordedSession, SessionRecord } from './session-record.ts';
import type { StayQualities } from './stay-qualities.ts';
import type { Timings } from './timings.ts';
import type { WaitingRoom } from './waiting.ts';
import type { WaitingBytes } from './waiting-bytes.ts';

/** Room and lease, as media nodes know them. */
export interface RoomRef {
  readonly roomKey: string;
  readonly ownerId: string;
  readonly epoch: number;
}

export interface TokenCheck {
  access: Access;
  /** The token is valid except for its end; only a check with `allowExpired` accepts such a token. */
  expired: boolean;
  /** Origin by which the token can be revoked. */
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
  readonly placementExplainer: PlacementExplainer;
  readonly checkRooms: Pick<CheckRooms, 'accessOf'>;
  readonly stayQualities: Pick<StayQualities, 'put' | 'over'>;
  readonly qualityRounds: Pick<QualityRounds, 'begin' | 'over' | 'onDifference'>;
  /** Answered joins of clients, for the api. */
  readonly joins: Pick<QualityBatches, 'join'>;
  readonly receipts: Pick<Receipts, 'sealStay' | 'isOfStay'>;
  readonly turn: Pick<TurnServers, 'serversFor'>;
  /** Throws as `Tokens.verify`. */
  verifyToken(token: string, o: Required<VerifyOptions>): Promise<TokenCheck>;
  /** Makes a token by the API key of another token, without the admin right if tokens of that key may not have it. */
  mintToken(byOrigin: TokenOrigin, claims: Claims): Promise<string>;
  limitsOf(roomKey: string): TenantLimits;
  roomFor(roomKey: string): LocalRoom;
  /** Returns people in the crowd of a room from all signaling nodes that answer in time. */
  crowdPeople(room: LocalRoom, page: CrowdPageRequest): Promise<wire.CrowdPeople.$Properties>;
  /** Reports that a media node knows a newer owner of the room. */
  staleEpoch(room: RoomRef): void;
  readonly sessions: Map<string, LocalSession>;
  /** Connections that are resuming a session by its key, by session id, until they are in `sessions` or have failed. */
  readonly claims: Map<string, Claim>;
  /** Clients that wait in front of rooms at this node. */
  readonly waiting: WaitingRoom;
  /** Data that waits for clients of this node, and of LiveKit clients for the room. */
  readonly waitingBytes: WaitingBytes;
  readonly abilities: ReceiveAbilities;
  readonly counters: ServiceCounters;
}

/** Connection that the media node has given a session to, before the room's owner has agreed. */
export interface Claim {
  readonly holder: LocalSession;
  readonly room: LocalRoom;
  readonly adoption: number;
}

/** A joined session as other parts see it; implemented by client.ts. */
export interface LocalSession extends RoomMember, CrowdViewer, RecordedSession {
  readonly context: ClientContext;
  readonly state: SessionState;
  /** The client watches a show without a place in the roster. Without media its `sessionId` is ''. */
  readonly isCrowd: boolean;
  /** Access by its token; undefined before the join. The owner knows nothing about a viewer of the crowd. */
  readonly access: Access | undefined;
  /** Origin of the token that was shown last; undefined before. */
  readonly origin: TokenOrigin | undefined;
  /** Present while the session moves to another media node. */
  readonly move: SessionMoving | undefined;
  readonly room: LocalRoom;
  readonly clientIp: string;
  /** `addressKey` of the client's address; '': unknown, or an address that many share. */
  readonly network: string;
  /** Gateway or recorder that opened it. */
  readonly opener: Opener | undefined;
  /** Pretended place (development), else ''. */
  readonly fromCity: string;
  readonly subscriptions: SessionSubscriptions | undefined;
  /** Record for the api; undefined for a session that is not recorded. */
  readonly record: SessionRecord | undefined;
  readonly talk: SessionTalk;
  /** Sends another participant's data message; drops and counts it when this client reads too slowly. */
  sendData(frame: Uint8Array, o: { lossy: boolean }): void;
  /** Sends the client's message from a data channel to its bridge. */
  takeChannel(label: string, payload: Uint8Array): void;
  /** Tells the client, once it has joined, that the owner wants a rendition, or no longer. */
  wantRendition(wanted: wire.RenditionRequest.$Properties): void;
  /** Takes the client's measurement of a period; others are informed when the resulting quality changes. */
  measured(measured: Measured): void;
  /** Takes the client's report on the quality of the whole session so far. */
  stayReported(quality: wire.SessionQuality.$Properties): void;
  /** Removes the session from the room, with its client informed, because its token was revoked. */
  revoke(): void;
  /** Handles the loss of the session's media. */
  loseNode(code: ErrorCode): void;
  /** Begins a move. MOVE_UNDER_WAY; MOVE_FAILED for an absent client; OUT_OF_ORDER if it is not at `fromNodeId`. */
  beginMove(order: MoveOrder): SessionMoving;
  /** Ends the connection, since a newer socket has the session. */
  supersede(): void;
  shutDown(): void;
}

/** Order of an owner to move a session to another media node. */
export interface MoveOrder {
  readonly sessionId: string;
  readonly moveId: string;
  readonly fromNodeId: string;
  readonly toNodeId: string;
  readonly decisionId: string;
  readonly reason: string;
}

/** A moving session; implemented by session-move.ts. */
export interface SessionMoving {
  readonly order: MoveOrder;
  readonly state: SessionMoveState;
  /** Second node of the moving session: at first the new node, then the old node. */
  readonly otherNodeId: string | undefined;
  /** Resolves when the client has moved and the old node has let go; rejects when the session stays. */
  readonly completed: Promise<void>;
  /** Records that a track is sent to the new node too. */
  published(trackId: string): void;
  /** Takes the client's report that all is ready at the new node, or cannot be. OUT_OF_ORDER without a request. */
  ready(o: { moveId: string; ok: boolean; code: string }): void;
  /** Handles the loss of either node. Returns true for the second node: the session continues. */
  nodeGone(nodeId: string): boolean;
  /** Returns false for a room's data message that the other home has forwarded before. */
  isNewData(digest: string, nodeId: string): boolean;
}

export interface SessionTalk {
  /** True for a LiveKit SDK, whose data comes over data channels. */
  readonly hasChannels: boolean;
  /** Counts a data message of this client: returns 0, or the wait in whole milliseconds. */
  takeData(bytes: number, receivers: number): number;
  /** Returns the reactions that the client may count now: `limits.reactionsPerSecond`. */
  takeReactions(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>>;
}

export interface SessionSubscriptions {
  update(update: wire.UpdateSubscription.$Properties): Promise<void>;
  /** Subscribes or unsubscribes for the service; the client is informed. */
  order(o: { readonly trackIds: readonly string[]; readonly subscribed: boolean }): Promise<void>;
  /** `trackId`: the media node's id. */
  consumerClosed(trackId: string, nodeId: string): void;
  /** Returns a media node's message about a track with the ids that the client knows. */
  withClientIds<T extends { trackId?: string | null; publisherSessionId?: string | null }>(message: T): T;
  /** Returns the id of a track at the media node. */
  idAtNode(trackId: string): string;
}

/**
 * A step of a join: `token`: its proof; `place`: the centre's choice; `owner`: the room's admission, with the tracks;
 * `media`: transports and consumers at the media node.
 */
export type JoinStep = 'token' | 'place' | 'owner' | 'media';

export interface ServiceCounters {
  frame(direction: 'in' | 'out', body: string): void;
  error(code: ErrorCode): void;
  /** Counts a data message dropped because its receiver reads too slowly. */
  dataDropped(kind: 'lossy' | 'reliable'): void;
  join(result: ErrorCode | 'OK' | 'RESUMED', tookMs: number): void;
  /** Records how long a step of a join took that succeeded. */
  joinStep(step: JoinStep, tookMs: number): void;
  /**
   * Counts a round trip that a client reported. `echo`: with a valid receipt; `echoRefused`: with an invalid or
   * repeated receipt, or beyond the bound; `node`: to its media node. `echoWithoutTicket`: an echo socket of a client
   * that was not asked to measure this node.
   */
  timing(kind: 'echo' | 'echoRefused' | 'node' | 'echoWithoutTicket'): void;
  /**
   * Counts a client that wanted transports before its join: `made`, or `refused`; `gone` before they were made; and its
   * join, which got them (`taken`), or not: another join than announced, their node has gone, or another was chosen.
   */
  warm(what: 'made' | 'refused' | 'gone' | 'taken' | 'otherJoin' | 'nodeGone' | 'otherNode'): void;
  stayQualityLost(): void;
  qualitySettled(outcome: QualityOutcome, count: number): void;
  /** Counts journal entries that an api has stored, or that are lost. */
  journalSettled(outcome: 'stored' | 'lost', entries: number): void;
  /** Counts a move that this owner has ordered: when it begins, and when it is over, with its result and duration. */
  move(result: ErrorCode | 'BEGUN' | 'OK', tookMs: number): void;
}
