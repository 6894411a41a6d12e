// Destination of one direction of a client's media, as given by the client. Only this file reads it from the wire.
import { MeridianError } from './errors.ts';
import { limits } from './limits.ts';
import type { wire } from './wire.ts';

/** Fingerprint of a DTLS certificate: algorithm in lower case, value in upper case, as mediasoup compares them. */
export interface Fingerprint {
  readonly algorithm: string;
  readonly value: string;
}
export interface SrtpKey {
  readonly cryptoSuite: string;
  readonly keyBase64: string;
}
/** ICE and DTLS. Without a fingerprint the transport waits for ConnectTransport. */
export interface WebRtcEndpoint {
  readonly kind: 'webrtc';
  readonly fingerprint?: Fingerprint;
  /** The client can be the server of DTLS, so that the media node begins. */
  readonly dtlsServer?: boolean;
  /** SCTP data channels: from the client those that it may open, from the node those that the node opens. */
  readonly dataChannels?: readonly DataChannel[];
}
/** Data channel, reliable without `maxRetransmits`. */
export interface DataChannel {
  readonly label: string;
  readonly ordered: boolean;
  readonly maxRetransmits?: number;
}
/** RTP and RTCP on one port, always from and to this address; without `srtp` unencrypted, on loopback only. */
export interface PlainEndpoint {
  readonly kind: 'plain';
  readonly ip: string;
  readonly port: number;
  readonly srtp?: SrtpKey;
  /** Replacement of a loopback address for a media node on another host. */
  readonly elsewhere?: SrtpAddress;
}
/** SRTP for RTP and RTCP on one port. */
export interface SrtpAddress {
  readonly ip: string;
  readonly port: number;
  readonly srtp: SrtpKey;
}
export type Endpoint = WebRtcEndpoint | PlainEndpoint;

type Maybe<T> = T | null | undefined;

/** Bytes of a fingerprint by algorithm; weaker algorithms are refused. */
const fingerprintBytes: Readonly<Record<string, number>> = { 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 };
const srtpKeyBytes: Readonly<Record<string, number>> = {
  AEAD_AES_256_GCM: 44,
  AEAD_AES_128_GCM: 28,
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
};

const invalid = (what: string): MeridianError => new MeridianError('REQUEST_INVALID', what);

function canonicalIp(ip: string): string | undefined {
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(ip)) {
    const isAddress = ip.split('.').every((part) => Number(part) <= 255 && String(Number(part)) === part);
    return isAddress ? ip : undefined;
  }
  if (!ip.includes(':') || !/^[0-9a-f:.]{2,45}$/i.test(ip) || !URL.canParse(`http://[${ip}]/`)) return undefined;
  return new URL(`http://[${ip}]/`).hostname.slice(1, -1);
}

export function isLoopback(ip: string): boolean {
  const canonical = canonicalIp(ip);
  return canonical === '::1' || (canonical?.startsWith('127.') ?? false);
}

/** Normalises a DTLS fingerprint. Throws REQUEST_INVALID; `what` names it in the message. */
export function fingerprintFromWire(fingerprint: Maybe<wire.DtlsFingerprint.$Properties>, what: string): Fingerprint {
  const algorithm = (fingerprint?.algorithm ?? '').toLowerCase();
  const value = (fingerprint?.value ?? '').toUpperCase(); // browsers write it in lower case
  const bytes = fingerprintBytes[algorithm];
  if (bytes === undefined) throw invalid(`${what} fingerprint: sha-256, sha-384 or sha-512`);
  if (value.length !== bytes * 3 - 1 || !/^[0-9A-F]{2}(:[0-9A-F]{2})*$/.test(value))
    throw invalid(`${what} fingerprint: malformed`);
  return { algorithm, value };
}

function srtpFromWire(srtp: wire.SrtpParameters.$Properties, what: string): SrtpKey {
  const cryptoSuite = srtp.cryptoSuite ?? '';
  const keyBase64 = srtp.keyBase64 ?? '';
  const bytes = Object.hasOwn(srtpKeyBytes, cryptoSuite) ? srtpKeyBytes[cryptoSuite] : undefined;
  if (bytes === undefined) throw invalid(`${what} SRTP: one of ${Object.keys(srtpKeyBytes).join(', ')}`);
  const padding = (3 - (bytes % 3)) % 3;
  const form = /^[A-Za-z0-9+/]*={0,2}$/;
  if (
    keyBase64.length !== Math.ceil(bytes / 3) * 4 ||
    !form.test(keyBase64) ||
    keyBase64.split('=').length - 1 !== padding
  )
    throw invalid(`${what} SRTP key: ${bytes} bytes in base64`);
  return { cryptoSuite, keyBase64 };
}

