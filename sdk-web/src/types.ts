// The public vocabulary: types and constant names only, no behaviour.
import type { TokenSource } from '@meridian/client';
import type { MediaKind, Quality, RoomKind, TrackSource as WireTrackSource } from '@meridian/protocol';
import type { TrackProcessor } from './tracks/processor.ts';

export type {
  Board,
  CrowdHand,
  CrowdPeople,
  CrowdPerson,
  DisconnectReason,
  JoinTimings,
  Placement,
  PlacementExplanation,
  PlacementOption,
  PlacementPart,
  Poll,
  PollOption,
  Post,
  TokenSource,
  Waiter,
  Waiting,
} from '@meridian/client';
export type { RoomKind, RoomRole } from '@meridian/protocol';
export type { CaptureOverride, TrackProcessor } from './tracks/processor.ts';

export type TrackKind = MediaKind;
export const TrackKind = { Audio: 'audio', Video: 'video' } as const satisfies Record<string, MediaKind>;

export type TrackSource = WireTrackSource;
export const TrackSource = {
  Camera: 'camera',
  Microphone: 'microphone',
  ScreenShare: 'screen_share',
  ScreenShareAudio: 'screen_share_audio',
  Unknown: 'unknown',
} as const satisfies Record<string, WireTrackSource>;

export type ConnectionQuality = Quality;
export const ConnectionQuality = {
  Unknown: 'unknown',
  Lost: 'lost',
  Poor: 'poor',
  Good: 'good',
  Excellent: 'excellent',
} as const satisfies Record<string, Quality>;

export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'signalReconnecting' | 'reconnecting';
export const ConnectionState = {
  Disconnected: 'disconnected',
  Connecting: 'connecting',
  Connected: 'connected',
  /** Only the signaling connection is gone: media goes on. */
  SignalReconnecting: 'signalReconnecting',
  /** The session is made anew, media too. */
  Reconnecting: 'reconnecting',
} as const satisfies Record<string, ConnectionState>;

export type VideoCodec = 'vp8' | 'vp9' | 'h264' | 'av1';
export type VideoQuality = 'low' | 'medium' | 'high';
export const VideoQuality = { Low: 'low', Medium: 'medium', High: 'high' } as const satisfies Record<
  string,
  VideoQuality
>;

export interface VideoResolution {
  readonly width: number;
  readonly height: number;
  readonly frameRate?: number;
}
export interface VideoCaptureOptions {
  readonly deviceId?: string;
  readonly facingMode?: 'user' | 'environment';
  /** What to ask the camera for; default 1280×720 at 30 frames per second. */
  readonly resolution?: VideoResolution;
  readonly processor?: ProcessorMaker;
}
export interface AudioCaptureOptions {
  readonly deviceId?: string;
  readonly echoCancellation?: boolean;
  readonly noiseSuppression?: boolean;
  readonly autoGainControl?: boolean;
  readonly processor?: ProcessorMaker;
}
/**
 * Makes the processor of a device's track, from its first frame on; undefined: none. When it fails the track goes
 * without.
 */
export type ProcessorMaker = () => TrackProcessor | undefined | Promise<TrackProcessor | undefined>;
export interface ScreenShareCaptureOptions {
  /** Ask for the sound of the tab or system too; default false. */
  readonly audio?: boolean;
  readonly resolution?: VideoResolution;
  /** detail (default): sharp text, fewer frames; motion: films. */
  readonly contentHint?: 'detail' | 'text' | 'motion';
}
export interface TrackPublishOptions {
  readonly source?: TrackSource;
  readonly name?: string;
  readonly codec?: VideoCodec;
  /** false: one layer only. Default: layers by codec and size. */
  readonly simulcast?: boolean;
  readonly maxBitrateBps?: number;
  readonly maxFrameRate?: number;
  /** Audio: send nothing while silent; default true for the microphone. */
  readonly dtx?: boolean;
}

