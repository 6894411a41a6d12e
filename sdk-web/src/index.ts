// Meridian's browser SDK. `new Room().connect(entryUrl, token)`; see README.md for a call in fifteen lines.
export { type ClientErrorCode, clientErrorCodes, MeridianClientError, showAtMs } from '@meridian/client';
export type { RoomActs } from './acts.ts';
export * from './check/types.ts';
export { RoomEvent, type RoomEventMap } from './events.ts';
export { LocalParticipant } from './participants/local-participant.ts';
export { Participant } from './participants/participant.ts';
export { RemoteParticipant } from './participants/remote-participant.ts';
export { Room, type RoomAdmin } from './room.ts';
export type { PerformRpcParams, RpcHandler, RpcInvocationData } from './rpc.ts';
export { RpcError, RpcErrorCode } from './rpc-error.ts';
export {
  createLocalAudioTrack,
  createLocalScreenTracks,
  createLocalTracks,
  createLocalVideoTrack,
  type LocalTrackOptions,
} from './tracks/capture.ts';
export { areBackgroundsSupported, isNoiseSuppressionSupported } from './tracks/effects-support.ts';
export { LocalTrackPublication } from './tracks/local-publication.ts';
export { LocalTrack } from './tracks/local-track.ts';
export { TrackPublication } from './tracks/publication.ts';
export { RemoteTrackPublication } from './tracks/remote-publication.ts';
export { RemoteTrack } from './tracks/remote-track.ts';
export { Track, TrackEvent, type TrackEventMap } from './tracks/track.ts';
export * from './types.ts';
export { sdkVersion } from './version.ts';
