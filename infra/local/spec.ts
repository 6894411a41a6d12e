// Types that describe the local cloud: processes, listeners and options.

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
  /** Program that runs instead of a bundle of ours, found on the PATH: Redis. */
  readonly program?: { readonly file: string; readonly args: readonly string[] };
  /** Further options of its Node. */
  readonly nodeArgs?: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly endpoints: readonly Endpoint[];
  /** URL that answers 200 when the child can serve; a node without it is ready when the fleet shows it alive. */
  readonly healthUrl?: string;
  /** Certificate authority of `healthUrl`, if the machine does not trust it. */
  readonly healthCaFile?: string;
  /** Whether the child is a node, which needs a certificate from the centre. */
  readonly enrols: boolean;
}
export interface Secrets {
  /** Opens the HTTP of the centre. */
  readonly clusterToken: string;
  /** Key from which nodes derive the keys that they share. */
  readonly clusterSecret: string;
  readonly devKey: { readonly key: string; readonly secret: string };
  readonly sealSecret: string;
  /** Signs REST tokens with all rights for every tenant. */
  readonly operatorKey: { readonly key: string; readonly secret: string };
  /** Key of the tenant in which probes test the cloud (`dial`). */
  readonly dialKey?: { readonly key: string; readonly secret: string };
  /** Token of the supervisor's control endpoint; new at every start. */
  readonly controlToken?: string;
  /** Keys of guests in the local network; new at every start with `lan`. */
  readonly guests?: Guests;
}
export interface Guests {
  /** Signs the guests' tokens; signaling nodes of the local network accept no others. */
  readonly key: string;
  readonly secret: string;
  /** Part of the URL that a phone scans. */
  readonly joinKey: string;
  readonly expiresAtMs: number;
}
export interface Lan {
  readonly ip: string;
  /** Further addresses of this machine, for the case that `ip` is in the wrong network. */
  readonly otherIps: readonly string[];
  /** The only room that guests may enter. */
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
  /** `none`: gateways, recorders and library nodes run ffmpeg without a sandbox. */
  readonly ffmpegSandbox?: 'none';
  readonly logLevel: string;
  /** Media nodes per region, as processes of one host. */
  readonly nodesPerRegion: number;
  readonly redisUrl?: string;
  /** Proxies in front of this cloud: signaling nodes, gateways and the api trust their `x-forwarded-for`. */
  readonly trustedProxies?: readonly string[];
  /** Adds a standby centre, and our own Redis unless `redisUrl` names one. */
  readonly standby?: boolean;
  /** Adds an instance of the centre for each region, which places there. Needs `standby`: instances follow a leader. */
  readonly regionInstances?: boolean;
  /** Extra client-facing address of every media node and signaling node, for the network lab. */
  readonly publicAddress?: string;
  /** Autoscaling by the centre: only logged (`log`), or carried out (`process`). */
  readonly autoscale?: { readonly driver: 'log' | 'process'; readonly policy: Readonly<Record<string, unknown>> };
  /** Extra address of every media node for client media alone, IPv4 or IPv6; replaces `publicAddress` there. */
  readonly mediaAddress?: string;
  /** Adds a page and signaling nodes for the local network, by https and wss; media nodes listen there too. */
  readonly lan?: Lan;
  /** Leaves a stopped or hanging process alone; otherwise it is killed and replaced. */
  readonly keepFrozen?: boolean;
  /** Adds a Redis for notices, and receivers in each region (docs/distribution.md). */
  readonly distribution?: boolean;
  /** Receivers at the site of each region, with `distribution`; absent: one. */
  readonly receiversPerRegion?: number;
  /** Each region's probe tests the cloud as a client, in a tenant of its own. */
  readonly dial?: boolean;
  /** Gives every process a metrics port, except those that the autoscaler starts. */
  readonly metrics?: boolean;
  readonly mediaConfig?: Readonly<Record<string, unknown>>;
  readonly turnConfig?: Readonly<Record<string, unknown>>;
  readonly apiConfig?: Readonly<Record<string, unknown>>;
  /** Further keys of single processes' configurations, by id. */
  readonly processConfigs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Further options of single processes' Node, by id. */
  readonly processNodeArgs?: Readonly<Record<string, readonly string[]>>;
}
export interface Region {
  readonly id: string;
  readonly short: string;
  readonly net: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** Regions of the local cloud; the services of each are on its own loopback net. */
export const regions: readonly Region[] = [
  { id: 'frankfurt', short: 'fra', net: '127.0.1', latitude: 50.11, longitude: 8.68 },
  { id: 'singapore', short: 'sgp', net: '127.0.2', latitude: 1.35, longitude: 103.82 },
];
