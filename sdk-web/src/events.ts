// The events of a room, with the arguments their listeners get. Names and meanings as users of LiveKit know them.
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

/**
 * Event name to listener arguments. Own and remote participants share an event where the participant argument tells
 * which.
 */
export interface RoomEventMap {
  connected: [];
  /** The session is being made anew, media included. */
  reconnecting: [];
  /** The signaling socket is being opened again; media goes on. */
  signalReconnecting: [];
  reconnected: [];
  /**
   * Nothing has arrived for about a second although a camera or microphone of another participant is on, or the browser
   * lost the path. Ends with mediaResumed, or with reconnecting or disconnected when the media is given up.
   */
  mediaInterrupted: [];
  mediaResumed: [];
  disconnected: [reason: DisconnectReason, error: MeridianClientError | undefined];
  connectionStateChanged: [state: ConnectionState];
  /**
   * connect() has not resolved yet: we are in front of the room until a host lets us in. Emitted again when something
   * of it changes. disconnect() ends it.
   */
  waiting: [waiting: Waiting];
  /** An administrator has changed it; not emitted for what it was when we came. */
  roomMetadataChanged: [metadata: string];
  /** Of lock, lobby, spotlight, recordings, the booked end or the kind; not emitted for what they were when we came. */
  roomInfoChanged: [];
  /** Of `room.waiters`; to hosts and cohosts. */
  lobbyChanged: [waiters: readonly Waiter[]];
  /**
   * What we may do has changed. Without `canPublish` our tracks are taken out of the room and their devices released
   * (localTrackUnpublished); with it again the app may publish.
   */
  rightsChanged: [permissions: ParticipantPermissions, role: RoomRole | ''];
  /** A host would like us to unmute this; nothing happens unless the app does it. */
  unmuteAsked: [source: TrackSource, byIdentity: string];
  /** Of `room.viewers`, once a second at most; not emitted for viewers that were there when we came. */
  viewersChanged: [viewers: ReadonlyMap<string, number>];
  /** We are of the crowd of a show now, or of its stage; not emitted for what we were when we came. */
  crowdChanged: [isCrowd: boolean];
  /** Of `room.crowdHands`; to hosts and cohosts. */
  crowdHandsChanged: [hands: readonly CrowdHand[]];
  /**
   * A host calls us onto the stage (`on`), or off it. The SDK goes at once, or waits for `room.goOnStage()`
   * (`ConnectOptions.stage`); nothing is published unless the app does.
   */
  stageAsked: [on: boolean, byIdentity: string];
  /** Of the crowd: a host has lowered our hand, or calls us onto the stage. */
  handLowered: [];
  /** Of `room.breakOuts`; not emitted for what they were when we came. */
  breakOutsChanged: [breakOuts: readonly BreakOut[]];
  /** We are back in the main room, and publish and receive there as before. */
  breakOutEnded: [reason: BreakOutEnd, breakOut: BreakOut];
  /** Of `room.posts`, own ones too; not emitted for those that were there when we came. */
  postsChanged: [added: readonly Post[], removedIds: readonly string[], omitted: number];
  /** Of questions and polls of `room.board`, once a second at most. */
  boardChanged: [board: Board];
  /** Of `room.board.reactions`, twice a second at most. */
  reactionsChanged: [totals: Readonly<Record<string, number>>];
  participantAttributesChanged: [changed: Readonly<Record<string, string>>, participant: Participant];
  participantConnected: [participant: RemoteParticipant];
  participantDisconnected: [participant: RemoteParticipant];
  participantMetadataChanged: [previous: string, participant: Participant];
  participantNameChanged: [name: string, participant: Participant];
  participantRoleChanged: [role: RoomRole | '', participant: Participant];
  /** A hand is raised, or lowered. */
  participantHandChanged: [isRaised: boolean, participant: Participant];
  participantPermissionsChanged: [permissions: ParticipantPermissions, participant: Participant];
  trackPublished: [publication: RemoteTrackPublication, participant: RemoteParticipant];
  trackUnpublished: [publication: RemoteTrackPublication, participant: RemoteParticipant];
  trackSubscribed: [track: RemoteTrack, publication: RemoteTrackPublication, participant: RemoteParticipant];
  trackUnsubscribed: [track: RemoteTrack, publication: RemoteTrackPublication, participant: RemoteParticipant];
  trackSubscriptionFailed: [trackId: string, error: MeridianClientError, participant: RemoteParticipant | undefined];
  trackMuted: [publication: TrackPublication, participant: Participant];
  trackUnmuted: [publication: TrackPublication, participant: Participant];
  /** Another media node carries the track now; the RemoteTrack is the same object. */
  trackMoved: [track: RemoteTrack, publication: RemoteTrackPublication, participant: RemoteParticipant];
  trackLayersChanged: [publication: RemoteTrackPublication, participant: RemoteParticipant];
  localTrackPublished: [publication: LocalTrackPublication, participant: LocalParticipant];
  localTrackUnpublished: [publication: LocalTrackPublication, participant: LocalParticipant];
  /** It was refused, or ended later because our tenant sends more than it may (`QUOTA_EXCEEDED`). */
  localTrackPublicationFailed: [track: LocalTrack, error: MeridianClientError, participant: LocalParticipant];
  activeSpeakersChanged: [speakers: readonly Participant[]];
  connectionQualityChanged: [quality: ConnectionQuality, participant: Participant];
  dataReceived: [payload: Uint8Array, participant: RemoteParticipant | undefined, topic: string, reliable: boolean];
  /** Own messages too. */
  chatMessage: [message: ChatMessage, participant: Participant | undefined];
  mediaDevicesError: [error: MeridianClientError, kind: MediaDeviceKind];
  mediaDevicesChanged: [];
  activeDeviceChanged: [kind: MediaDeviceKind, deviceId: string];
  /** The browser does not play sound before the user touched the page: call room.startAudio() in a click. */
  audioPlaybackStatusChanged: [canPlayback: boolean];
  placementChanged: [placement: Placement];
  /** Our media goes by another media node now, as the service wanted; nothing was interrupted. */
  moved: [placement: Placement];
}
