// The words in which the local cloud is described: which processes run, where they listen, what was asked for.

export interface Listen {
  readonly ip: string;
  readonly port: number;
  readonly announcedAddress?: string;
}
export interface Endpoint {
  readonly purpose: 'client' | 'control' | 'pipe' | 'http' | 'probe';
  readonly protocol: 'tcp' | 'udp';
  readonly ip: string;
  readonly port: number;
  readonly portMax?: number;
  readonly what: string;
}
export interface ChildSpec {
  readonly id: string;
  readonly kind:
    | 'scheduler'
    | 'signaling'
    | 'sfu'
    | 'edge-probe'
    | 'gateway'
    | 'recorder'
    | 'library'
    | 'receiver'
    | 'api'
    | 'web'
    | 'redis';
  readonly region: string;
  /** In place of the bundle of its kind: not ours, found in the path. */
  readonly program?: { readonly file: string; readonly args: readonly string[] };
  readonly config: Readonly<Record<string, unknown>>;
  readonly endpoints: readonly Endpoint[];
  /** URL that answers 200 when the child can serve; nodes without one are ready when the fleet shows them alive. */
  readonly healthUrl?: string;
  /** The authority that has signed for `healthUrl`, when that is not one of the machine's. */
  readonly healthCaFile?: string;
  readonly enrols: boolean;
}
export interface Secrets {
  readonly clusterToken: string;
  readonly clusterSecret: string;
  readonly devKey: { readonly key: string; readonly secret: string };
  /** Seals what the api keeps. */
  readonly sealSecret: string;
  /** Signs REST tokens that may do everything for every tenant. */
  readonly operatorKey: { readonly key: string; readonly secret: string };
  /** Of the tenant of dial tests. */
  readonly dialKey?: { readonly key: string; readonly secret: string };
  /** Of the supervisor's control endpoint; made anew by every start. */
  readonly controlToken?: string;
  /** Of guests of the local network; made anew by every start with `lan`. */
  readonly guests?: Guests;
}
export interface Guests {
  /** Signs their tokens; the signaling nodes of the network take no other. */
  readonly key: string;
  readonly secret: string;
  /** What the address carries that a phone scans. */
  readonly joinKey: string;
  readonly expiresAtMs: number;
}
export interface Lan {
  /** The machine's address in its local network. */
  readonly ip: string;
  /** Its other ones, which were not chosen. */
  readonly others: readonly string[];
  /** Where guests come in, and nowhere else. */
  readonly room: string;
}
export interface TopologyOptions {
  /** Added to every port, so that two clouds fit on one machine. */
  readonly portOffset: number;
  readonly stateDir: string;
  readonly pageDir: string;
  readonly workerBin: string;
  /** The forwarder under the media nodes' pipes; absent: pipes go direct. */
  readonly pathdBin?: string;
  readonly logLevel: string;
  /** Media nodes per region: processes of one host. */
  readonly nodesPerRegion: number;
  readonly redisUrl?: string;
  /** Proxies in front of this cloud: signaling nodes, gateways and the api believe their `x-forwarded-for`. */
  readonly trustedProxies?: readonly string[];
  /** A second centre beside the first, and a Redis of our own unless `redisUrl` names one. */
  readonly standby?: boolean;
  /** An instance of the centre for each region, which places there; with `standby`, whose leader they need. */
  readonly regionInstances?: boolean;
  /** Extra client-facing address of every media node and signaling node (network lab); they then listen on it too. */
  readonly publicAddress?: string;
  /** Whether the centre starts and removes media nodes by itself: only says so (`log`), or really does (`process`). */
  readonly autoscale?: { readonly driver: 'log' | 'process'; readonly policy: Readonly<Record<string, unknown>> };
  /**
   * Extra address of every media node for the media of clients alone, IPv4 or IPv6; in place of `publicAddress` there.
   */
  readonly mediaAddress?: string;
  /** A page and signaling nodes of their own for the local network, by https and wss; media nodes listen there too. */
  readonly lan?: Lan;
  /** A process that is stopped or hangs is left so; without it, it is killed and replaced. */
  readonly keepFrozen?: boolean;
  /** A Redis that carries notices, and a receiver in each region (docs/distribution.md). */
  readonly distribution?: boolean;
  /** With `distribution`: of one site; absent: one. */
  readonly receiversPerRegion?: number;
  /** Each region's probe tests the cloud as a client, in a tenant of its own. */
  readonly dial?: boolean;
  /** Every process but those that the autoscaler starts shows its metrics. */
  readonly metrics?: boolean;
  /** Further keys of every media node's configuration. */
  readonly mediaConfig?: Readonly<Record<string, unknown>>;
  /** TURN servers that signaling nodes and gateways name to clients. */
  readonly turnConfig?: Readonly<Record<string, unknown>>;
  /** Further keys of the api's configuration. */
  readonly apiConfig?: Readonly<Record<string, unknown>>;
  /** Further keys of the configurations of single processes, by their ids. */
  readonly processConfigs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
export interface Region {
  readonly id: string;
  readonly short: string;
  readonly net: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** Both regions of the local cloud; a region's services live on its own loopback net. */
export const regions: readonly Region[] = [
  { id: 'frankfurt', short: 'fra', net: '127.0.1', latitude: 50.11, longitude: 8.68 },
  { id: 'singapore', short: 'sgp', net: '127.0.2', latitude: 1.35, longitude: 103.82 },
];
