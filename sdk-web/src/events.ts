// Events of a room, with their listeners' arguments. Names and meanings as in LiveKit.
import type { MeridianClientError } from '@meridian/client';
import type { LocalParticipant } from './participants/local-participant.ts';
import type { Participant } from './participants/participant.ts';
import type { RemoteParticipant } from './participants/remote-participant.ts';
import type { LocalTrackPublication } from './tracks/local-publication.ts';
import type { LocalTrack } from './tracks/local-track.ts';
import type { TrackPublication } from './tracks/publication.ts';
import type { RemoteTrackPublication } from './tracks/remote-publication.ts';
import type { RemoteTrack } from './tracks/remote-track.ts';
import type {
  Board,
  BreakOut,
  BreakOutEnd,
  ChatMessage,
  ConnectionQuality,
  ConnectionState,
  CrowdHand,
  DisconnectReason,
  ParticipantPermissions,
  Placement,
  Post,
  RoomRole,
  TrackSource,
  Waiter,
  Waiting,
} from './types.ts';

export const RoomEvent = {
  Connected: 'connected',
  Reconnecting: 'reconnecting',
  SignalReconnecting: 'signalReconnecting',
  Reconnected: 'reconnected',
  MediaInterrupted: 'mediaInterrupted',
  MediaResumed: 'mediaResumed',
  Disconnected: 'disconnected',
  ConnectionStateChanged: 'connectionStateChanged',
  Waiting: 'waiting',
  RoomMetadataChanged: 'roomMetadataChanged',
  RoomInfoChanged: 'roomInfoChanged',
  LobbyChanged: 'lobbyChanged',
  RightsChanged: 'rightsChanged',
  UnmuteAsked: 'unmuteAsked',
  ViewersChanged: 'viewersChanged',
  CrowdChanged: 'crowdChanged',
  CrowdHandsChanged: 'crowdHandsChanged',
  StageAsked: 'stageAsked',
  HandLowered: 'handLowered',
  BreakOutsChanged: 'breakOutsChanged',
  BreakOutEnded: 'breakOutEnded',
  PostsChanged: 'postsChanged',
  BoardChanged: 'boardChanged',
  ReactionsChanged: 'reactionsChanged',
  ParticipantAttributesChanged: 'participantAttributesChanged',
  ParticipantConnected: 'participantConnected',
  ParticipantDisconnected: 'participantDisconnected',
  ParticipantMetadataChanged: 'participantMetadataChanged',
  ParticipantNameChanged: 'participantNameChanged',
  ParticipantRoleChanged: 'participantRoleChanged',
  ParticipantHandChanged: 'participantHandChanged',
  ParticipantPermissionsChanged: 'participantPermissionsChanged',
  TrackPublished: 'trackPublished',
  TrackUnpublished: 'trackUnpublished',
  TrackSubscribed: 'trackSubscribed',
  TrackUnsubscribed: 'trackUnsubscribed',
  TrackSubscriptionFailed: 'trackSubscriptionFailed',
  TrackMuted: 'trackMuted',
  TrackUnmuted: 'trackUnmuted',
  TrackMoved: 'trackMoved',
  TrackLayersChanged: 'trackLayersChanged',
  LocalTrackPublished: 'localTrackPublished',
  LocalTrackUnpublished: 'localTrackUnpublished',
  LocalTrackPublicationFailed: 'localTrackPublicationFailed',
  ActiveSpeakersChanged: 'activeSpeakersChanged',
  ConnectionQualityChanged: 'connectionQualityChanged',
  DataReceived: 'dataReceived',
  ChatMessage: 'chatMessage',
  MediaDevicesError: 'mediaDevicesError',
  MediaDevicesChanged: 'mediaDevicesChanged',
  ActiveDeviceChanged: 'activeDeviceChanged',
  AudioPlaybackStatusChanged: 'audioPlaybackStatusChanged',
  PlacementChanged: 'placementChanged',
  Moved: 'moved',
} as const;

