// Life of a connection as a table; vectors in test/vectors/connection.json walk every edge.
//
//   disconnected → entering (fetches candidates) → opening (races sockets) → joining (Join sent) → connected
//   connected → resuming: the socket is lost, media flows. → rejoining: media is lost too, or the service refuses
//     to resume.
//   connected → preparing (new transports beside the old ones, tracks over both) → moving (ready; the service settles
//     the move) → connected: MoveParticipant, media to another node. Everything stays at the old node until the
//     service says that the session is at the new one.
//   closed is final: a Room makes a new connection for every connect().
// Every attempt has a number; the results of an older attempt never reach the table.
import type { Table } from '@meridian/protocol';

export type ConnState =
  | 'disconnected'
  | 'entering'
  | 'opening'
  | 'joining'
  | 'connected'
  | 'resuming'
  | 'rejoining'
  | 'preparing'
  | 'moving'
  | 'closed';
export type ConnEvent =
  | 'connect'
  | 'entryKnown'
  | 'socketOpen'
  | 'joined'
  | 'attemptFailed'
  | 'retryDue'
  | 'gaveUp'
  | 'socketLost'
  | 'mediaLost'
  | 'resumed'
  | 'ended'
  | 'close'
  | 'joinAgainAsked' // from the crowd onto the stage, while media plays on
  | 'moveAsked'
  | 'moveDeclined'
  | 'movePrepared'
  | 'moveMade' // settled by the service
  | 'moveRefused';
export type ConnEffect =
  | 'fetchEntry'
  | 'openSocket'
  | 'sendJoin'
  | 'dropSocket'
  | 'scheduleConnect'
  | 'scheduleResume'
  | 'scheduleRejoin'
  | 'openResume'
  | 'openRejoin'
  | 'startMedia'
  | 'stopMedia'
  | 'adoptSession'
  | 'announceConnected'
  | 'announceSignalReconnecting'
  | 'announceReconnecting'
  | 'announceReconnected'
  | 'leave'
  | 'end'
  | 'prepareMove'
  | 'sendMoveDeclined'
  | 'sendMoveReady'
  | 'switchTracks'
  | 'closeNewTransports';

const close = { next: 'closed', effects: ['leave', 'stopMedia', 'end'] } as const;
const ended = { next: 'closed', effects: ['dropSocket', 'stopMedia', 'end'] } as const;
const socketLost = {
  next: 'resuming',
  effects: ['dropSocket', 'announceSignalReconnecting', 'scheduleResume'],
} as const;
// The socket is left cleanly, so the session of the lost media is over for the service too.
const mediaLost = {
  next: 'rejoining',
  effects: ['leave', 'stopMedia', 'announceReconnecting', 'scheduleRejoin'],
} as const;
const connectFailed = { next: 'entering', effects: ['dropSocket', 'scheduleConnect'] } as const;
const moveRefused = { next: 'connected', effects: ['closeNewTransports'] } as const;

export const connectionTable: Table<ConnState, ConnEvent, ConnEffect> = {
  disconnected: { connect: { next: 'entering', effects: ['fetchEntry'] }, close: { next: 'closed', effects: ['end'] } },
  entering: {
    entryKnown: { next: 'opening', effects: ['openSocket'] },
    attemptFailed: connectFailed,
    retryDue: { next: 'entering', effects: ['fetchEntry'] },
    gaveUp: ended,
    close,
  },
  opening: { socketOpen: { next: 'joining', effects: ['sendJoin'] }, attemptFailed: connectFailed, close },
  joining: {
    joined: { next: 'connected', effects: ['startMedia', 'announceConnected'] },
    attemptFailed: connectFailed,
    close,
  },
  connected: {
    socketLost,
    mediaLost,
    ended,
    close,
    joinAgainAsked: { next: 'resuming', effects: ['announceSignalReconnecting', 'scheduleResume'] },
    moveAsked: { next: 'preparing', effects: ['prepareMove'] },
  },
  resuming: {
    resumed: { next: 'connected', effects: ['adoptSession', 'announceReconnected'] },
    attemptFailed: { next: 'resuming', effects: ['dropSocket', 'scheduleResume'] },
    retryDue: { next: 'resuming', effects: ['openResume'] },
    // The service could not resume the session and made a new one at once.
    joined: { next: 'connected', effects: ['stopMedia', 'announceReconnecting', 'startMedia', 'announceReconnected'] },
    mediaLost,
    gaveUp: mediaLost,
    ended,
    close,
  },
  rejoining: {
    joined: { next: 'connected', effects: ['startMedia', 'announceReconnected'] },
    attemptFailed: { next: 'rejoining', effects: ['dropSocket', 'scheduleRejoin'] },
    retryDue: { next: 'rejoining', effects: ['openRejoin'] },
    gaveUp: ended,
    ended,
    close,
  },
  // The socket may be lost during a move: the service knows by then whether the move was made, and the resumed session
  // shows it.
  preparing: {
    moveDeclined: { next: 'connected', effects: ['closeNewTransports', 'sendMoveDeclined'] },
    moveRefused,
    movePrepared: { next: 'moving', effects: ['sendMoveReady'] },
    socketLost,
    mediaLost,
    ended,
    close,
  },
  moving: {
    moveMade: { next: 'connected', effects: ['switchTracks'] },
    moveRefused,
    socketLost,
    mediaLost,
    ended,
    close,
  },
  closed: {},
};
