// Decisions about a host that precede its files, and the ports that follow from them.
import { nodeKind } from '@meridian/protocol';
import type { ServiceKind } from './services.ts';

export interface Place {
  readonly region: string;
  readonly city: string;
  /** Degrees north; `longitude` is degrees east. */
  readonly latitude: number;
  readonly longitude: number;
}

/** Address of a host with the one that clients use, which differs behind NAT. */
export interface AddressPair {
  readonly local: string;
  readonly public: string;
}

/** The first pair has the family (IPv4 or IPv6) by which all hosts reach each other. */
export interface Addresses extends AddressPair {
  /** Local address in a network of all hosts; absent: other hosts use the public one. */
  readonly private?: string | undefined;
  /** Pair of the other family, for clients alone. */
  readonly second?: AddressPair | undefined;
  /** Pair for media alone at port 443, for clients that reach nothing else. */
  readonly tls?: AddressPair | undefined;
}

/** Port of media disguised as HTTPS. */
export const TLS_PORT = 443;

export interface Host extends Place {
  readonly hostId: string;
  readonly addresses: Addresses;
  /** Name on its certificate: `meet.example.org`. */
  readonly domain: string;
  /** Number of media nodes, each of which fills one core. */
  readonly mediaNodes: number;
  readonly kinds: readonly ServiceKind[];
  /** `HOST:PORT` of the centres' links, from this host. */
  readonly centres: readonly string[];
  /** URL of the cloud's page, such as `https://meet.example.org`. */
  readonly pageUrl: string;
}

/** TCP and UDP ports of a host. Each media node has a hundred, from 20000, below the ephemeral ports of Linux. */
export const ports = {
  centreLinks: 7000,
  centreHttp: 7001,
  web: 7800,
  api: 7810,
  gatewayHttp: 7820,
  gatewayUdp: 7830,
  gatewayPlain: { min: 7840, max: 7869 },
  gatewayControl: 7871,
  recorderPlain: { min: 7700, max: 7799 },
  recorderControl: 7872,
  libraryControl: 7874,
  libraryHttp: 7875,
  signalingHttp: 7880,
  signalingControl: 7881,
  probe: 7950,
  rtmp: 1935,
} as const;

export interface MediaPorts {
  readonly media: number;
  readonly control: number;
  readonly pathd: number;
  readonly pipes: { readonly min: number; readonly max: number };
  readonly plain: { readonly min: number; readonly max: number };
}

/** Returns the ports of the media node with this number, counted from 1. */
export function mediaPorts(number: number): MediaPorts {
  const base = 20_000 + 100 * (number - 1);
  return {
    media: base,
    control: base + 1,
    pathd: base + 2,
    pipes: { min: base + 10, max: base + 49 },
    plain: { min: base + 50, max: base + 89 },
  };
}

/** Short forms of kinds in node ids, as invitations use them. */
const shortKinds: Readonly<Partial<Record<ServiceKind, string>>> = {
  signaling: 'sig',
  gateway: 'gw',
  recorder: 'rec',
  library: 'lib',
  'edge-probe': 'probe',
  api: 'api',
  sfu: 'sfu',
};

/**
 * Returns ids such as `sig-frankfurt-1` and `sfu-frankfurt-1-2`, which the centre gives when it redeems an invitation.
 */
export const nodeIdOf = (kind: ServiceKind, hostId: string, number: number): string =>
  `${shortKinds[kind] ?? kind}-${hostId}${kind === nodeKind.media ? `-${number}` : ''}`;
