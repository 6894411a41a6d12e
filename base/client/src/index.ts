// The client of Meridian without media and without a browser: errors, sockets, session, roster. See
// docs/adr/0016-client-package.md.
export {
  Candidates,
  type CandidatesAhead,
  fetchCandidates,
  openCandidate,
  type Prefetched,
} from './connection/candidates.ts';
export { type Announcement, Connection, type ConnectionPorts } from './connection/connection.ts';
export {
  crowdHandsOf,
  crowdPeopleOf,
  explanationOf,
  lobbyOf,
  placementAt,
  placementOf,
  type SubscriptionRow,
  snapshotOfJoined,
  subscriptionRow,
  waitingOf,
} from './connection/convert.ts';
export type { Candidate } from './connection/entry.ts';
export { type JoinParts, readToken } from './connection/join.ts';
export { type OpenSocket, type RaceResult, race } from './connection/race.ts';
export type { EchoSite, EchoTime, SiteTiming } from './connection/site-timing.ts';
export { type Body, type ServerFrame, SignalSocket } from './connection/socket.ts';
export { closeCode, type SocketHandlers, type SocketPort } from './connection/socket-port.ts';
export { type SocketSource, socketsOf } from './connection/socket-source.ts';
export type { ConnState } from './connection/state.ts';
export { Throttle } from './connection/throttle.ts';
export { openWebSocket, type WebSocketLike } from './connection/web-socket.ts';
export * from './core/room-posts.ts';
export * from './core/roster.ts';
export * from './core/show-at.ts';
export * from './emitter.ts';
export * from './errors.ts';
export { LinkSessions, type LinkSocket, type SessionLink } from './link-sessions.ts';
export { TsDemuxer, type TsUnit } from './mpeg-ts/demux.ts';
export {
  MpegTsError,
  type MpegTsErrorCode,
  type TsAudioCodec,
  type TsVideoCodec,
} from './mpeg-ts/format.ts';
export { TsMuxer, type TsMuxerOptions, type TsMuxUnit } from './mpeg-ts/mux.ts';
export { SessionClient, type SessionClientOptions } from './session-client.ts';
export type * from './session-events.ts';
export type * from './types.ts';
