// What an owner says to the signaling nodes of a room, itself among them (peer-sink.ts).
import type { RosterEvent, wire } from '@meridian/protocol';
import type { MoveOrder } from '../clients/context.ts';
import type { KnockAnswer } from '../clients/waiting.ts';
import type { PostNews } from '../core/index.ts';
import type { SessionOrder } from '../wire/control-wire.ts';
import type { CrowdWord } from './stage.ts';

export interface RoomIdentity {
  readonly roomKey: string;
  readonly ownerId: string;
  readonly epoch: number;
}

/** How an owner reaches signaling nodes, itself among them. */
export interface SignalingSink {
  events(signalingId: string, room: RoomIdentity, events: readonly RosterEvent[]): void;
  order(signalingId: string, room: RoomIdentity, sessionId: string, order: SessionOrder): void;
  /** A message of the service to these sessions of the signaling node. */
  data(
    signalingId: string,
    room: RoomIdentity,
    data: wire.DataReceived.$Properties,
    sessionIds: readonly string[],
  ): void;
  /** To some of the clients that wait in front of the room there. */
  knocked(signalingId: string, room: RoomIdentity, answer: KnockAnswer): void;
  /** The waiting clients, for the hosts and cohosts there. */
  lobby(signalingId: string, room: RoomIdentity, lobby: wire.Lobby.$Properties): void;
  /** Of the crowd there, or for the hosts there. */
  crowd(signalingId: string, room: RoomIdentity, news: CrowdWord): void;
  /** What is new of posts. False: it is lost. */
  posts(signalingId: string, room: RoomIdentity, news: PostNews): boolean;
  /** Resolves when the session has been moved; rejects with why not. */
  move(signalingId: string, room: RoomIdentity, order: MoveOrder): Promise<void>;
}
