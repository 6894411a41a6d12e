// Reads the media node's side of a transport from its answer.
import { MeridianError, type wire } from '@meridian/protocol';
import type { IceCredentials, NodeTransport } from './lines.ts';

/** Throws INTERNAL for a transport other than WebRTC. */
export function nodeTransportOf(transport: wire.TransportInfo.$Properties | undefined): NodeTransport {
  const fingerprints = transport?.dtlsParameters?.fingerprints ?? [];
  const { algorithm, value } = fingerprints.find((one) => one.algorithm === 'sha-256') ?? fingerprints[0] ?? {};
  if (algorithm == null || value == null) throw new MeridianError('INTERNAL', 'the media node has no DTLS fingerprint');
  const sctp = transport?.sctp;
  return {
    ice: credentialsOf(transport?.iceParameters),
    candidates: (transport?.iceCandidates ?? []).map(({ foundation, priority, address, protocol, port, tcpType }) => ({
      foundation: foundation ?? '',
      component: 1,
      transport: protocol ?? '',
      priority: priority ?? 0,
      ip: address ?? '',
      port: port ?? 0,
      type: 'host',
      ...(protocol === 'tcp' ? { tcptype: tcpType || 'passive' } : {}),
    })),
    fingerprint: { algorithm, value },
    beginsDtls: transport?.dtlsParameters?.role === 'client',
    ...(sctp != null && { sctp: { port: sctp.port ?? 0, maxMessageBytes: sctp.maxMessageBytes ?? 0 } }),
  };
}

/** Missing credentials become `''`, with which no connection comes about. */
export const credentialsOf = (ice: wire.IceParameters.$Properties | null | undefined): IceCredentials => ({
  usernameFragment: ice?.usernameFragment ?? '',
  password: ice?.password ?? '',
});