/** Listener arguments by event name. Local and remote participants share events; an argument is the participant. */
export interface RoomEventMap {
  connected: [];
  /** The session is being made again, media included. */
  reconnecting: [];
  /** The signaling socket is being opened again; media continues. */
  signalReconnecting: [];
  reconnected: [];
  /**
   * No media has arrived for about a second although a camera or microphone of another participant is on, or the
   * browser lost the path. Ends with mediaResumed, or with reconnecting or disconnected when the media is given up.
   */
  mediaInterrupted: [];
  mediaResumed: [];
  disconnected: [reason: DisconnectReason, error: MeridianClientError | undefined];
  connectionStateChanged: [state: ConnectionState];
  /**
   * connect() waits in the lobby until a host admits us. Emitted again with each change; disconnect() ends the wait.
   */
  waiting: [waiting: Waiting];
  /** An administrator has changed the metadata; not emitted for its value at our join. */
  roomMetadataChanged: [metadata: string];
  /**
   * The room's lock, lobby, spotlight, recordings, booked end or kind changed; not emitted for their values at our
   * join.
   */
  roomInfoChanged: [];
  /** `room.waiters` changed; for hosts and cohosts. */
  lobbyChanged: [waiters: readonly Waiter[]];
  /**
   * Our rights have changed. Without `canPublish` our tracks are taken out of the room and their devices released
   * (localTrackUnpublished); with it again the app may publish.
   */
  rightsChanged: [permissions: ParticipantPermissions, role: RoomRole | ''];
  /** A host asks us to unmute this source; only the app can do it. */
  unmuteAsked: [source: TrackSource, byIdentity: string];
  /** `room.viewers` changed; at most once a second, and not for viewers that were there at our join. */
  viewersChanged: [viewers: ReadonlyMap<string, number>];
  /** We moved into the crowd of a show, or onto its stage; not emitted at our join. */
  crowdChanged: [isCrowd: boolean];
  /** `room.crowdHands` changed; for hosts and cohosts. */
  crowdHandsChanged: [hands: readonly CrowdHand[]];
  /**
   * A host calls us onto the stage (`on`), or off it. The SDK follows at once, or waits for `room.goOnStage()`
   * (`ConnectOptions.stage`); publishing is left to the app.
   */
  stageAsked: [on: boolean, byIdentity: string];
  /** For a viewer of the crowd: a host has lowered our hand, or calls us onto the stage. */
  handLowered: [];
  /** `room.breakOuts` changed; not emitted for its value at our join. */
  breakOutsChanged: [breakOuts: readonly BreakOut[]];
  /** Our part in a break-out room ended: we publish and receive in the main room as before. */
  breakOutEnded: [reason: BreakOutEnd, breakOut: BreakOut];
  /** `room.posts` changed, also by our own posts; not emitted for posts that were there at our join. */
  postsChanged: [added: readonly Post[], removedIds: readonly string[], omitted: number];
  /** Questions and polls of `room.board` changed; at most once a second. */
  boardChanged: [board: Board];
  /** `room.board.reactions` changed; at most twice a second. */
  reactionsChanged: [totals: Readonly<Record<string, number>>];
  participantAttributesChanged: [changed: Readonly<Record<string, string>>, participant: Participant];
  participantConnected: [participant: RemoteParticipant];
  participantDisconnected: [participant: RemoteParticipant];
  participantMetadataChanged: [previous: string, participant: Participant];
  participantNameChanged: [name: string, participant: Participant];
  participantRoleChanged: [role: RoomRole | '', participant: Participant];
  participantHandChanged: [isRaised: boolean, participant: Participant];
  participantPermissionsChanged: [permissions: ParticipantPermissions, participant: Participant];
  trackPublished: [publication: RemoteTrackPublication, participant: RemoteParticipant];
  trackUnpublished: [publication: RemoteTrackPublication, participant: RemoteParticipant];
  trackSubscribed: [track: RemoteTrack, publication: RemoteTrackPublication, participant: RemoteParticipant];
  trackUnsubscribed: [track: RemoteTrack, publication: RemoteTrackPublication, participant: RemoteParticipant];
  trackSubscriptionFailed: [trackId: string, error: MeridianClientError, participant: RemoteParticipant | undefined];
  trackMuted: [publication: TrackPublication, participant: Participant];
  trackUnmuted: [publication: TrackPublication, participant: Participant];
  /** The track comes from another media node now; the RemoteTrack is the same object. */
  trackMoved: [track: RemoteTrack, publication: RemoteTrackPublication, participant: RemoteParticipant];
  trackLayersChanged: [publication: RemoteTrackPublication, participant: RemoteParticipant];
  localTrackPublished: [publication: LocalTrackPublication, participant: LocalParticipant];
  localTrackUnpublished: [publication: LocalTrackPublication, participant: LocalParticipant];
  /** Publishing was refused, or ended later because our tenant sends more than it may (`QUOTA_EXCEEDED`). */
  localTrackPublicationFailed: [track: LocalTrack, error: MeridianClientError, participant: LocalParticipant];
  activeSpeakersChanged: [speakers: readonly Participant[]];
  connectionQualityChanged: [quality: ConnectionQuality, participant: Participant];
  dataReceived: [payload: Uint8Array, participant: RemoteParticipant | undefined, topic: string, reliable: boolean];
  /** A chat message, also our own. */
  chatMessage: [message: ChatMessage, participant: Participant | undefined];
  mediaDevicesError: [error: MeridianClientError, kind: MediaDeviceKind];
  mediaDevicesChanged: [];
  activeDeviceChanged: [kind: MediaDeviceKind, deviceId: string];
  /** The browser may play no audio until the user touches the page: then call room.startAudio() in a click handler. */
  audioPlaybackStatusChanged: [canPlayback: boolean];
  placementChanged: [placement: Placement];
  /** The service has moved our media to another media node, without interruption. */
  moved: [placement: Placement];
}
