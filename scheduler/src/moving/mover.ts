// Port to the owners and signaling nodes that carry out moves.
import { MeridianError } from '@meridian/protocol';
import type { LeaseAnswer } from '../owning/ownership.ts';

/** Order to a room's owner to move this session to that media node, make-before-break. */
export interface MoveOrder {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly toNodeId: string;
  readonly decisionId: string;
  readonly reason: string;
  readonly lease: LeaseAnswer;
}

export interface Mover {
  /** Informs the media node of the lease, then orders the owner. Rejects with a stable code by the deadline. */
  move(ownerId: string, order: MoveOrder, deadlineMs: number): Promise<void>;
  /** Asks a session's signaling node to have the client time these signaling nodes. False: it was not sent. */
  requestEchoes(
    signalingId: string,
    o: { roomKey: string; sessionId: string; signalingIds: readonly string[] },
  ): boolean;
}

export const noMover: Mover = {
  move: async () => {
    throw new MeridianError('ROOM_OWNER_LOST');
  },
  requestEchoes: () => false,
};
