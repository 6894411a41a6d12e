// The service's side of a transport, as mediasoup-client wants it.
import type { wire } from '@meridian/protocol';
import type { types } from 'mediasoup-client';

export interface TransportRow {
  readonly id: string;
  readonly iceParameters: types.IceParameters;
  readonly iceCandidates: types.IceCandidate[];
  readonly dtlsParameters: types.DtlsParameters;
}

/** Of no peer. */
export const anyFingerprint = Array.from({ length: 32 }, () => '00').join(':');

export function iceParametersOf(ice: wire.IceParameters.$Properties | null | undefined): types.IceParameters {
  return {
    usernameFragment: ice?.usernameFragment ?? '',
    password: ice?.password ?? '',
    iceLite: ice?.iceLite ?? true,
  };
}

/** As RTCPeerConnection takes them; undefined where the service names none, so that the browser keeps what it has. */
export function iceServersOf(
  servers: readonly wire.IceServer.$Properties[] | null | undefined,
): RTCIceServer[] | undefined {
  if (servers == null || servers.length === 0) return undefined;
  return servers.map(({ urls, username, credential }) => ({
    urls: [...(urls ?? [])],
    username: username ?? '',
    credential: credential ?? '',
  }));
}

/**
 * Restarts ICE with the service's answer. TURN servers come first, in one go with it: other servers alone would have
 * the browser restart its half at the next offer. Rejects with mediasoup-client's error.
 */
export async function restartIceOf(
  transport: types.Transport,
  answer: wire.IceRestarted.$Properties | null | undefined,
): Promise<void> {
  const iceServers = iceServersOf(answer?.iceServers);
  const renewed =
    iceServers === undefined ? undefined : transport.updateIceServers({ iceServers }).catch(unlessFirefox);
  const restarted = transport.restartIce({ iceParameters: iceParametersOf(answer?.iceParameters) });
  await Promise.all([renewed, restarted]);
}

/** mediasoup-client sets no servers anew in Firefox, which goes on with its first ones. */
function unlessFirefox(error: unknown): void {
  if (!(error instanceof Error && error.name === 'UnsupportedError')) throw error;
}

/**
 * One of the crowd of a show has no transport to send, and with signaling alone none at all: mediasoup-client makes one
 * that stays idle, and wants a fingerprint for it.
 */
export function transportRow(transport: wire.TransportInfo.$Properties | null | undefined): TransportRow {
  const dtls = transport?.dtlsParameters;
  const fingerprints = dtls?.fingerprints ?? [{ algorithm: 'sha-256', value: anyFingerprint }];
  return {
    id: transport?.id ?? '',
    iceParameters: iceParametersOf(transport?.iceParameters),
    iceCandidates: (transport?.iceCandidates ?? []).map((candidate) => ({
      foundation: candidate.foundation ?? '',
      priority: candidate.priority ?? 0,
      address: candidate.address ?? '',
      ip: candidate.address ?? '',
      protocol: candidate.protocol === 'tcp' ? 'tcp' : 'udp',
      port: candidate.port ?? 0,
      type: 'host',
      ...(candidate.protocol === 'tcp' ? { tcpType: 'passive' as const } : {}),
    })),
    dtlsParameters: {
      role: dtls?.role === 'client' || dtls?.role === 'server' ? dtls.role : 'auto',
      fingerprints: fingerprints.map((entry) => ({
        algorithm: (entry.algorithm ?? 'sha-256') as types.FingerprintAlgorithm,
        value: entry.value ?? '',
      })),
    },
  };
}
