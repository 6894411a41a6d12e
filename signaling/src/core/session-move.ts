// Moves a session to another media node, as its signaling node does it: (state, event) -> { next, effects }.
// docs/design/moves.md defines the valid state at each moment.
//
// - attaching: a second home is made at the new node, without the client's knowledge
// - asking: the client makes its transports there, sends its tracks over both, and reports when it is ready
// - settling: the new node is asked to make the session its own; its answer decides the move
// - informing: the owner of the room is informed
// - leaving: the client is informed; the old node lets go once no node pulls the tracks from it
// - failed: the second home is gone, and everything is as before
//
// Until the owner is informed, any failure undoes the move; afterwards the move can neither fail nor be undone.
import type { Table } from '@meridian/protocol';

export type SessionMoveState = 'attaching' | 'asking' | 'settling' | 'informing' | 'leaving' | 'done' | 'failed';
export type SessionMoveEvent =
  | 'attached'
  | 'ready' // from the client
  | 'settled'
  | 'informed'
  | 'gone' // the old node has ended its home, or is unreachable
  | 'failed' // a step was refused, or took too long
  | 'cancelled' // the session has ended here, or another connection has taken it
  | 'handedOver'; // this signaling node stops, and another continues the session
export type SessionMoveEffect =
  | 'ask'
  | 'startDeadline'
  | 'stopDeadline'
  | 'settle'
  | 'informOwner'
  | 'adopt' // make the new node the session's node
  | 'informMoved'
  | 'letGo'
  | 'undo' // end the second home
  | 'informFailed'
  | 'dropOld' // the session is over, so the old node need not wait
  | 'finish';

const undone = { next: 'failed', effects: ['stopDeadline', 'undo', 'informFailed', 'finish'] } as const;

export const sessionMoveTable: Table<SessionMoveState, SessionMoveEvent, SessionMoveEffect> = {
  attaching: {
    attached: { next: 'asking', effects: ['startDeadline', 'ask'] },
    failed: { next: 'failed', effects: ['undo', 'finish'] },
    cancelled: { next: 'failed', effects: ['undo', 'finish'] },
  },
  asking: {
    ready: { next: 'settling', effects: ['stopDeadline', 'settle'] },
    failed: undone,
    cancelled: undone,
  },
  settling: {
    settled: { next: 'informing', effects: ['informOwner'] },
    failed: undone,
    cancelled: undone,
  },
  informing: {
    informed: { next: 'leaving', effects: ['adopt', 'informMoved', 'letGo'] },
    failed: undone,
    // The owner's answer, which decides which home ends, is not known yet.
    cancelled: { next: 'failed', effects: ['finish'] },
  },
  leaving: {
    gone: { next: 'done', effects: ['finish'] },
    cancelled: { next: 'done', effects: ['dropOld', 'finish'] },
    handedOver: { next: 'done', effects: ['finish'] },
  },
  done: {},
  failed: {},
};
