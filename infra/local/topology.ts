// Processes and addresses of `npm start`: the whole cloud on one machine, with two regions on loopback.
import { withDistribution } from './distribution-specs.ts';
import { lanPageSpec, lanSignalingSpec } from './lan-specs.ts';
import { withMetrics } from './metrics.ts';
import {
  type ChildSpec,
  type Endpoint,
  type Lan,
  type Listen,
  type Region,
  regions,
  type Secrets,
  type TopologyOptions,
} from './spec.ts';

import { logFileOf } from './state.ts';

export { type ChildSpec, type Endpoint, regions, type Secrets, type TopologyOptions } from './spec.ts';

const pathPort = 7940;
// per media node, gateway and recorder: one per direction of a session that a gateway or recorder of another host opens
const plainPorts = 40;
/**
 * Browsers and `fetch` block this port of another protocol; it is the only such port at or above ours (Fetch standard,
 * "port blocking").
 */
const badPort = 10_080;
const pipePorts = 20; // per media node: one per neighbour, and a spare each for a pipe that is being replaced

/**
 * Returns all children in start order. Throws an error for people when a port offset makes a child unreachable for
 * browsers.
 */
export function topology(o: TopologyOptions, secrets: Secrets): ChildSpec[] {
  const children = childrenOf(o, secrets);
  for (const { id, endpoints } of children)
    for (const { protocol, ip, port } of endpoints)
      if (protocol === 'tcp' && port === badPort)
        throw new Error(
          `--port-offset ${o.portOffset}: ${id} would listen at ${ip}:${port}, where browsers refuse to connect; choose another offset`,
        );
  return children;
}

function childrenOf(o: TopologyOptions, secrets: Secrets): ChildSpec[] {
  const port = (base: number): number => base + o.portOffset;
  const centres = centresOf(o);
  const redisPort = o.standby === true && o.redisUrl === undefined ? port(7005) : undefined;
  const common = (id: string, region: Region): Record<string, unknown> => commonConfig(o, id, region);
  const redisUrl = redisPort === undefined ? o.redisUrl : `redis://127.0.0.1:${redisPort}`;
  const children: ChildSpec[] = redisPort === undefined ? [] : [redisSpec(o, redisPort)];
  for (const centre of centres)
    children.push(schedulerSpec(redisUrl === undefined ? o : { ...o, redisUrl }, secrets, centre));
  if (o.regionInstances === true && redisUrl !== undefined)
    for (const [index, region] of regions.entries())
      children.push(instanceSpec({ ...o, redisUrl }, secrets, region, instancePorts(o, index)));
  for (const [index, region] of regions.entries()) {
    children.push(signalingSpec(o, secrets, region, common(`sig-${region.short}`, region), port, index));
    for (let node = 1; node <= o.nodesPerRegion; node += 1)
      children.push(sfuSpec(o, region, common(`sfu-${region.short}-${node}`, region), node, port));
    children.push(probeSpec(region, { ...common(`probe-${region.short}`, region), ...dialConfig(o, secrets) }, port));
    const ffmpeg = o.ffmpegSandbox === undefined ? {} : { ffmpegSandbox: o.ffmpegSandbox };
    children.push(gatewaySpec(o, secrets, region, { ...common(`gw-${region.short}`, region), ...ffmpeg }));
    children.push(recorderSpec(o, region, { ...common(`rec-${region.short}`, region), ...ffmpeg }));
    children.push(librarySpec(o, region, { ...common(`lib-${region.short}`, region), ...ffmpeg }));
  }
  children.push(apiSpec(o, secrets), webSpec(o, secrets, port));
  if (o.lan !== undefined) children.push(...lanSpecs(o, o.lan, secrets, port));
  const redisOfNotices = o.distribution === true ? redisSpec(o, port(7006), 'redis-notices') : undefined;
  const all = redisOfNotices === undefined ? children : withDistribution(children, o, redisOfNotices);
  const configured = withFurtherKeys(
    all.map((child) => withLogFile(o, child)),
    o,
  );
  return o.metrics === true ? withMetrics(configured, o.portOffset) : configured;
}

/**
 * Sets the supervisor's log file of the child, so that operators can search it; the page's server and receivers have no
 * link for such requests.
 */