export interface RoomOptions {
  /** Ask for as many pixels as the attached elements show, and for none when hidden; default true. */
  readonly adaptiveStream?: boolean;
  /** Stop sending layers that are not watched; default true. */
  readonly dynacast?: boolean;
  readonly videoCaptureDefaults?: VideoCaptureOptions;
  readonly audioCaptureDefaults?: AudioCaptureOptions;
  readonly publishDefaults?: TrackPublishOptions;
  /** Stop camera and microphone at disconnect(); default true. */
  readonly stopLocalTracksOnDisconnect?: boolean;
}
export interface PrepareOptions {
  /** Open a socket too, for a few seconds; default false. */
  readonly openSocket?: boolean;
  /** As for connect(). */
  readonly fromCity?: string;
  /**
   * Of the room, as for connect(): the service's instances near by are timed before the user joins, so that the choice
   * of a media node rests on what was measured and not on where an address seems to be. Asked once; without it they are
   * timed beside the join.
   */
  readonly token?: TokenSource;
}
export interface ConnectOptions {
  /** Subscribe every track as it appears; default true. */
  readonly autoSubscribe?: boolean;
  /**
   * Of a show: watch without being a participant; default false. Nothing is published until a host calls us onto the
   * stage. Without this a token that may not publish watches too. In a room that is no show we join to receive alone.
   */
  readonly crowd?: boolean;
  /** With `crowd`: false: without media by WebRTC; the page plays the show by a gateway (HLS, FLV). Default true. */
  readonly receive?: boolean;
  /**
   * Of the crowd, when a host calls us onto the stage (`StageAsked`): `go` goes there at once, which is the default;
   * `ask` waits for `room.goOnStage()`.
   */
  readonly stage?: 'go' | 'ask';
  /** Publish these from the start: the devices are opened while the connection is made. */
  readonly audio?: boolean | AudioCaptureOptions;
  readonly video?: boolean | VideoCaptureOptions;
  /** Development only: stands in for the place of the client's address. */
  readonly fromCity?: string;
  readonly signal?: AbortSignal;
}

export interface ParticipantPermissions {
  readonly canPublish: boolean;
  readonly canSubscribe: boolean;
  readonly canPublishData: boolean;
  readonly admin: boolean;
  readonly hidden: boolean;
}

/** What a host sets for the whole room; what is not named stays. */
export interface RoomSettings {
  /** Only hosts and cohosts can come in. */
  readonly locked?: boolean;
  /** Participants that come wait until a host lets them in; participants that are in stay. */
  readonly lobby?: boolean;
  /** Participants that are let in; 0: as many as the service takes. */
  readonly capacity?: number;
  /** Identities that everybody sees large, the first largest; at most nine. */
  readonly spotlight?: readonly string[];
  /** The booked end, milliseconds since 1970; 0: none. */
  readonly endsAtMs?: number;
  /** The room is ended then; else it is only shown. */
  readonly hardEnd?: boolean;
  /** `show`: those without a part on its stage watch, and are no participants; '': a meeting. */
  readonly kind?: RoomKind;
  /** Between two posts of one identity, hosts and cohosts excepted. */
  readonly slowModeMs?: number;
  /** Only hosts and cohosts post. */
  readonly postsMuted?: boolean;
  /** A post with one of them is refused. */
  readonly postWords?: readonly string[];
}
/** What is posted. */
export interface PostOptions {
  /** Default: chat. */
  readonly kind?: 'chat' | 'danmaku' | 'question';
  readonly text: string;
  /** Of danmaku: `#rrggbb`, and ` top` or ` bottom` where it stands still. */
  readonly style?: string;
  /** Of the picture that its author sees, milliseconds since 1970: others see it with that picture. */
  readonly pictureWallMs?: number;
}
/** A poll that begins. */
export interface PollOptions {
  readonly text: string;
  /** 2 to 12. */
  readonly options: readonly string[];
  /** More than one may be chosen. */
  readonly many?: boolean;
  /** When it closes by itself, milliseconds since 1970. */
  readonly endsAtMs?: number;
}
/** `''`: tracks as they are published; `composed`: one picture and sound of all; `page`: a web page. */
export type RecordingMode = '' | 'composed' | 'page';
/**
 * Of a composed recording. `grid`: all alike; `speaker`: the shared screen or the speaker large, others below;
 * `screen`: the shared screen large, beside it its sharer and the speaker.
 */
