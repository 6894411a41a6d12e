// A session that is moved to another media node, as its signaling node carries it out: (state, event) ->
// { next, effects }. docs/design/moves.md says what is the truth at which moment.
//
// attaching  a second home is made at the new node; the client does not know yet
// asking     the client makes its transports there, sends its tracks over both, and says when it is ready
// settling   the new node hears that the session lives there: whether it agrees decides the move
// informing    the owner of the room is informed
// leaving    the client is informed; the old node lets go when no node gets the tracks from there any more
// done, failed   failed: the second home is gone, everything is where it was
//
// Until the owner knows, whatever goes wrong undoes the move; from then on there is no way back, and nothing that can
// go wrong.
import type { Table } from '@meridian/protocol';

export type SessionMoveState = 'attaching' | 'asking' | 'settling' | 'informing' | 'leaving' | 'done' | 'failed';
export type SessionMoveEvent =
  | 'attached'
  | 'ready' // the client
  | 'settled'
  | 'informed'
  | 'gone' // the old node has let go, or cannot be asked
  | 'failed' // a step was refused, or took too long
  | 'cancelled' // the session has ended here, or another connection has it
  | 'handedOver'; // this signaling node ends, and the session goes on by another one
export type SessionMoveEffect =
  | 'ask'
  | 'startDeadline'
  | 'stopDeadline'
  | 'settle'
  | 'informOwner'
  | 'adopt' // the signaling node takes the new node for the session's
  | 'informMoved'
  | 'letGo'
  | 'undo' // end the second home
  | 'informFailed'
  | 'dropOld' // the session is over: the old node need not wait
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
    // What the owner answers is not known yet, and decides which of the homes is the one to end.
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