function withLogFile({ stateDir }: TopologyOptions, child: ChildSpec): ChildSpec {
  if (['redis', 'web', 'receiver'].includes(child.kind)) return child;
  return { ...child, config: { ...child.config, logFile: logFileOf(stateDir, child.id) } };
}

function withFurtherKeys(
  children: readonly ChildSpec[],
  { processConfigs = {}, processNodeArgs = {} }: TopologyOptions,
): ChildSpec[] {
  const ids = children.map(({ id }) => id);
  for (const [option, named] of Object.entries({ configs: processConfigs, 'node-args': processNodeArgs }))
    for (const id of Object.keys(named))
      if (!ids.includes(id)) throw new Error(`--process-${option}: ${id} is none of ${ids.join(', ')}`);
  return children.map((child) =>
    Object.assign({}, child, {
      config: Object.assign({}, child.config, processConfigs[child.id] ?? {}),
      nodeArgs: processNodeArgs[child.id] ?? [],
    }),
  );
}

function lanSpecs(o: TopologyOptions, lan: Lan, secrets: Secrets, port: (base: number) => number): ChildSpec[] {
  const signalingNodes = regions.map((region, index) => {
    const common = commonConfig(o, `sig-${region.short}-lan`, region);
    const base = signalingSpec(o, secrets, region, common, port, index);
    return lanSignalingSpec(base, { lan, secrets, stateDir: o.stateDir, port, index, controlIp: `${region.net}.3` });
  });
  return [...signalingNodes, lanPageSpec(webSpec(o, secrets, port), { lan, secrets, stateDir: o.stateDir, port })];
}

/** Addresses of the nodes that the autoscaler starts: their numbers begin where `--nodes-per-region` ends. */
export const extraNumbers = { from: 20, count: 64 } as const;

/**
 * Returns an extra media node; undefined for an unknown region. `number` is one of `extraNumbers`, unique in its
 * region.
 */
export function extraSfuSpec(o: TopologyOptions, id: string, regionId: string, number: number): ChildSpec | undefined {
  const region = regions.find((one) => one.id === regionId);
  if (region === undefined) return undefined;
  return withLogFile(
    o,
    sfuSpec(o, region, commonConfig(o, id, region), number, (base) => base + o.portOffset),
  );
}

function instancePorts(o: TopologyOptions, index: number): { link: number; http: number } {
  return { link: 7010 + 2 * index + o.portOffset, http: 7011 + 2 * index + o.portOffset };
}

function regionCentre(o: TopologyOptions, region: Region): Record<string, unknown> {
  if (o.regionInstances !== true) return {};
  return { regionCentreUrl: `wss://${region.net}.2:${instancePorts(o, regions.indexOf(region)).link}` };
}

const turnOf = ({ turnConfig }: TopologyOptions): Record<string, unknown> =>
  turnConfig === undefined ? {} : { turn: turnConfig };

function instanceSpec(
  o: TopologyOptions,
  secrets: Secrets,
  region: Region,
  ports: { link: number; http: number },
): ChildSpec {
  const ip = `${region.net}.2`;
  const id = `centre-${region.short}`;
  const centreUrl = centresOf(o)
    .map(({ link }) => `wss://127.0.0.1:${link}`)
    .join(',');
  return {
    id,
    kind: 'scheduler',
    region: region.id,
    enrols: false,
    healthUrl: `http://${ip}:${ports.http}/healthz`,
    config: {
      id,
      region: region.id,
      placesRegion: region.id,
      centreUrl,
      stateDir: `${o.stateDir}/${id}`,
      logLevel: o.logLevel,
      linkHost: ip,
      linkPort: ports.link,
      httpHost: ip,
      httpPort: ports.http,
      clusterToken: secrets.clusterToken,
      clusterSecret: secrets.clusterSecret,
      developmentCities: true,
      redisUrl: o.redisUrl,
    },
    endpoints: [
      {
        purpose: 'control',
        protocol: 'tcp',
        ip,
        port: ports.link,
        what: `links of the signaling nodes and media nodes of ${region.id}`,
      },
      { purpose: 'http', protocol: 'tcp', ip, port: ports.http, what: 'decisions of this instance (cluster token)' },
    ],
  };
}

