// How the centre reaches the owners and signaling nodes that carry out moves.
import { MeridianError } from '@meridian/protocol';
import type { LeaseAnswer } from '../owning/ownership.ts';

/** What a room's owner is asked: this session, to that media node, make-before-break. */
export interface MoveOrder {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly toNodeId: string;
  readonly decisionId: string;
  readonly reason: string;
  readonly lease: LeaseAnswer;
}

/** The way to signaling nodes and owners, as far as moves need it. */
export interface Mover {
  /**
   * Informs the media node of the room's lease, then asks the owner. Resolves when the session has moved; rejects with
   * a stable code, at the deadline at the latest.
   */
  move(ownerId: string, order: MoveOrder, deadlineMs: number): Promise<void>;
  /** Asks a session's signaling node that the client times these ones. False: it was not sent. */
  wantEchoes(signalingId: string, o: { roomKey: string; sessionId: string; signalingIds: readonly string[] }): boolean;
}

/** Of a centre without links. */
export const noMover: Mover = {
  move: async () => {
    throw new MeridianError('ROOM_OWNER_LOST');
  },
  wantEchoes: () => false,
};
