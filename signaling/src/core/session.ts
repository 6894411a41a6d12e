// States of a client connection, as a table (state, event) -> { next, effects }.
//
// Case 1, the usual life: opened -> joining -> joined -> leaving -> closed. The authentication deadline bounds opened,
//   request deadlines bound joining and leaving.
// Case 2, the socket breaks (`socketLost`: network gone, ping timeout, back-pressure): the session is kept, detached,
//   for the resume grace. A socket that resumes it is a new connection, and the old one is `superseded`: no participant
//   leaves the room.
// Case 3, the socket ends while joining: the connection stays in leaving until the join is undone. A resuming session
//   existed before: when its new socket breaks too (`adrift`), it is kept for the grace like any other.
// Case 4, the room's owner removed the session (`evicted`: kicked, replaced by the same identity, taken over by another
//   signaling node): the room knows already, so only the client is informed.
// Case 5, the media is gone (`nodeLost`: the client joins anew) or the token was revoked: client and room are informed.
// Case 6, this process stops (`shutdown`): joined sessions stay at their media node, for another signaling node.
import type { Table } from '@meridian/protocol';

export type SessionState = 'opened' | 'joining' | 'resuming' | 'adrift' | 'joined' | 'detached' | 'leaving' | 'closed';

export type SessionEvent =
  | 'join' // a Join
  | 'resume' // a Join that resumes a session
  | 'joined'
  | 'joinFailed'
  | 'leave' // by the client
  | 'socketClosed' // close frame 1000 or without a code
  | 'socketLost' // everything else
  | 'fatal' // the client broke the protocol
  | 'authTimeout'
  | 'graceOver'
  | 'superseded' // another socket resumed this session
  | 'evicted' // by the room's owner
  | 'nodeLost'
  | 'revoked' // the token was revoked
  | 'shutdown'
  | 'left'; // leaving is complete, or the join is undone

export type SessionEffect =
  | 'stopAuthTimer'
  | 'beginJoin'
  | 'answerJoin'
  | 'keepSession' // keep a resumed session whose socket is gone already
  | 'undoJoin' // undo the join once it has settled
  | 'startGrace'
  | 'stopGrace'
  | 'leaveRoom' // report to the owner and the media node
  | 'disconnect' // last frame with the reason, then the close code
  | 'closeSocket' // close 1000
  | 'dropSocket' // the socket is unusable
  | 'release'; // forget everything about the connection

export const sessionTable: Table<SessionState, SessionEvent, SessionEffect> = {
  opened: {
    join: { next: 'joining', effects: ['stopAuthTimer', 'beginJoin'] },
    resume: { next: 'resuming', effects: ['stopAuthTimer', 'beginJoin'] },
    leave: { next: 'closed', effects: ['stopAuthTimer', 'closeSocket', 'release'] },
    socketClosed: { next: 'closed', effects: ['stopAuthTimer', 'release'] },
    socketLost: { next: 'closed', effects: ['stopAuthTimer', 'dropSocket', 'release'] },
    fatal: { next: 'closed', effects: ['stopAuthTimer', 'disconnect', 'release'] },
    authTimeout: { next: 'closed', effects: ['stopAuthTimer', 'disconnect', 'release'] },
    shutdown: { next: 'closed', effects: ['stopAuthTimer', 'disconnect', 'release'] },
  },
  joining: {
    joined: { next: 'joined', effects: ['answerJoin'] },
    joinFailed: { next: 'closed', effects: ['disconnect', 'release'] },
    leave: { next: 'leaving', effects: ['closeSocket', 'undoJoin'] },
    socketClosed: { next: 'leaving', effects: ['undoJoin'] },
    socketLost: { next: 'leaving', effects: ['dropSocket', 'undoJoin'] },
    fatal: { next: 'leaving', effects: ['disconnect', 'undoJoin'] },
    superseded: { next: 'leaving', effects: ['disconnect', 'undoJoin'] },
    evicted: { next: 'leaving', effects: ['disconnect', 'undoJoin'] },
    nodeLost: { next: 'leaving', effects: ['disconnect', 'undoJoin'] },
    revoked: { next: 'leaving', effects: ['disconnect', 'undoJoin'] },
    shutdown: { next: 'leaving', effects: ['disconnect', 'undoJoin'] },
  },
  resuming: {
    joined: { next: 'joined', effects: ['answerJoin'] },
    joinFailed: { next: 'closed', effects: ['disconnect', 'release'] },
    leave: { next: 'leaving', effects: ['closeSocket', 'undoJoin'] },
    socketClosed: { next: 'leaving', effects: ['undoJoin'] },
    socketLost: { next: 'adrift', effects: ['dropSocket'] },
    fatal: { next: 'leaving', effects: ['disconnect', 'undoJoin'] },
    // The session continues on its new connection.
    superseded: { next: 'closed', effects: ['disconnect', 'release'] },
    evicted: { next: 'leaving', effects: ['disconnect', 'undoJoin'] },
    nodeLost: { next: 'leaving', effects: ['disconnect', 'undoJoin'] },
    revoked: { next: 'leaving', effects: ['disconnect', 'undoJoin'] },
    shutdown: { next: 'closed', effects: ['disconnect', 'release'] },
  },
  adrift: {
    joined: { next: 'detached', effects: ['keepSession', 'startGrace'] },
    joinFailed: { next: 'closed', effects: ['release'] },
    superseded: { next: 'closed', effects: ['release'] },
    evicted: { next: 'leaving', effects: ['undoJoin'] },
    nodeLost: { next: 'leaving', effects: ['undoJoin'] },
    revoked: { next: 'leaving', effects: ['undoJoin'] },
    shutdown: { next: 'closed', effects: ['release'] },
  },
  joined: {
    leave: { next: 'leaving', effects: ['closeSocket', 'leaveRoom'] },
    socketClosed: { next: 'leaving', effects: ['leaveRoom'] },
    socketLost: { next: 'detached', effects: ['dropSocket', 'startGrace'] },
    fatal: { next: 'leaving', effects: ['disconnect', 'leaveRoom'] },
    superseded: { next: 'closed', effects: ['disconnect', 'release'] },
    evicted: { next: 'closed', effects: ['disconnect', 'release'] },
    nodeLost: { next: 'leaving', effects: ['disconnect', 'leaveRoom'] },
    revoked: { next: 'leaving', effects: ['disconnect', 'leaveRoom'] },
    shutdown: { next: 'closed', effects: ['disconnect', 'release'] },
  },
  detached: {
    graceOver: { next: 'leaving', effects: ['leaveRoom'] },
    superseded: { next: 'closed', effects: ['stopGrace', 'release'] },
    evicted: { next: 'closed', effects: ['stopGrace', 'release'] },
    nodeLost: { next: 'leaving', effects: ['stopGrace', 'leaveRoom'] },
    revoked: { next: 'leaving', effects: ['stopGrace', 'leaveRoom'] },
    shutdown: { next: 'closed', effects: ['stopGrace', 'release'] },
  },
  leaving: {
    left: { next: 'closed', effects: ['release'] },
    // Undoing a join waits for the join's end, whatever it is.
    joined: { next: 'leaving' },
    joinFailed: { next: 'leaving' },
  },
  closed: {},
};