function commonConfig(o: TopologyOptions, id: string, region: Region): Record<string, unknown> {
  const all = (scheme: string): string =>
    centresOf(o)
      .map(({ link }) => `${scheme}://127.0.0.1:${link}`)
      .join(',');
  return {
    id,
    region: region.id,
    city: region.id,
    latitude: region.latitude,
    longitude: region.longitude,
    hostId: `host-${region.short}`,
    stateDir: `${o.stateDir}/${id}`,
    logLevel: o.logLevel,
    centreUrl: all('wss'),
    enrolUrl: all('https'),
  };
}

/** Address of the supervisor's API for the centre's driver `process`. */
export const controlAddress = (o: TopologyOptions): { ip: string; port: number } => ({
  ip: '127.0.0.1',
  port: 7002 + o.portOffset,
});

function autoscaleConfig(o: TopologyOptions, secrets: Secrets): Record<string, unknown> {
  if (o.autoscale === undefined) return {};
  const { driver, policy } = o.autoscale;
  const { ip, port } = controlAddress(o);
  const control = { controlUrl: `http://${ip}:${port}`, controlToken: secrets.controlToken };
  return { autoscale: { ...policy, driver, ...(driver === 'process' ? control : {}) } };
}

function centresOf(o: TopologyOptions): { id: string; link: number; http: number }[] {
  const port = (base: number): number => base + o.portOffset;
  const first = { id: 'centre', link: port(7000), http: port(7001) };
  return o.standby === true ? [first, { id: 'centre-2', link: port(7003), http: port(7004) }] : [first];
}

const WHAT_REDIS: Readonly<Record<string, string>> = {
  redis: 'what the centres share',
  'redis-notices': 'notices and receipts of distribution',
};

/** Redis with persistence, so that a restarted cloud finds its rooms' epochs. */
function redisSpec(o: TopologyOptions, port: number, id = 'redis'): ChildSpec {
  const stateDir = `${o.stateDir}/${id}`;
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--dir', stateDir, '--save', ''];
  args.push('--appendonly', 'yes', '--loglevel', 'warning');
  return {
    id,
    kind: 'redis',
    region: 'frankfurt',
    program: { file: 'redis-server', args },
    enrols: false,
    config: { stateDir },
    endpoints: [{ purpose: 'control', protocol: 'tcp', ip: '127.0.0.1', port, what: WHAT_REDIS[id] ?? '' }],
  };
}

function schedulerSpec(
  o: TopologyOptions,
  secrets: Secrets,
  centre: { id: string; link: number; http: number },
): ChildSpec {
  return {
    id: centre.id,
    kind: 'scheduler',
    region: 'frankfurt',
    enrols: false,
    healthUrl: `http://127.0.0.1:${centre.http}/healthz`,
    config: {
      id: centre.id,
      region: 'frankfurt',
      stateDir: `${o.stateDir}/${centre.id}`,
      logLevel: o.logLevel,
      linkHost: '127.0.0.1',
      linkPort: centre.link,
      httpHost: '127.0.0.1',
      httpPort: centre.http,
      clusterToken: secrets.clusterToken,
      clusterSecret: secrets.clusterSecret,
      developmentCities: true,
      ...(o.redisUrl === undefined ? {} : { redisUrl: o.redisUrl }),
      ...autoscaleConfig(o, secrets),
      ...(o.standby === true ? { standby: true } : {}),
    },
    endpoints: [
      ...(o.autoscale?.driver === 'process' && centre.id === 'centre' ? [controlEndpoint(o)] : []),
      {
        purpose: 'control',
        protocol: 'tcp',
        ip: '127.0.0.1',
        port: centre.link,
        what: 'links of all nodes (TLS 1.3, both certificates)',
      },
      {
        purpose: 'http',
        protocol: 'tcp',
        ip: '127.0.0.1',
        port: centre.http,
        what: 'fleet, decisions, drain (cluster token)',
      },
    ],
  };
}

function controlEndpoint(o: TopologyOptions): Endpoint {
  const what = 'the supervisor itself: starting and ending nodes for the centre (token, loopback only)';
  return { purpose: 'http', protocol: 'tcp', ...controlAddress(o), what };
}

