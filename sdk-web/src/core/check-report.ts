// Types and codes of the report of Room.check(). Reports can be written as JSON.
export interface CheckReport {
  /** ISO 8601, UTC, by this computer's clock. */
  readonly startedAt: string;
  /** Duration of the check in milliseconds; so far, while `isFinished` is false. */
  readonly tookMs: number;
  readonly isFinished: boolean;
  readonly sdk: string;
  readonly userAgent: string;
  readonly camera: CheckPart<CheckCamera>;
  readonly microphone: CheckPart<CheckMicrophone>;
  /** Signaling node that a call would use. */
  readonly signaling: CheckPart<CheckSignaling>;
  /** Media by UDP, to the media node that a call would use. */
  readonly udp: CheckPart<CheckPath>;
  /** Media by TCP, to ports other than 443. */
  readonly tcp: CheckPart<CheckPath>;
  /** Media by TCP to port 443, or over a TURN server by TLS: passes where only web pages do. */
  readonly tls: CheckPart<CheckPath>;
  /** Sending capacity of this computer over the best path. */
  readonly uplink: CheckPart<CheckUplink>;
  /** Receiving capacity. */
  readonly downlink: CheckPart<CheckDownlink>;
  /** Media node that the service would choose for this client, and why. Absent until known. */
  readonly placement?: CheckPlacement;
  /** Verdict so far: `good` calls, calls with limits (see advice), or no useful call. */
  readonly verdict: CheckVerdict;
  /** Advice, the gravest first; each code once. */
  readonly advice: readonly CheckAdvice[];
}

export type CheckState = 'waiting' | 'running' | 'passed' | 'failed' | 'skipped';
/**
 * `code`: reason of a failed or skipped part: one of `checkPartCodes`, else the code of a MeridianClientError. `value`:
 * measurements; a running or failed part may have some.
 */
export interface CheckPart<T> {
  readonly state: CheckState;
  readonly code?: string;
  readonly value?: T;
}

export const checkPartCodes = {
  NOT_ASKED: 'The caller left it out.',
  NOT_OFFERED: 'The service does not offer this path.',
  NO_MEDIA_PATH: 'Nothing can be measured, because media gets through on no path.',
  NO_SIGNALING: 'Nothing can be tried, because the service cannot be reached or did not admit the check.',
  PATH_BLOCKED: 'No connection was made in time.',
  NO_ANSWER: 'The device was not allowed in time.',
  SILENT: 'The microphone is open but silent.',
  TOO_SHORT: 'Too little arrived to be measured.',
} as const satisfies Record<string, string>;
export type CheckPartCode = keyof typeof checkPartCodes;

export interface CheckCamera {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}
export interface CheckMicrophone {
  readonly label: string;
  /** Loudest moment, 0…1 of full scale. Absent when the browser gives a page no audio before a click. */
  readonly levelPeak?: number;
}
export interface CheckSignaling {
  readonly signalingId: string;
  readonly url: string;
  /** Time from the request at the entry address to the open socket, milliseconds. */
  readonly connectMs: number;
  /** Shortest of a few round trips of the socket; absent until measured. */
  readonly rttMs?: number;
}
export interface CheckTarget {
  readonly protocol: 'udp' | 'tcp' | 'tls';
  readonly address: string;
  readonly port: number;
}
export interface CheckPath {
  /** Tried targets, for a firewall's rules. */
  readonly targets: readonly CheckTarget[];
  /** Time from the start of ICE until DTLS is connected, ms. Absent, like all fields below, without a connection. */
  readonly connectMs?: number;
  /** Round trip that ICE's own checks measured. */
  readonly rttMs?: number;
  /** Remote address: a media node, or the TURN server. */
  readonly address?: string;
  readonly port?: number;
  /** True when media goes over a TURN server. */
  readonly isRelayed?: boolean;
}
export interface CheckUplink {
  /**
   * Bitrate that arrived in the last two seconds, or the browser's own estimate if higher; bit/s. About 3 Mbit/s are
   * sent at most.
   */
  readonly bitrateBps: number;
  /** Share 0…1 of lost packets. */
  readonly lossShare: number;
  readonly jitterMs: number;
  readonly rttMs: number;
}
export interface CheckDownlink {
  /** Highest rate received in a second, bit/s; never more than the uplink let through. */
  readonly bitrateBps: number;
  /** True when the line held the stream back; else the line may carry more than `bitrateBps`. */
  readonly isLimited?: boolean;
  readonly lossShare: number;
  readonly jitterMs: number;
}
export interface CheckPlacement {
  readonly nodeId: string;
  readonly region: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly signalingId: string;
  readonly signalingRegion: string;
  /** Source of this client's location. The next two fields are the location itself. */
  readonly locationSource: string;
  readonly locationLabel: string;
  readonly locationRadiusKm: number;
  /** Reasons for this media node in words, in order of weight. */
  readonly reasons: readonly string[];
}

export type CheckVerdict = 'good' | 'limited' | 'bad';

/** Advice codes, each with the verdict that it causes. */
export const checkAdviceCodes = {
  SIGNALING_BLOCKED: 'bad',
  SERVICE_BUSY: 'bad',
  CHECK_REFUSED: 'bad',
  BROWSER_UNSUPPORTED: 'bad',
  MEDIA_BLOCKED: 'bad',
  UDP_BLOCKED: 'limited',
  TCP_ONLY: 'limited',
  TLS_ONLY: 'limited',
  UPLINK_LOW: 'limited',
  UPLINK_TOO_LOW: 'bad',
  DOWNLINK_LOW: 'limited',
  DOWNLINK_TOO_LOW: 'bad',
  LOSS_HIGH: 'limited',
  LOSS_TOO_HIGH: 'bad',
  JITTER_HIGH: 'limited',
  RTT_HIGH: 'limited',
  CAMERA_DENIED: 'limited',
  CAMERA_BUSY: 'limited',
  CAMERA_MISSING: 'limited',
  CAMERA_FAILED: 'limited',
  MICROPHONE_DENIED: 'limited',
  MICROPHONE_BUSY: 'limited',
  MICROPHONE_MISSING: 'limited',
  MICROPHONE_FAILED: 'limited',
  MICROPHONE_SILENT: 'limited',
} as const satisfies Record<string, Exclude<CheckVerdict, 'good'>>;
export type CheckAdviceCode = keyof typeof checkAdviceCodes;

export interface CheckAdvice {
  readonly code: CheckAdviceCode;
  /** For UDP_BLOCKED and MEDIA_BLOCKED: targets for a firewall's rules. */
  readonly targets?: readonly CheckTarget[];
  /** Measured value and the limit that it misses, in the same unit. */
  readonly measured?: number;
  readonly limit?: number;
}
