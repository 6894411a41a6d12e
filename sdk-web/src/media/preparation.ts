// Prepares a session without a socket: the Device loaded from the router constant, one certificate per transport, and
// the capabilities in wire form. The Device is made once per page, certificates once per room.

import { MeridianClientError } from '@meridian/client';
import { type RtpCapabilities, routerConstant, rtpCapabilitiesToWire, type wire } from '@meridian/protocol';
import { Device, type types } from 'mediasoup-client';
import type { Browser, Codec } from '../core/codec.ts';
import { startTrial, type Trial } from './trial.ts';

export interface Preparation {
  readonly device: types.Device;
  readonly browser: Browser;
  readonly sendable: readonly Codec[];
  readonly capabilities: wire.RtpCapabilities.$Properties;
  readonly send: TransportCertificate;
  readonly recv: TransportCertificate;
  /** Present in a preparation ahead of connect(); closed when the first transport is connected. */
  readonly trial?: Trial;
}
export interface TransportCertificate {
  readonly certificate: RTCCertificate;
  readonly fingerprint: wire.DtlsFingerprint.$Properties;
}

const certificateLifetimeMs = 24 * 3600_000;
let loadedDevice: Promise<types.Device> | undefined;

/** Rejects with BROWSER_UNSUPPORTED. */
export async function prepare(): Promise<Preparation> {
  const [device, send, recv] = await Promise.all([pageDevice(), makeCertificate(), makeCertificate()]);
  const capabilities = rtpCapabilitiesToWire(device.recvRtpCapabilities as RtpCapabilities);
  return { device, browser: browserOf(device.handlerName), sendable: sendableOf(device), capabilities, send, recv };
}

/** Prepares, and makes the browser do the one-time work for its first transports. */
export async function prepareAhead(): Promise<Preparation> {
  const preparation = await prepare();
  return { ...preparation, trial: startTrial(preparation.device) };
}

/** Returns the endpoints of a Join with these certificates. */
export function endpointsOf({ browser, send, recv }: Preparation): {
  readonly sendEndpoint: wire.Endpoint.$Properties;
  readonly recvEndpoint: wire.Endpoint.$Properties;
} {
  const dtlsServer = browser !== 'firefox'; // mediasoup-client cannot set the role there
  return {
    sendEndpoint: { webrtc: { fingerprint: send.fingerprint, dtlsServer } },
    recvEndpoint: { webrtc: { fingerprint: recv.fingerprint, dtlsServer } },
  };
}

export function isBrowserSupported(): boolean {
  return typeof RTCPeerConnection === 'function' && typeof RTCPeerConnection.generateCertificate === 'function';
}

function pageDevice(): Promise<types.Device> {
  loadedDevice ??= loadDevice().catch((error: unknown) => {
    loadedDevice = undefined;
    throw error;
  });
  return loadedDevice;
}

async function loadDevice(): Promise<types.Device> {
  if (!isBrowserSupported()) throw new MeridianClientError('BROWSER_UNSUPPORTED');
  try {
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: structuredClone(routerConstant.capabilities) as types.RtpCapabilities });
    return device;
  } catch (cause) {
    throw new MeridianClientError('BROWSER_UNSUPPORTED', undefined, { cause });
  }
}

/**
 * Returns a certificate with its fingerprint in upper case, as the media node compares it. With another case, DTLS
 * would never complete, without an error.
 */
async function makeCertificate(): Promise<TransportCertificate> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', expires: certificateLifetimeMs };
  const certificate = await RTCPeerConnection.generateCertificate(algorithm);
  const value =
    typeof certificate.getFingerprints === 'function'
      ? ownFingerprint(certificate)
      : await offeredFingerprint(certificate);
  if (value === undefined) throw new MeridianClientError('BROWSER_UNSUPPORTED', 'no SHA-256 fingerprint');
  return { certificate, fingerprint: { algorithm: 'sha-256', value: value.toUpperCase() } };
}

const ownFingerprint = (certificate: RTCCertificate): string | undefined =>
  certificate.getFingerprints().find((entry) => entry.algorithm === 'sha-256')?.value;

/** Returns the fingerprint from an offer made with the certificate, for Firefox, which lacks getFingerprints. */
async function offeredFingerprint(certificate: RTCCertificate): Promise<string | undefined> {
  const connection = new RTCPeerConnection({ certificates: [certificate] });
  try {
    connection.addTransceiver('audio', { direction: 'recvonly' });
    const offer = await connection.createOffer();
    return /^a=fingerprint:sha-256 ([0-9a-f:]+)/im.exec(offer.sdp ?? '')?.[1];
  } finally {
    connection.close();
  }
}

function browserOf(handlerName: string): Browser {
  if (handlerName.startsWith('Firefox')) return 'firefox';
  return handlerName.startsWith('Safari') ? 'safari' : 'chromium';
}

function sendableOf(device: types.Device): Codec[] {
  const names = (device.sendRtpCapabilities.codecs ?? []).map((codec) =>
    codec.mimeType.toLowerCase().replace('video/', ''),
  );
  return (['vp9', 'vp8', 'h264', 'av1'] as const).filter((name) => names.includes(name));
}
