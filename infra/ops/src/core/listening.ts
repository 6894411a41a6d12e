// Listeners of a service, derived from its configuration.
import type { Values } from './configs.ts';
import type { ServiceKind } from './services.ts';

export type Protocol = 'tcp' | 'udp';

/**
 * Users of a listener. `cluster`: the other hosts; `proxy`: the trusted proxies; `operator`: the machines from which
 * the cloud is run; `host`: this machine alone.
 */
export type Source = 'anyone' | 'cluster' | 'proxy' | 'operator' | 'host';

export interface Listener {
  /** Key in the configuration. */
  readonly key: string;
  /** Description for people. */
  readonly what: string;
  readonly protocol: Protocol;
  readonly ip: string;
  /** Address at which others reach it, if different. */
  readonly announced?: string | undefined;
  /** 0 for any free port. */
  readonly port: number;
  readonly portMax: number;
  readonly source: Source;
}

interface ListenerKey {
  /** Key of a listen address, a list of them, a range, or a port whose address is in `hostKey`. */
  readonly key: string;
  readonly hostKey?: string;
  readonly protocols: readonly Protocol[];
  /** `web`: HTTP, possibly behind a proxy. */
  readonly from: 'anyone' | 'cluster' | 'operator' | 'web';
  readonly what: string;
}

const tcp = ['tcp'] as const;
const udp = ['udp'] as const;
const both = ['tcp', 'udp'] as const;

const metrics: ListenerKey = {
  key: 'metricsPort',
  hostKey: 'metricsHost',
  protocols: tcp,
  from: 'operator',
  what: 'metrics and health',
};
const links = (what: string): ListenerKey => ({ key: 'controlListen', protocols: tcp, from: 'cluster', what });
const range = (key: string, what: string): ListenerKey => ({ key, protocols: udp, from: 'cluster', what });
const web = (what: string): ListenerKey => ({ key: 'httpListen', protocols: tcp, from: 'web', what });
const webPort = (what: string): ListenerKey => ({
  key: 'httpPort',
  hostKey: 'httpHost',
  protocols: tcp,
  from: 'web',
  what,
});

/** All configuration keys that open a port (a test compares them with the schemas). */
const listenerKeysOf: Readonly<Record<ServiceKind, readonly ListenerKey[]>> = {
  scheduler: [
    { key: 'linkPort', hostKey: 'linkHost', protocols: tcp, from: 'cluster', what: 'links of all nodes, enrolment' },
    { key: 'httpPort', hostKey: 'httpHost', protocols: tcp, from: 'operator', what: 'fleet, decisions, drain' },
    metrics,
  ],
  signaling: [webPort('signaling of clients'), links('links of other nodes'), metrics],
  sfu: [
    { key: 'mediaListen', protocols: both, from: 'anyone', what: 'media of clients' },
    links('links of signaling nodes and media nodes'),
    range('pipeListen', 'media between nodes'),
    range('plainListen', 'media of gateways and recorders'),
    range('pathListen', 'media between nodes by way of pathd'),
    metrics,
  ],
  'edge-probe': [{ key: 'probeListen', protocols: both, from: 'cluster', what: 'probes of other hosts' }, metrics],
  gateway: [
    web('WHIP, HLS, FLV, native clients'),
    { key: 'rtmpListen', protocols: tcp, from: 'anyone', what: 'encoders and players (RTMP)' },
    { key: 'rtmpsListen', protocols: tcp, from: 'anyone', what: 'encoders and players (RTMPS)' },
    { key: 'udpListen', protocols: udp, from: 'anyone', what: 'media of native clients' },
    range('plainListen', 'media of media nodes'),
    links('links of the api'),
    metrics,
  ],
  recorder: [range('plainListen', 'media of media nodes'), links('links of the api and other recorders'), metrics],
  library: [web('uploads, files of items'), links('links of the api'), metrics],
  api: [web('REST'), metrics],
  web: [
    webPort('page'),
    { key: 'trust.httpPort', hostKey: 'httpHost', protocols: tcp, from: 'anyone', what: 'the certificate to trust' },
    metrics,
  ],
};

export const listenKeysOf = (kind: ServiceKind): string[] => listenerKeysOf[kind].map(({ key }) => key);

interface Listen {
  readonly ip: string;
  readonly announcedAddress?: string;
  readonly port?: number;
  readonly portMin?: number;
  readonly portMax?: number;
}

/** Returns all listeners of a service; a random port is 0. */
export function listenersOf(kind: ServiceKind, values: Values): Listener[] {
  return listenerKeysOf[kind].flatMap((known) =>
    listensOf(known, values).flatMap((listen) =>
      protocolsOf(known, values).map((protocol): Listener => {
        const { ip, announcedAddress: announced, port = listen.portMin ?? 0, portMax = port } = listen;
        const { key, what } = known;
        return { key, what, protocol, ip, announced, port, portMax, source: sourceOf(known, ip, values) };
      }),
    ),
  );
}

function listensOf({ key, hostKey }: ListenerKey, values: Values): readonly Listen[] {
  const value = key.split('.').reduce<unknown>((at, part) => (at as Values | undefined)?.[part], values);
  if (hostKey !== undefined) {
    // For metrics, port 0 means none; for ports that clients and nodes dial, any free one.
    if (typeof value !== 'number' || (key === metrics.key && value === 0)) return [];
    return [{ ip: String(values[hostKey] ?? LOOPBACK), port: value }];
  }
  if (key === 'pathListen' && value === undefined) return anyPathPort(values);
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Listen[]) : [value as Listen];
}

const LOOPBACK = '127.0.0.1';

/** Returns the listener of a forwarder without a configured port: any free port, at the address of the pipes. */
function anyPathPort({ pathdBin, pipeListen }: Values): Listen[] {
  if (pathdBin === 'none' || pipeListen === undefined) return [];
  const { ip, announcedAddress } = pipeListen as Listen;
  return [Object.assign({ ip, port: 0 }, announcedAddress === undefined ? {} : { announcedAddress })];
}

const protocolsOf = ({ key, protocols }: ListenerKey, values: Values): readonly Protocol[] =>
  key === 'probeListen' && values['probeUdp'] === false ? tcp : protocols;

function sourceOf({ from }: ListenerKey, ip: string, { trustedProxies, tlsCertFile }: Values): Source {
  if (isLoopback(ip)) return 'host';
  if (from !== 'web') return from;
  const isBehindProxy = Array.isArray(trustedProxies) && trustedProxies.length > 0 && tlsCertFile === undefined;
  return isBehindProxy ? 'proxy' : 'anyone';
}

const isLoopback = (ip: string): boolean => ip === 'localhost' || ip === '::1' || /^127(\.\d{1,3}){3}$/.test(ip);
