// A client's measurements of its own session (`message SessionQuality`), checked by the service: impossible numbers are
// cut to possible ones, an invalid number makes all of them worthless.
import type { wire } from './wire.ts';

export interface SessionQuality {
  readonly measuredS: number;
  /** Round trips to the media node, whole milliseconds; 0 when unknown. */
  readonly rttP50Ms: number;
  readonly rttP95Ms: number;
  readonly packetsSent: number;
  readonly packetsSentLost: number;
  readonly packetsReceived: number;
  readonly packetsReceivedLost: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly freezeCount: number;
  readonly freezeMs: number;
  /** Largest pictures; 0 for none. */
  readonly sentWidth: number;
  readonly sentHeight: number;
  readonly receivedWidth: number;
  readonly receivedHeight: number;
  /** Number of lost sockets after which the session was resumed. */
  readonly resumes: number;
  /** Transport to the media node; '' when unknown. */
  readonly transport: 'udp' | 'tcp' | '';
  /** Browser and system, for people to read; '' when unknown. */
  readonly device: string;
}

const CLOCK_SLACK_S = 5;
/** A year: keeps all products below within JavaScript's whole numbers. */
const MEASURED_S_MAX = 366 * 86_400;
const RTT_MS_MAX = 60_000;
/** Bounds per second of a session, far above real ones. */
const PACKETS_PER_S_MAX = 1_000_000;
const BYTES_PER_S_MAX = 125_000_000;
const FREEZES_PER_S_MAX = 1000;
const FREEZE_MS_PER_S_MAX = 1_000_000;
const PIXELS_MAX = 32_768;
const RESUMES_PER_S_MAX = 10;
const DEVICE_LENGTH_MAX = 64;

/**
 * Reads the measurements. Returns undefined when a number is invalid or negative, or when nothing was measured.
 * `elapsedS`: age of the session by the service's clock.
 */
export function sessionQualityFromWire(
  message: wire.SessionQuality.$Properties,
  elapsedS: number,
): SessionQuality | undefined {
  const numbers = Object.values(message).filter((value) => typeof value === 'number');
  if (!numbers.every((count) => Number.isFinite(count) && count >= 0)) return undefined;
  const possibleS = Math.floor(Math.max(0, elapsedS)) + CLOCK_SLACK_S;
  const measuredS = Math.min(whole(message.measuredS), possibleS, MEASURED_S_MAX);
  if (measuredS === 0) return undefined;
  const cutToRate = (value: number | null | undefined, perSecond: number): number =>
    Math.min(whole(value), measuredS * perSecond);
  const rttP95Ms = Math.min(whole(message.rttP95Ms), RTT_MS_MAX);
  const packetsSent = cutToRate(message.packetsSent, PACKETS_PER_S_MAX);
  return {
    measuredS,
    rttP50Ms: Math.min(whole(message.rttP50Ms), rttP95Ms),
    rttP95Ms,
    packetsSent,
    packetsSentLost: Math.min(whole(message.packetsSentLost), packetsSent),
    packetsReceived: cutToRate(message.packetsReceived, PACKETS_PER_S_MAX),
    packetsReceivedLost: cutToRate(message.packetsReceivedLost, PACKETS_PER_S_MAX),
    bytesSent: cutToRate(message.bytesSent, BYTES_PER_S_MAX),
    bytesReceived: cutToRate(message.bytesReceived, BYTES_PER_S_MAX),
    freezeCount: cutToRate(message.freezeCount, FREEZES_PER_S_MAX),
    freezeMs: cutToRate(message.freezeMs, FREEZE_MS_PER_S_MAX),
    sentWidth: Math.min(whole(message.sentWidth), PIXELS_MAX),
    sentHeight: Math.min(whole(message.sentHeight), PIXELS_MAX),
    receivedWidth: Math.min(whole(message.receivedWidth), PIXELS_MAX),
    receivedHeight: Math.min(whole(message.receivedHeight), PIXELS_MAX),
    resumes: cutToRate(message.resumes, RESUMES_PER_S_MAX),
    transport: message.transport === 'udp' || message.transport === 'tcp' ? message.transport : '',
    device: plainText(message.device ?? '', DEVICE_LENGTH_MAX),
  };
}

/** Cleans a text for people to read: no control or direction characters, no lone surrogates, at most `lengthMax`. */
export const plainText = (text: string, lengthMax: number): string =>
  text
    .replaceAll(/\p{C}/gu, '')
    .trim()
    .slice(0, lengthMax)
    .replace(/[\ud800-\udbff]$/, '');

const whole = (value: number | null | undefined): number => Math.round(value ?? 0);