export type RecordingLayout = 'grid' | 'speaker' | 'screen';
/** A recording of the room that runs, or waits for a recorder. */
export interface RoomRecording {
  readonly recordingId: string;
  /** The participant whose tracks are recorded; '': all of the room. */
  readonly identity: string;
  readonly state: 'waiting' | 'running';
  /** When that state began, wall clock of the service, milliseconds since 1970. */
  readonly sinceMs: number;
  /** The host that began it; '': the company's system. */
  readonly byIdentity: string;
  /** While it waits: when a recorder is expected to begin, milliseconds since 1970; 0: not known. */
  readonly expectedAtMs: number;
  /** While it waits: the code of what the latest try came to; ''. It is tried again. */
  readonly failure: string;
  readonly mode: RecordingMode;
  /** Of a composed one. */
  readonly layout: RecordingLayout;
}
/** A room beside this one, for some of its participants. */
export interface BreakOut {
  /** By the service; one that opens later under the same name has another. */
  readonly breakOutId: string;
  readonly name: string;
  /** Those that belong there. Hosts and cohosts may enter all. */
  readonly identities: readonly string[];
  /** When it closes by itself, milliseconds since 1970; 0: it does not. */
  readonly endsAtMs: number;
}
/** What a host sets of one. */
export interface BreakOutOptions {
  /** 1 to 64 characters; no two have the same. */
  readonly name: string;
  /** Each belongs to one at most. */
  readonly identities: readonly string[];
  readonly endsAtMs?: number;
  /** Of one that is open: it stays that one under another name. Default: the one of this name stays. */
  readonly breakOutId?: string;
}
export type { BreakOutEnd } from './core/break-out-end.ts';
/** Rights of one identity, above its role and its token. */
export interface MemberRights {
  readonly canPublish?: boolean;
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
}
/** The participants that may receive our tracks, and which tracks. */
export interface ParticipantTrackPermission {
  readonly participantIdentity: string;
  /** All of our tracks; default false. */
  readonly allowAll?: boolean;
  /** Those of these sources, however often they are published. */
  readonly allowedSources?: readonly TrackSource[];
}
/** What a host changes of a participant. */
export interface ParticipantUpdate {
  readonly name?: string;
  readonly metadata?: string;
  /** Those that change; an empty text takes one away. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface DataPublishOptions {
  /** Default true. Lossy messages may be dropped and must fit one datagram (1,300 bytes). */
  readonly reliable?: boolean;
  readonly topic?: string;
  /** Only these; default: everyone else in the room. */
  readonly destinationIdentities?: readonly string[];
}
export interface ChatMessage {
  readonly id: string;
  readonly text: string;
  /** Wall clock of the service (of this browser for own messages), milliseconds since 1970. */
  readonly wallMs: number;
}

/** The route of one remote participant's media: names of media nodes from the publisher's to ours. */
export interface Route {
  readonly identity: string;
  readonly nodes: readonly string[];
}

/** What this browser measured in the last period. Losses are shares 0…1. */
export interface StatsSummary {
  readonly rttMs: number;
  readonly outboundLoss: number;
  readonly inboundLoss: number;
  readonly freezeCount: number;
  readonly freezeMs: number;
  readonly jitterMs: number;
  readonly availableOutboundBps: number;
  readonly outboundBps: number;
  readonly inboundBps: number;
  readonly periodMs: number;
  /** Round trip of the signaling socket. */
  readonly signalRttMs: number;
  /** udp or tcp, '' while unknown. */
  readonly mediaProtocol: string;
}
export interface ReceiverStats {
  readonly kind: TrackKind;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly bytesReceived: number;
  readonly jitterMs: number;
  readonly framesDecoded: number;
  readonly framesPerSecond: number;
  readonly frameWidth: number;
  readonly frameHeight: number;
  readonly freezeCount: number;
  readonly totalFreezesMs: number;
  readonly totalAudioEnergy: number;
  readonly mimeType: string;
}
