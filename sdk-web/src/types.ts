// Public types and constants, no behaviour.
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
  /** Only the signaling connection is gone: media continues. */
  SignalReconnecting: 'signalReconnecting',
  /** The session is being made again, media included. */
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
  /** Requested camera resolution; default 1280×720 at 30 frames per second. */
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
 * Makes the processor of a device's track, from its first frame on; undefined: none. On failure the track goes without.
 */
export type ProcessorMaker = () => TrackProcessor | undefined | Promise<TrackProcessor | undefined>;
export interface ScreenShareCaptureOptions {
  /** Request the audio of the tab or system too; default false. */
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
  /** Request only the pixels that the attached elements show, none when hidden; default true. */
  readonly adaptiveStream?: boolean;
  /** Stop sending unwatched layers; default true. */
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
  /** Same meaning as for connect(). */
  readonly fromCity?: string;
  /**
   * Token for the room, as for connect(). The service's nearby instances are timed before the user joins, so that the
   * choice of a media node rests on measurements instead of the apparent place of an address. Read once; without it the
   * instances are timed during the join.
   */
  readonly token?: TokenSource;
}
export interface ConnectOptions {
  /** Subscribe every track as it appears; default true. */
  readonly autoSubscribe?: boolean;
  /**
   * Watch a show without being a participant; default false. Nothing is published until a host calls us onto the stage.
   * A token without the right to publish watches in any case. In a room that is no show we join to receive only.
   */
  readonly crowd?: boolean;
  /** With `crowd`: false means no WebRTC media; the page plays the show by a gateway (HLS, FLV). Default true. */
  readonly receive?: boolean;
  /**
   * Reaction to a host's call onto the stage (`StageAsked`): `go` (default) goes there at once; `ask` waits for
   * `room.goOnStage()`.
   */
  readonly stage?: 'go' | 'ask';
  /** Publish these from the start: the devices open while the connection is made. */
  readonly audio?: boolean | AudioCaptureOptions;
  readonly video?: boolean | VideoCaptureOptions;
  /** Development only: replaces the place of the client's address. */
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

/** Settings that a host sets for the whole room; fields left out stay. */
export interface RoomSettings {
  /** Only hosts and cohosts can join. */
  readonly locked?: boolean;
  /** New participants wait until a host lets them in; present participants stay. */
  readonly lobby?: boolean;
  /** Limit on participants; 0: the service's own limit. */
  readonly capacity?: number;
  /** Identities that all participants see large, the first largest; at most nine. */
  readonly spotlight?: readonly string[];
  /** Booked end, milliseconds since 1970; 0: none. */
  readonly endsAtMs?: number;
  /** Ends the room at the booked end; otherwise the end is only shown. */
  readonly hardEnd?: boolean;
  /** `show`: people without a part on the stage watch, and are no participants; '': a meeting. */
  readonly kind?: RoomKind;
  /** Pause between two posts of one identity, hosts and cohosts excepted. */
  readonly slowModeMs?: number;
  /** Only hosts and cohosts post. */
  readonly postsMuted?: boolean;
  /** A post with one of these words is refused. */
  readonly postWords?: readonly string[];
}
export interface PostOptions {
  /** Default: chat. */
  readonly kind?: 'chat' | 'danmaku' | 'question';
  readonly text: string;
  /** For danmaku: `#rrggbb`, followed by ` top` or ` bottom` for a fixed position. */
  readonly style?: string;
  /** Time of the picture that the author sees, milliseconds since 1970: others see the post with that picture. */
  readonly pictureWallMs?: number;
}
export interface PollOptions {
  readonly text: string;
  /** 2 to 12. */
  readonly options: readonly string[];
  /** Allows several options per vote. */
  readonly many?: boolean;
  /** Time at which it closes by itself, milliseconds since 1970. */
  readonly endsAtMs?: number;
}
/** `''`: tracks as they are published; `composed`: one picture and one audio mix; `page`: a web page. */
export type RecordingMode = '' | 'composed' | 'page';
/**
 * Layout of a composed recording. `grid`: all alike; `speaker`: the shared screen or the speaker large, others below;
 * `screen`: the shared screen large, beside it its sharer and the speaker.
 */
export type RecordingLayout = 'grid' | 'speaker' | 'screen';
/** A recording of the room that runs, or waits for a recorder. */
export interface RoomRecording {
  readonly recordingId: string;
  /** Participant whose tracks are recorded; '': the whole room. */
  readonly identity: string;
  readonly state: 'waiting' | 'running';
  /** Start of the state by the service's wall clock, milliseconds since 1970. */
  readonly sinceMs: number;
  /** Host that began it; '': the company's system. */
  readonly byIdentity: string;
  /** While it waits: expected start, milliseconds since 1970; 0: unknown. */
  readonly expectedAtMs: number;
  /** While it waits: error code of the latest try, or ''. It is tried again. */
  readonly failure: string;
  readonly mode: RecordingMode;
  /** For a composed recording. */
  readonly layout: RecordingLayout;
}
/** A room beside this one, for some of its participants. */
export interface BreakOut {
  /** Id from the service; a later break-out of the same name has another. */
  readonly breakOutId: string;
  readonly name: string;
  /** Members of the break-out. Hosts and cohosts may enter all. */
  readonly identities: readonly string[];
  /** Time at which it closes by itself, milliseconds since 1970; 0: never. */
  readonly endsAtMs: number;
}
export interface BreakOutOptions {
  /** 1 to 64 characters, unique. */
  readonly name: string;
  /** Each identity belongs to at most one. */
  readonly identities: readonly string[];
  readonly endsAtMs?: number;
  /** Id of an open break-out, to rename it. Default: the open one of this name stays. */
  readonly breakOutId?: string;
}
export type { BreakOutEnd } from './core/break-out-end.ts';
/** Rights of one identity, above its role and its token. */
export interface MemberRights {
  readonly canPublish?: boolean;
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
}
/** Permission of one participant to receive our tracks. */
export interface ParticipantTrackPermission {
  readonly participantIdentity: string;
  /** All of our tracks; default false. */
  readonly allowAll?: boolean;
  /** All tracks of these sources. */
  readonly allowedSources?: readonly TrackSource[];
}
export interface ParticipantUpdate {
  readonly name?: string;
  readonly metadata?: string;
  /** Changed attributes; an empty text removes one. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface DataPublishOptions {
  /** Default true. Lossy messages may be dropped and must fit one datagram (1,300 bytes). */
  readonly reliable?: boolean;
  readonly topic?: string;
  /** Default: all others in the room. */
  readonly destinationIdentities?: readonly string[];
}
export interface ChatMessage {
  readonly id: string;
  readonly text: string;
  /** Wall clock of the service (of this browser for own messages), milliseconds since 1970. */
  readonly wallMs: number;
}

/** Route of one remote participant's media: names of media nodes from the publisher's to ours. */
export interface Route {
  readonly identity: string;
  readonly nodes: readonly string[];
}

/** Measurements of this browser in the last period. Losses are shares 0…1. */
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
