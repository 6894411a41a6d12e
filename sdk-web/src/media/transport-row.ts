import type { wire } from '@meridian/protocol';
import type { types } from 'mediasoup-client';

export interface TransportRow {
  readonly id: string;
  readonly iceParameters: types.IceParameters;
  readonly iceCandidates: types.IceCandidate[];
  readonly dtlsParameters: types.DtlsParameters;
}

export const anyFingerprint = Array.from({ length: 32 }, () => '00').join(':');

export function iceParametersOf(ice: wire.IceParameters.$Properties | null | undefined): types.IceParameters {
  return {
    usernameFragment: ice?.usernameFragment ?? '',
    password: ice?.password ?? '',
    iceLite: ice?.iceLite ?? true,
  };
}

/** Returns undefined without servers, so that the browser keeps its current ones. */
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
 * Restarts ICE, and sets the TURN servers in the same turn: new servers alone would make the browser restart its half
 * of ICE at the next offer.
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

/** mediasoup-client cannot set servers again in Firefox, which continues with its first ones. */
function unlessFirefox(error: unknown): void {
  if (!(error instanceof Error && error.name === 'UnsupportedError')) throw error;
}

/** Converts a transport. A viewer of a crowd may have none: then the result makes an idle one, with any fingerprint. */
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
