// Configuration of every service of a host, as values that `render.ts` writes. Listeners for clients use the public
// address, those for other hosts the private one if there is one.
import { bracketed } from '@meridian/protocol';
import { type Addresses, type AddressPair, type Host, mediaPorts, nodeIdOf, ports, TLS_PORT } from './host.ts';
import { type Folders, type Service, type ServiceKind, stateDirOf } from './services.ts';

export type Values = Readonly<Record<string, unknown>>;

export interface Secrets {
  readonly clusterToken: string;
  readonly clusterSecret: string;
  readonly sealSecret: string;
  readonly operatorSecret: string;
  readonly tenantKey: string;
  readonly tenantSecret: string;
}

export interface ConfigContext {
  readonly host: Host;
  readonly folders: Folders;
  /** Folder of the release as configuration files name it, such as `/opt/meridian/current`. */
  readonly installed: string;
  /** False in a clone, which has no `bin/pathd`: pipes go direct. */
  readonly hasPathd: boolean;
  /** Secrets of the cloud; only the first server has them. */
  readonly secrets?: Secrets | undefined;
  readonly tenant?: { readonly id: string; readonly name: string } | undefined;
  /** URL of PostgreSQL; absent: the api uses SQLite. */
  readonly databaseUrl?: string | undefined;
}

const LOOPBACK = '127.0.0.1';
/** nginx, which ends TLS on the same host and replaces `X-Forwarded-For`. */
const PROXIES = ['127.0.0.1/32'];

/** Time in which a media node, gateway or recorder moves its work away; `TimeoutStopSec` of its unit is longer. */
export const DRAIN_LIMIT_MS = 120_000;

/** Values of `host.yaml`, which all nodes of a host share. */
export function hostValues({ hostId, region, city, latitude, longitude, centres }: Host): Values {
  return Object.assign({ hostId, region, city, latitude, longitude }, centreUrls(centres));
}

/** Returns the keys of host.yaml for centres at these `HOST:PORT`. */
export function centreUrls(centres: readonly string[]): { readonly centreUrl: string; readonly enrolUrl: string } {
  const all = (scheme: string): string => centres.map((centre) => `${scheme}://${centre}`).join(',');
  return { centreUrl: all('wss'), enrolUrl: all('https') };
}

/** Throws for a service that needs the first server's secrets when there are none. */
export function valuesOf(service: Service, context: ConfigContext): Values {
  return byKind[service.kind](context, service);
}

const byKind: Readonly<Record<ServiceKind, (context: ConfigContext, service: Service) => Values>> = {
  scheduler: schedulerValues,
  signaling: signalingValues,
  sfu: sfuValues,
  'edge-probe': probeValues,
  gateway: gatewayValues,
  recorder: recorderValues,
  library: libraryValues,
  api: apiValues,
  web: webValues,
};

function schedulerValues({ host, folders, secrets }: ConfigContext, service: Service): Values {
  const { clusterToken, clusterSecret } = requireSecrets(secrets);
  return {
    id: `centre-${host.hostId}`,
    region: host.region,
    stateDir: stateDirOf(service, folders),
    linkHost: linkAddress(host.addresses),
    linkPort: ports.centreLinks,
    linkUrl: `wss://${bracketed(host.addresses.private ?? host.addresses.public)}:${ports.centreLinks}`,
    httpHost: LOOPBACK,
    httpPort: ports.centreHttp,
    clusterToken,
    clusterSecret,
  };
}

function signalingValues({ host, folders }: ConfigContext, service: Service): Values {
  return {
    id: nodeIdOf('signaling', host.hostId, 1),
    stateDir: stateDirOf(service, folders),
    httpHost: LOOPBACK,
    httpPort: ports.signalingHttp,
    publicUrl: `wss://${host.domain}`,
    controlListen: linkListen(host.addresses, ports.signalingControl),
    apiKeys: [],
    trustedProxies: PROXIES,
    allowedOrigins: [host.pageUrl],
  };
}

function sfuValues({ host, folders, installed, hasPathd }: ConfigContext, service: Service): Values {
  const { media, control, pathd, pipes, plain } = mediaPorts(service.number);
  const { addresses } = host;
  return {
    id: nodeIdOf('sfu', host.hostId, service.number),
    stateDir: stateDirOf(service, folders),
    drainLimitMs: DRAIN_LIMIT_MS,
    mediaListen: mediaListens(addresses, { port: media, isFirst: service.number === 1 }),
    pipeListen: linkRange(addresses, pipes),
    plainListen: linkRange(addresses, plain),
    controlListen: linkListen(addresses, control),
    pathdBin: hasPathd ? `${installed}/bin/pathd` : 'none',
    pathListen: linkListen(addresses, pathd),
    bandwidthBps: 1_000_000_000,
  };
}

function probeValues({ host, folders }: ConfigContext, service: Service): Values {
  return {
    id: nodeIdOf('edge-probe', host.hostId, 1),
    stateDir: stateDirOf(service, folders),
    probeListen: linkListen(host.addresses, ports.probe),
  };
}