const RETRANSMITS_MAX = 65_535; // RFC 8832, 5.1

function dataChannelsFromWire(channels: readonly wire.DataChannel.$Properties[], what: string): DataChannel[] {
  if (channels.length > limits.dataChannelsMax)
    throw invalid(`${what} data channels: at most ${limits.dataChannelsMax}`);
  const read = channels.map(({ label, ordered, maxRetransmits }): DataChannel => {
    if (!label || label.length > limits.dataChannelLabelMax || !/^[\x21-\x7e]+$/.test(label))
      throw invalid(`${what} data channels: a label of 1 to ${limits.dataChannelLabelMax} ASCII characters`);
    if (maxRetransmits != null && maxRetransmits > RETRANSMITS_MAX)
      throw invalid(`${what} data channels: at most ${RETRANSMITS_MAX} retransmissions`);
    return { label, ordered: ordered === true, ...(maxRetransmits != null && { maxRetransmits }) };
  });
  if (new Set(read.map(({ label }) => label)).size < read.length) throw invalid(`${what} data channels: a label twice`);
  return read;
}

function plainFromWire(plain: wire.PlainEndpoint.$Properties, what: string): Omit<PlainEndpoint, 'kind'> {
  const ip = canonicalIp(plain.ip ?? '');
  const port = plain.port ?? 0;
  if (ip === undefined) throw invalid(`${what} endpoint: not an IP address`);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(`${what} endpoint: ports are 1 to 65535`);
  return { ip, port, ...(plain.srtp != null && { srtp: srtpFromWire(plain.srtp, what) }) };
}

/**
 * Reads an endpoint; undefined means that nothing is sent in that direction. Throws REQUEST_INVALID for an unknown
 * kind, a malformed fingerprint, an address that is not an IP literal, a key that does not fit its suite, unencrypted
 * RTP to an address other than loopback, and an `elsewhere` without SRTP or without loopback. `what` names the endpoint
 * in the message.
 */
export function endpointFromWire(endpoint: Maybe<wire.Endpoint.$Properties>, what: string): Endpoint | undefined {
  if (endpoint == null) return undefined;
  const { webrtc, plain, elsewhere } = endpoint;
  if (elsewhere != null && (plain == null || !isLoopback(plain.ip ?? '')))
    throw invalid(`${what} endpoint: elsewhere goes with loopback`);
  if (webrtc != null && plain == null) {
    const { fingerprint, dataChannels, dtlsServer } = webrtc;
    const channels = dataChannelsFromWire(dataChannels ?? [], what);
    return {
      kind: 'webrtc',
      ...(fingerprint != null && { fingerprint: fingerprintFromWire(fingerprint, what) }),
      ...(dtlsServer === true && { dtlsServer }),
      ...(channels.length > 0 && { dataChannels: channels }),
    };
  }
  if (plain == null || webrtc != null) throw invalid(`${what} endpoint: webrtc or plain`);
  const localEndpoint = plainFromWire(plain, what);
  if (localEndpoint.srtp === undefined && !isLoopback(localEndpoint.ip))
    throw invalid(`${what} endpoint: without SRTP on loopback only`);
  if (elsewhere == null) return { kind: 'plain', ...localEndpoint };
  const { srtp, ...address } = plainFromWire(elsewhere, what);
  if (srtp === undefined) throw invalid(`${what} endpoint: elsewhere with SRTP only`);
  return { kind: 'plain', ...localEndpoint, elsewhere: { ...address, srtp } };
}

export function endpointToWire(endpoint: Endpoint): wire.Endpoint.$Properties {
  if (endpoint.kind === 'webrtc') {
    const { kind: _, dataChannels, ...webrtc } = endpoint;
    return { webrtc: { ...webrtc, dataChannels: (dataChannels ?? []).map((channel) => ({ ...channel })) } };
  }
  const { kind: _, elsewhere, ...plain } = endpoint;
  return { plain, ...(elsewhere && { elsewhere: { ...elsewhere } }) };
}

/** Returns the endpoint for a media node on another host than the client's: `elsewhere`, if any. */
export function endpointElsewhere<E extends wire.Endpoint.$Properties>(endpoint: E): E | wire.Endpoint.$Properties {
  return endpoint.elsewhere == null ? endpoint : { plain: endpoint.elsewhere };
}