function signalingSpec(
  o: TopologyOptions,
  secrets: Secrets,
  region: Region,
  common: Record<string, unknown>,
  port: (base: number) => number,
  index: number,
): ChildSpec {
  const ip = `${region.net}.1`;
  // A public address is shared by both regions, so each needs its own port there.
  const httpPort = port(o.publicAddress === undefined ? 7880 : 7880 + index * 2);
  const host = o.publicAddress ?? ip;
  return {
    id: String(common['id']),
    kind: 'signaling',
    region: region.id,
    enrols: true,
    healthUrl: `http://${host}:${httpPort}/healthz`,
    config: {
      ...common,
      httpHost: host,
      httpPort,
      publicUrl: `ws://${host}:${httpPort}`,
      controlListen: { ip, port: port(7881) },
      apiKeys: [{ ...secrets.devKey, tenant: 'dev' }],
      trustedProxies: o.trustedProxies ?? [],
      development: true,
      allowedOrigins: ['*'],
      ...turnOf(o),
      ...regionCentre(o, region),
    },
    endpoints: [
      { purpose: 'client', protocol: 'tcp', ip: host, port: httpPort, what: 'signaling of clients (http, WebSocket)' },
      { purpose: 'control', protocol: 'tcp', ip, port: port(7881), what: 'links of other signaling nodes' },
    ],
  };
}

function sfuSpec(
  o: TopologyOptions,
  region: Region,
  common: Record<string, unknown>,
  node: number,
  port: (base: number) => number,
): ChildSpec {
  const ip = `${region.net}.${4 + node}`;
  const media: Listen[] = [{ ip, port: port(7900) }];
  const extra = o.mediaAddress ?? o.publicAddress ?? o.lan?.ip;
  if (extra !== undefined)
    // room for eight nodes of each region
    media.unshift({ ip: extra, port: port(7900 + 2 * node + (region.short === 'fra' ? 0 : 16)) });
  const pipe = { ip, portMin: port(7920), portMax: port(7920 + pipePorts - 1) };
  const plain = { ip, portMin: port(7960), portMax: port(7960 + plainPorts - 1) };
  return {
    id: String(common['id']),
    kind: 'sfu',
    region: region.id,
    enrols: true,
    config: {
      ...common,
      mediaListen: media,
      pipeListen: pipe,
      plainListen: plain,
      controlListen: { ip, port: port(7901) },
      bandwidthBps: 1_000_000_000,
      ...(o.workerBin === '' ? {} : { workerBin: o.workerBin }),
      ...regionCentre(o, region),
      ...o.mediaConfig,
      ...(o.pathdBin === undefined ? {} : { pathdBin: o.pathdBin, pathListen: { ip, port: port(pathPort) } }),
    },
    endpoints: [
      ...media.flatMap((listen): Endpoint[] => [
        {
          purpose: 'client',
          protocol: 'udp',
          ip: listen.ip,
          port: listen.port,
          what: 'media of clients (ICE, DTLS, SRTP)',
        },
        {
          purpose: 'client',
          protocol: 'tcp',
          ip: listen.ip,
          port: listen.port,
          what: 'media of clients where UDP is blocked',
        },
      ]),
      {
        purpose: 'pipe',
        protocol: 'udp',
        ip,
        port: pipe.portMin,
        portMax: pipe.portMax,
        what: 'media between nodes (SRTP), one port per neighbour',
      },
      {
        purpose: 'pipe',
        protocol: 'udp',
        ip,
        port: port(pathPort),
        what: 'media between nodes by pathd (docs/design/paths.md)',
      },
      {
        purpose: 'client',
        protocol: 'udp',
        ip,
        port: plain.portMin,
        portMax: plain.portMax,
        what: 'plain endpoints of gateways and recorders (SRTP), one port each',
      },
      { purpose: 'control', protocol: 'tcp', ip, port: port(7901), what: 'links of signaling and other media nodes' },
    ],
  };
}

/** Dial tests call the api directly; the page's server would do as well. */
function dialConfig(o: TopologyOptions, { dialKey }: Secrets): Record<string, unknown> {
  if (o.dial !== true || dialKey === undefined) return {};
  const { ip, port } = apiAddress(o);
  return { dial: { apiUrl: `http://${ip}:${port}`, ...dialKey } };
}