function gatewayValues({ host, folders }: ConfigContext, service: Service): Values {
  const { addresses, domain } = host;
  return {
    id: nodeIdOf('gateway', host.hostId, 1),
    stateDir: stateDirOf(service, folders),
    drainLimitMs: DRAIN_LIMIT_MS,
    httpListen: { ip: LOOPBACK, port: ports.gatewayHttp },
    publicUrl: `https://${domain}`,
    // `::` takes IPv4 too.
    rtmpListen: addresses.second === undefined ? clientListen(addresses, ports.rtmp) : { ip: '::', port: ports.rtmp },
    rtmpUrl: `rtmp://${domain}:${ports.rtmp}`,
    udpListen: clientListen(addresses, ports.gatewayUdp),
    plainListen: linkRange(addresses, ports.gatewayPlain),
    controlListen: linkListen(addresses, ports.gatewayControl),
    apiKeys: [],
    trustedProxies: PROXIES,
    allowedOrigins: [host.pageUrl],
  };
}

function recorderValues({ host, folders }: ConfigContext, service: Service): Values {
  const { addresses } = host;
  return {
    id: nodeIdOf('recorder', host.hostId, 1),
    stateDir: stateDirOf(service, folders),
    drainLimitMs: DRAIN_LIMIT_MS,
    plainListen: linkRange(addresses, ports.recorderPlain),
    controlListen: linkListen(addresses, ports.recorderControl),
    apiKeys: [],
  };
}

function libraryValues({ host, folders }: ConfigContext, service: Service): Values {
  return {
    id: nodeIdOf('library', host.hostId, 1),
    stateDir: stateDirOf(service, folders),
    httpListen: { ip: LOOPBACK, port: ports.libraryHttp },
    publicUrl: `https://${host.domain}`,
    controlListen: linkListen(host.addresses, ports.libraryControl),
    apiKeys: [],
    trustedProxies: PROXIES,
    filesByProxy: true,
  };
}

function apiValues(context: ConfigContext, service: Service): Values {
  const { host, folders, tenant, databaseUrl } = context;
  const { sealSecret, operatorSecret, tenantKey, tenantSecret } = requireSecrets(context.secrets);
  const { id = 'main', name = 'Main' } = tenant ?? {};
  return {
    id: nodeIdOf('api', host.hostId, 1),
    stateDir: stateDirOf(service, folders),
    httpListen: { ip: LOOPBACK, port: ports.api },
    publicUrl: host.pageUrl,
    entryUrls: [host.pageUrl],
    databaseUrl: databaseUrl ?? 'sqlite:meridian.db',
    sealSecret,
    operatorKey: { key: 'operator', secret: operatorSecret },
    operatorTenant: id,
    tenants: [{ id, name, key: tenantKey, secret: tenantSecret }],
    trustedProxies: PROXIES,
  };
}

function webValues({ host, folders, installed }: ConfigContext, service: Service): Values {
  return {
    stateDir: stateDirOf(service, folders),
    httpHost: LOOPBACK,
    httpPort: ports.web,
    entryUrls: [host.pageUrl],
    connectUrls: [],
    gatewayUrls: host.kinds.includes('gateway') ? [host.pageUrl] : [],
    apiUrl: `http://${LOOPBACK}:${ports.api}`,
    trustedProxies: PROXIES,
    pageDir: `${installed}/product/web/dist`,
  };
}

function requireSecrets(secrets: Secrets | undefined): Secrets {
  if (secrets === undefined) throw new Error('the centre, the api and the page are set up by `meridian node init`');
  return secrets;
}

/** Returns the local address at which other hosts connect. */
export const linkAddress = ({ local, private: inner }: Addresses): string => inner ?? local;

interface Listen {
  readonly ip: string;
  readonly announcedAddress?: string;
  readonly port: number;
}

const clientListen = ({ local, public: shown }: AddressPair, port: number): Listen => listen(local, shown, port);

/** Returns a listener for each address family, and for the first media node the address whose port 443 is for media. */
function mediaListens(addresses: Addresses, { port, isFirst }: { port: number; isFirst: boolean }): Listen[] {
  const { second, tls } = addresses;
  return [
    clientListen(addresses, port),
    ...(second === undefined ? [] : [clientListen(second, port)]),
    ...(tls === undefined || !isFirst ? [] : [clientListen(tls, TLS_PORT)]),
  ];
}

const linkListen = (addresses: Addresses, port: number): Listen =>
  listen(linkAddress(addresses), addresses.private ?? addresses.public, port);

const listen = (ip: string, shown: string, port: number): Listen =>
  ip === shown ? { ip, port } : { ip, announcedAddress: shown, port };

function linkRange(addresses: Addresses, { min, max }: { min: number; max: number }): Values {
  const { port: portMin, ...listenAddress } = linkListen(addresses, min);
  return { ...listenAddress, portMin, portMax: max };
}
