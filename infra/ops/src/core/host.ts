// What is decided about a host before its files are written, and the ports that follow from it.
import { nodeKind } from '@meridian/protocol';
import type { ServiceKind } from './services.ts';

export interface Place {
  readonly region: string;
  readonly city: string;
  /** In degrees north and east. */
  readonly latitude: number;
  readonly longitude: number;
}

/** An address of a host and the one by which clients reach it: another one behind NAT. */
export interface AddressPair {
  /** Local: where it listens. */
  readonly local: string;
  readonly public: string;
}

/** The first pair is of the family (IPv4 or IPv6) by which all hosts reach each other. */
export interface Addresses extends AddressPair {
  /** Local, in a network that all hosts share; absent: other hosts come by the public one. */
  readonly private?: string | undefined;
  /** Of the other family: clients alone come by it. */
  readonly second?: AddressPair | undefined;
  /** Of media alone, at port 443, for clients that reach nothing else. */
  readonly tls?: AddressPair | undefined;
}

/** Where media that looks like HTTPS comes in. */
export const TLS_PORT = 443;

export interface Host extends Place {
  readonly hostId: string;
  readonly addresses: Addresses;
  /** Name of its certificate: `meet.example.org`. */
  readonly domain: string;
  /** How many media nodes it runs: one fills one core. */
  readonly mediaNodes: number;
  readonly kinds: readonly ServiceKind[];
  /** `HOST:PORT` of the centres' links, as this host reaches them. */
  readonly centres: readonly string[];
  /** Origin of the page: `https://meet.example.org`. */
  readonly pageUrl: string;
}

/** TCP and UDP ports of a host. Media nodes have a hundred each, from 20000: below the ports that Linux gives out. */
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
  recorderHttp: 7873,
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

/** Of the media node with this number, from 1. */
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

/** The short form of kinds in the ids of nodes, as invitations give them. */
const shortKinds: Readonly<Partial<Record<ServiceKind, string>>> = {
  signaling: 'sig',
  gateway: 'gw',
  recorder: 'rec',
  library: 'lib',
  'edge-probe': 'probe',
  api: 'api',
  sfu: 'sfu',
};

/** `sig-frankfurt-1`, `sfu-frankfurt-1-2`: as the centre names them when it redeems an invitation. */
export const nodeIdOf = (kind: ServiceKind, hostId: string, number: number): string =>
  `${shortKinds[kind] ?? kind}-${hostId}${kind === nodeKind.media ? `-${number}` : ''}`;