/** The key has every scope of a tenant's key. `checkTenant` keeps `/check` with the first tenant. */
const dialTenant = ({ dial }: TopologyOptions, { dialKey }: Secrets): Record<string, unknown>[] =>
  dial === true && dialKey !== undefined ? [{ id: 'dial', name: 'Dial tests', ...dialKey, dialTests: true }] : [];

function probeSpec(region: Region, common: Record<string, unknown>, port: (base: number) => number): ChildSpec {
  const listen = { ip: `${region.net}.9`, port: port(7950) };
  return {
    id: String(common['id']),
    kind: 'edge-probe',
    region: region.id,
    enrols: true,
    config: { ...common, probeListen: listen },
    endpoints: [
      { purpose: 'probe', protocol: 'udp', ...listen, what: 'probes of other hosts (datagrams)' },
      {
        purpose: 'control',
        protocol: 'tcp',
        ...listen,
        what: 'probes of other hosts that no datagram reaches (links)',
      },
    ],
  };
}

export function gatewayUrls(o: Pick<TopologyOptions, 'portOffset'>, region: Region): { rtmp: string; http: string } {
  const ip = `${region.net}.8`;
  return { rtmp: `rtmp://${ip}:${1935 + o.portOffset}`, http: `http://${ip}:${7890 + o.portOffset}` };
}

function gatewaySpec(o: TopologyOptions, secrets: Secrets, region: Region, common: Record<string, unknown>): ChildSpec {
  const ip = `${region.net}.8`;
  const urls = gatewayUrls(o, region);
  const rtmp = { ip, port: Number(new URL(urls.rtmp).port) };
  const http = { ip, port: Number(new URL(urls.http).port) };
  const udp = { ip, port: 7891 + o.portOffset };
  const control = { ip, port: 7892 + o.portOffset };
  // The ports differ from those of media nodes, as a region's fifth media node has the same address.
  const plain = { ip, portMin: 8000 + o.portOffset, portMax: 7999 + plainPorts + o.portOffset };
  return {
    id: String(common['id']),
    kind: 'gateway',
    region: region.id,
    enrols: true,
    healthUrl: `${urls.http}/healthz`,
    config: {
      ...common,
      httpListen: http,
      publicUrl: urls.http,
      rtmpListen: rtmp,
      rtmpUrl: urls.rtmp,
      trustedProxies: o.trustedProxies ?? [],
      development: true,
      cdnAllowed: ['127.0.0.0/8'],
      udpListen: udp,
      plainListen: plain,
      controlListen: control,
      apiKeys: [{ ...secrets.devKey, tenant: 'dev' }],
      ...turnOf(o),
      ...regionCentre(o, region),
    },
    endpoints: [
      { purpose: 'client', protocol: 'tcp', ...rtmp, what: 'encoders and players (RTMP)' },
      { purpose: 'client', protocol: 'tcp', ...http, what: 'stream keys, players, calls of native clients (HTTP)' },
      { purpose: 'client', protocol: 'udp', ...udp, what: 'media of native clients (SRTP)' },
      {
        purpose: 'client',
        protocol: 'udp',
        ip,
        port: plain.portMin,
        portMax: plain.portMax,
        what: 'media nodes of other hosts (SRTP), one port each',
      },
      { purpose: 'control', protocol: 'tcp', ...control, what: 'links of the api' },
    ],
  };
}

function entryUrls(o: TopologyOptions): string[] {
  const port = (base: number): number => base + o.portOffset;
  return regions.map((region, index) =>
    o.publicAddress === undefined
      ? `http://${region.net}.1:${port(7880)}`
      : `http://${o.publicAddress}:${port(7880 + index * 2)}`,
  );
}

/** Address from which the page's server forwards requests. Direct callers come from 127.0.0.1, which is not trusted. */
const API_PROXY = '127.0.0.2';

const apiAddress = (o: TopologyOptions): { ip: string; port: number } => ({
  ip: '127.0.0.1',
  port: 7810 + o.portOffset,
});

