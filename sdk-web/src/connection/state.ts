// The life of one connection as a table; vectors in test/vectors/connection.json walk every edge.
//
//   disconnected → entering (asks for candidates) → opening (races sockets) → joining (Join sent) → connected
//   connected → resuming: the socket is lost, media goes on. → rejoining: media is lost too, or the service refuses to resume.
//   connected → preparing → moving → committing → connected: MoveParticipant, media to another node. This version declines in preparing.
//   closed is final: a Room makes a new connection for every connect().
// Every attempt carries a number; the results of an older attempt never reach the table.
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
  | 'committing'
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
  | 'moveAsked'
  | 'moveDeclined'
  | 'movePrepared'
  | 'moveMediaUp'
  | 'moveCommitted'
  | 'moveFailed';
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
  | 'closeOldTransports'
  | 'closeNewTransports';

const close = { next: 'closed', effects: ['leave', 'stopMedia', 'end'] } as const;
const ended = { next: 'closed', effects: ['dropSocket', 'stopMedia', 'end'] } as const;
const socketLost = {
  next: 'resuming',
  effects: ['dropSocket', 'announceSignalReconnecting', 'scheduleResume'],
} as const;
// The socket is left cleanly: the session that had this media is over for the service too.
const mediaLost = {
  next: 'rejoining',
  effects: ['leave', 'stopMedia', 'announceReconnecting', 'scheduleRejoin'],
} as const;
const connectFailed = { next: 'entering', effects: ['dropSocket', 'scheduleConnect'] } as const;
// A move that is under way when something else goes wrong is undone first: the old transports are still the good ones.
const undone = 'closeNewTransports' as const;
const socketLostMoving = { next: 'resuming', effects: [undone, ...socketLost.effects] } as const;
const mediaLostMoving = { next: 'rejoining', effects: [undone, ...mediaLost.effects] } as const;
const endedMoving = { next: 'closed', effects: [undone, ...ended.effects] } as const;
const closeMoving = { next: 'closed', effects: [undone, ...close.effects] } as const;
const moveFailed = { next: 'connected', effects: [undone, 'sendMoveDeclined'] } as const;

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
  connected: { socketLost, mediaLost, ended, close, moveAsked: { next: 'preparing', effects: ['prepareMove'] } },
  resuming: {
    resumed: { next: 'connected', effects: ['adoptSession', 'announceReconnected'] },
    attemptFailed: { next: 'resuming', effects: ['dropSocket', 'scheduleResume'] },
    retryDue: { next: 'resuming', effects: ['openResume'] },
    // The service had no session to resume and made a new one at once.
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
  preparing: {
    moveDeclined: { next: 'connected', effects: ['sendMoveDeclined'] },
    movePrepared: { next: 'moving', effects: ['sendMoveReady'] },
    socketLost,
    mediaLost,
    ended,
    close,
  },
  moving: {
    moveMediaUp: { next: 'committing', effects: ['switchTracks'] },
    moveFailed,
    socketLost: socketLostMoving,
    mediaLost: mediaLostMoving,
    ended: endedMoving,
    close: closeMoving,
  },
  committing: {
    moveCommitted: { next: 'connected', effects: ['closeOldTransports'] },
    moveFailed,
    socketLost: socketLostMoving,
    mediaLost: mediaLostMoving,
    ended: endedMoving,
    close: closeMoving,
  },
  closed: {},
};
