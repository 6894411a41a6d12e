// What Room.check() reports: types and code names only, no behaviour. All of it can be written as JSON.
export interface CheckReport {
  /** ISO 8601, UTC, by this computer's clock. */
  readonly startedAt: string;
  /** How long the check has taken, milliseconds; so far, while `isFinished` is false. */
  readonly tookMs: number;
  readonly isFinished: boolean;
  /** Version of this SDK. */
  readonly sdk: string;
  readonly userAgent: string;
  readonly camera: CheckPart<CheckCamera>;
  readonly microphone: CheckPart<CheckMicrophone>;
  /** The signaling node that a call would have. */
  readonly signaling: CheckPart<CheckSignaling>;
  /** Media by UDP, to the media node that a call would have. */
  readonly udp: CheckPart<CheckPath>;
  /** Media by TCP, to ports other than 443. */
  readonly tcp: CheckPart<CheckPath>;
  /** Media by TCP to port 443, or over a TURN server by TLS: what passes where only web pages do. */
  readonly tls: CheckPart<CheckPath>;
  /** What this computer can send, by the best way that there is. */
  readonly uplink: CheckPart<CheckUplink>;
  /** What it can receive. */
  readonly downlink: CheckPart<CheckDownlink>;
  /** Where the service would put this client's media, and why. Absent until it is known. */
  readonly placement?: CheckPlacement;
  /** Of what is known so far: `good` calls, calls with limits (advice says which), or no useful call. */
  readonly verdict: CheckVerdict;
  /** What to do about it, the gravest first; each code once. */
  readonly advice: readonly CheckAdvice[];
}

export type CheckState = 'waiting' | 'running' | 'passed' | 'failed' | 'skipped';
/**
 * `code`: of a part that failed or was skipped, why: one of `checkPartCodes`, else the code of a MeridianClientError.
 * `value`: what was measured; a part that is running or has failed may have a part of it.
 */
export interface CheckPart<T> {
  readonly state: CheckState;
  readonly code?: string;
  readonly value?: T;
}

export const checkPartCodes = {
  NOT_ASKED: 'The caller left it out.',
  NOT_OFFERED: 'The service offers no such way.',
  NO_MEDIA_PATH: 'Nothing can be measured: media gets through in no way.',
  NO_SIGNALING: 'Nothing can be tried: the service cannot be reached or did not let the check in.',
  PATH_BLOCKED: 'No connection came about in time.',
  NO_ANSWER: 'The device was not allowed in time.',
  SILENT: 'The microphone is open, and nothing is heard.',
  TOO_SHORT: 'Too little came through to be measured.',
} as const satisfies Record<string, string>;
export type CheckPartCode = keyof typeof checkPartCodes;

export interface CheckCamera {
  /** As the system names the device. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}
export interface CheckMicrophone {
  readonly label: string;
  /** The loudest moment, 0…1 of full scale. Absent: the browser lets a page hear nothing before a click. */
  readonly levelPeak?: number;
}
export interface CheckSignaling {
  readonly signalingId: string;
  readonly url: string;
  /** From the question at the entry address to the open socket, milliseconds. */
  readonly connectMs: number;
  /** Of the socket: the shortest of a few; absent until there is one. */
  readonly rttMs?: number;
}
export interface CheckTarget {
  readonly protocol: 'udp' | 'tcp' | 'tls';
  readonly address: string;
  readonly port: number;
}
export interface CheckPath {
  /** What was tried: what a firewall has to let through. */
  readonly targets: readonly CheckTarget[];
  /** From the start of ICE to DTLS, milliseconds. Absent, as all below: it did not connect. */
  readonly connectMs?: number;
  /** Of ICE's own checks. */
  readonly rttMs?: number;
  /** Where it connected to: a media node, or the TURN server. */
  readonly address?: string;
  readonly port?: number;
  /** Over a TURN server. */
  readonly isRelayed?: boolean;
}
export interface CheckUplink {
  /**
   * What arrived in the last two seconds, or what the browser's own estimate allows, if that is more; bit/s. About
   * 3 Mbit/s are sent at most.
   */
  readonly bitrateBps: number;
  /** Share 0…1 of packets that did not arrive. */
  readonly lossShare: number;
  readonly jitterMs: number;
  readonly rttMs: number;
}
export interface CheckDownlink {
  /** The most that was received in a second, bit/s: no more than what the uplink let through. */
  readonly bitrateBps: number;
  /** True: the line held back what was sent. Else it may hold more than `bitrateBps`. */
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
  /** How the place of this client is known, and where it seems to be. */
  readonly locationSource: string;
  readonly locationLabel: string;
  readonly locationRadiusKm: number;
  /** Why this media node, in words, in order of weight. */
  readonly reasons: readonly string[];
}

export type CheckVerdict = 'good' | 'limited' | 'bad';

/** What is advised, and how much it takes from the verdict. */
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
  /** Of UDP_BLOCKED and MEDIA_BLOCKED: what a firewall has to let through. */
  readonly targets?: readonly CheckTarget[];
  /** What was measured, and the limit that it misses, in the unit of the measured value. */
  readonly measured?: number;
  readonly limit?: number;
}