function recorderSpec(o: TopologyOptions, region: Region, common: Record<string, unknown>): ChildSpec {
  const ip = `${region.net}.4`;
  const control = { ip, port: 7893 + o.portOffset };
  const plain = { ip, portMin: 8040 + o.portOffset, portMax: 8039 + plainPorts + o.portOffset };
  return {
    id: String(common['id']),
    kind: 'recorder',
    region: region.id,
    enrols: true,
    config: {
      ...common,
      plainListen: plain,
      controlListen: control,
      ...regionCentre(o, region),
    },
    endpoints: [
      {
        purpose: 'client',
        protocol: 'udp',
        ip,
        port: plain.portMin,
        portMax: plain.portMax,
        what: 'media nodes of other hosts (SRTP), one port for each recording',
      },
      { purpose: 'control', protocol: 'tcp', ...control, what: 'links of the api and other recorders' },
    ],
  };
}

const libraryUrl = (o: Pick<TopologyOptions, 'portOffset'>, region: Region): string =>
  `http://${region.net}.10:${7896 + o.portOffset}`;

function librarySpec(o: TopologyOptions, region: Region, common: Record<string, unknown>): ChildSpec {
  const ip = `${region.net}.10`;
  const control = { ip, port: 7895 + o.portOffset };
  const publicUrl = libraryUrl(o, region);
  const http = { ip, port: Number(new URL(publicUrl).port) };
  return {
    id: String(common['id']),
    kind: 'library',
    region: region.id,
    enrols: true,
    healthUrl: `${publicUrl}/healthz`,
    config: {
      ...common,
      httpListen: http,
      publicUrl,
      trustedProxies: o.trustedProxies ?? [],
      controlListen: control,
    },
    endpoints: [
      { purpose: 'client', protocol: 'tcp', ...http, what: 'uploads, and files for those with a link (HTTP)' },
      { purpose: 'control', protocol: 'tcp', ...control, what: 'links of the api' },
    ],
  };
}

/**
 * The one tenant's key is that of development tokens, so that rooms made by REST and by the page are the same. `--dial`
 * adds a tenant for its tests.
 */
function apiSpec(o: TopologyOptions, secrets: Secrets): ChildSpec {
  const [region] = regions;
  if (region === undefined) throw new Error('the local cloud has no region');
  const listen = apiAddress(o);
  return {
    id: 'api',
    kind: 'api',
    region: region.id,
    enrols: true,
    healthUrl: `http://${listen.ip}:${listen.port}/healthz`,
    config: {
      ...commonConfig(o, 'api', region),
      httpListen: listen,
      publicUrl: `http://127.0.0.1:${7800 + o.portOffset}`,
      entryUrls: entryUrls(o),
      sealSecret: secrets.sealSecret,
      operatorKey: secrets.operatorKey,
      operatorTenant: 'dev',
      tenants: [{ id: 'dev', name: 'Development', ...secrets.devKey }, ...dialTenant(o, secrets)],
      ...(o.dial === true ? { checkTenant: 'dev' } : {}),
      trustedProxies: [API_PROXY, ...(o.trustedProxies ?? [])],
      egressAllow: ['127.0.0.0/8'], // webhooks of a first trial
      ...o.apiConfig,
    },
    endpoints: [{ purpose: 'http', protocol: 'tcp', ...listen, what: 'REST, to which the page passes /api on' }],
  };
}

function webSpec(o: TopologyOptions, secrets: Secrets, port: (base: number) => number): ChildSpec {
  return {
    id: 'web',
    kind: 'web',
    region: 'frankfurt',
    enrols: false,
    healthUrl: `http://127.0.0.1:${port(7800)}/healthz`,
    config: {
      stateDir: `${o.stateDir}/web`,
      logLevel: o.logLevel,
      httpHost: '127.0.0.1',
      httpPort: port(7800),
      entryUrls: entryUrls(o),
      apiUrl: `http://${apiAddress(o).ip}:${apiAddress(o).port}`,
      apiLocalAddress: API_PROXY,
      gatewayUrls: regions.map((region) => gatewayUrls(o, region).http),
      libraryUrls: regions.map((region) => libraryUrl(o, region)),
      devKey: secrets.devKey,
      pageDir: o.pageDir,
    },
    endpoints: [
      {
        purpose: 'http',
        protocol: 'tcp',
        ip: '127.0.0.1',
        port: port(7800),
        what: 'meeting page, REST (/api), development tokens (loopback only)',
      },
    ],
  };
}
