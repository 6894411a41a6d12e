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
  /** Only the signaling connection is lost; media continues. */
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
 * Makes the processor that a device's track has from its first frame on; undefined: none. If it fails, the track has
 * none.
 */
export type ProcessorMaker = () => TrackProcessor | undefined | Promise<TrackProcessor | undefined>;
export interface ScreenShareCaptureOptions {
  /** Whether to request the audio of the tab or system too; default false. */
  readonly audio?: boolean;
  readonly resolution?: VideoResolution;
  /** `detail` (default) and `text` favour sharpness over frame rate; `motion` is for films. */
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
  /** Whether to open a socket too, for a few seconds; default false. */
  readonly openSocket?: boolean;
  /** Same meaning as for connect(). */
  readonly fromCity?: string;
  /**
   * Token for the room, as for connect(); read once. With it, round trips to nearby instances are measured before the
   * user joins, so that the choice of a media node rests on them instead of the location of an IP address. Without it,
   * they are measured during the join.
   */
  readonly token?: TokenSource;
  /**
   * Whether to open a socket with the `token` for a minute and connect to the media node, so that a join at the same
   * service with a token for the same person takes a single round trip; default true. A hidden page, and a browser that
   * saves data, does not.
   */
  readonly warm?: boolean;
}
export interface ConnectOptions {
  /** Subscribe every track as it appears; default true. */
  readonly autoSubscribe?: boolean;
  /**
   * Joins the crowd of a show instead of the stage; default false. Nothing is published until a host calls us onto the
   * stage. A token without the right to publish joins the crowd in any case. In a room that is not a show, we join to
   * receive only.
   */
  readonly crowd?: boolean;
  /** With `crowd`: false for no WebRTC media, when the page plays the show from a gateway (HLS, FLV). Default true. */
  readonly receive?: boolean;
  /**
   * Reaction to a host's call onto the stage (`StageAsked`): `go` (default) follows at once; `ask` waits for
   * `room.goOnStage()`.
   */
  readonly stage?: 'go' | 'ask';
  /** Publishes microphone or camera from the start; the devices open while the connection is made. */
  readonly audio?: boolean | AudioCaptureOptions;
  readonly video?: boolean | VideoCaptureOptions;
  /** Development only: city that replaces the location of the client's address. */
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
  /** New participants wait until a host admits them; present participants stay. */
  readonly lobby?: boolean;
  /** Limit on participants; 0: the service's own limit. */
  readonly capacity?: number;
  /** Identities that all participants see large, the first largest; at most nine. */
  readonly spotlight?: readonly string[];
  /** Booked end, milliseconds since 1970; 0: none. */
  readonly endsAtMs?: number;
  /** Ends the room at the booked end; otherwise the end is only shown. */
  readonly hardEnd?: boolean;
  /** `show`: people who are not on the stage watch from the crowd, and are not participants; '': a meeting. */
  readonly kind?: RoomKind;
  /** Least time between two posts of one identity; does not apply to hosts and cohosts. */
  readonly slowModeMs?: number;
  /** Only hosts and cohosts may post. */
  readonly postsMuted?: boolean;
  /** Words whose posts are refused. */
  readonly postWords?: readonly string[];
}
export interface PostOptions {
  /** Default: chat. */
  readonly kind?: 'chat' | 'danmaku' | 'question';
  readonly text: string;
  /** For danmaku: `#rrggbb`, followed by ` top` or ` bottom` for a fixed position. */
  readonly style?: string;
  /** Time of the picture that the author sees, ms since 1970; others see the post with the same picture. */
  readonly pictureWallMs?: number;
}
export interface PollOptions {
  readonly text: string;
  /** Texts of the 2 to 12 options. */
  readonly options: readonly string[];
  /** Allows several options per vote. */
  readonly many?: boolean;
  /** Time at which the poll closes by itself, milliseconds since 1970. */
  readonly endsAtMs?: number;
}
/**
 * Kind of recording. `composed`: one video of all participants, with one picture and one audio mix; `tracks`: a file of
 * each camera, microphone and screen, as published; `page`: a web page.
 */
export type RecordingMode = 'composed' | 'tracks' | 'page';
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
  /** Identity of the host that started the recording; '': the company's system. */
  readonly byIdentity: string;
  /** While it waits: expected start, milliseconds since 1970; 0: unknown. */
  readonly expectedAtMs: number;
  /** While the recording waits: error code of the latest try, or ''. Further tries follow. */
  readonly failure: string;
  readonly mode: RecordingMode;
  /** For a composed recording. */
  readonly layout: RecordingLayout;
  /**
   * For a composed recording that runs. `live`: its video is made during the meeting; `later`: from tracks after the
   * end, since no recorder had room to compose. The video and its layouts are the same. Undefined for other recordings.
   */
  readonly composed: 'live' | 'later' | undefined;
}
/** A break-out room: a room beside the main one, for some of its participants. */
export interface BreakOut {
  /** Id from the service; a later break-out of the same name has another. */
  readonly breakOutId: string;
  readonly name: string;
  /** Members of the break-out. Hosts and cohosts may enter all. */
  readonly identities: readonly string[];
  /** Time at which the break-out closes by itself, milliseconds since 1970; 0: never. */
  readonly endsAtMs: number;
}
export interface BreakOutOptions {
  /** 1 to 64 characters, unique. */
  readonly name: string;
  /** Members; each identity belongs to at most one break-out. */
  readonly identities: readonly string[];
  readonly endsAtMs?: number;
  /** Id of an open break-out to rename. By default, an open break-out of this name stays. */
  readonly breakOutId?: string;
}
export type { BreakOutEnd } from './core/break-out-end.ts';
/** Rights of one identity, which override its role and its token. */
export interface MemberRights {
  readonly canPublish?: boolean;
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
}
/** Permission of one participant to receive our tracks. */
export interface ParticipantTrackPermission {
  readonly participantIdentity: string;
  /** Allows all of our tracks; default false. */
  readonly allowAll?: boolean;
  /** Allows all of our tracks of these sources. */
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
  /** Time by the service's wall clock (for our own messages, this browser's), milliseconds since 1970. */
  readonly wallMs: number;
}

/** Route of one remote participant's media: ids of media nodes from the publisher's to ours. */
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
  /** `udp` or `tcp`; '' while unknown. */
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
