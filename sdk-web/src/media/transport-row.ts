// The service's side of a transport, as mediasoup-client wants it.
import type { wire } from '@meridian/protocol';
import type { types } from 'mediasoup-client';

export interface TransportRow {
  readonly id: string;
  readonly iceParameters: types.IceParameters;
  readonly iceCandidates: types.IceCandidate[];
  readonly dtlsParameters: types.DtlsParameters;
}

export function iceParametersOf(ice: wire.IceParameters.$Properties | null | undefined): types.IceParameters {
  return {
    usernameFragment: ice?.usernameFragment ?? '',
    password: ice?.password ?? '',
    iceLite: ice?.iceLite ?? true,
  };
}

export function transportRow(transport: wire.TransportInfo.$Properties | null | undefined): TransportRow {
  const dtls = transport?.dtlsParameters;
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
      fingerprints: (dtls?.fingerprints ?? []).map((entry) => ({
        algorithm: (entry.algorithm ?? 'sha-256') as types.FingerprintAlgorithm,
        value: entry.value ?? '',
      })),
    },
  };
}
