// Which processes a run has, and how each is configured.
import { join } from 'node:path';
import type { ChildSpec, Secrets } from '../../../infra/local/spec.ts';
import { CENTRE_IP, FIRST_RECEIVER_HOST, LIBRARY_HOST, type RegionNet } from './net.ts';

export const regions = ['frankfurt', 'singapore', 'virginia', 'sydney'] as const;
/** Whose library node has all items in its store. */
export const ORIGIN = regions[0];
export const CUT = regions[3];
/** Where everything else is: no region of these. */
const CENTRE = 'centre';
const SITES = 3;
const CHANNELS = ['a', 'b', 'c', 'd'];
const ports = { link: 7000, http: 7001, redis: 7006, api: 7810, libraryControl: 7895, library: 7896, receiver: 7897 };
const METRICS_PORT = 9464;
const REDIS_SERVERS = 2;

export interface ClusterOptions {
  readonly net: RegionNet;
  readonly stateDir: string;
  readonly databaseUrl: string;
  readonly secrets: Secrets;
  readonly receiversPerRegion: number;
  readonly receiversPerProcess: number;
  /** Numbers of receivers that take big files, and what such a receiver and its region's node may keep. */
  readonly bigReceivers: readonly number[];
  readonly bigBytesMax: number;
}

export interface Receiver {
  readonly number: number;
  readonly name: string;
  readonly region: string;
  readonly site: string;
  readonly filesDir: string;
  readonly metricsUrl: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const SMALL_BYTES_MAX = 1_073_741_824;

export const apiUrl = `http://${CENTRE_IP}:${ports.api}`;
export const centreUrl = `http://${CENTRE_IP}:${ports.http}`;
const distribution = {
  channels: CHANNELS.map((name, at) => ({
    name,
    url: `redis://${CENTRE_IP}:${ports.redis + (at % REDIS_SERVERS)}`,
  })),
};

/** Redis, the centre and the api, in the order of their start. */
export function centreSpecs(o: ClusterOptions): readonly ChildSpec[] {
  const redis = Array.from({ length: REDIS_SERVERS }, (_, at) => redisSpec(o, at));
  return [...redis, schedulerSpec(o), apiSpec(o)];
}

function redisSpec({ stateDir }: ClusterOptions, at: number): ChildSpec {
  const id = `redis-${at}`;
  const dir = join(stateDir, id);
  const port = ports.redis + at;
  const args = ['--bind', CENTRE_IP, '--protected-mode', 'no', '--port', String(port), '--dir', dir, '--save', ''];
  args.push('--appendonly', 'yes', '--loglevel', 'warning');
  return {
    id,
    kind: 'redis',
    region: CENTRE,
    program: { file: 'redis-server', args },
    enrols: false,
    config: { stateDir: dir },
    endpoints: [{ purpose: 'control', protocol: 'tcp', ip: CENTRE_IP, port, what: 'notices and receipts' }],
  };
}

function schedulerSpec({ stateDir, secrets }: ClusterOptions): ChildSpec {
  return {
    id: 'centre',
    kind: 'scheduler',
    region: CENTRE,
    enrols: false,
    healthUrl: `${centreUrl}/healthz`,
    endpoints: [],
    config: {
      id: 'centre',
      region: CENTRE,
      stateDir: join(stateDir, 'centre'),
      linkHost: CENTRE_IP,
      linkPort: ports.link,
      httpHost: CENTRE_IP,
      httpPort: ports.http,
      clusterToken: secrets.clusterToken,
      clusterSecret: secrets.clusterSecret,
      developmentCities: true,
    },
  };
}

const nodeConfig = (stateDir: string, id: string, region: string) => ({
  id,
  region,
  city: ORIGIN,
  latitude: 50.11,
  longitude: 8.68,
  hostId: `host-${id}`,
  stateDir: join(stateDir, id),
  centreUrl: `wss://${CENTRE_IP}:${ports.link}`,
  enrolUrl: `https://${CENTRE_IP}:${ports.link}`,
});

function apiSpec({ stateDir, secrets, databaseUrl }: ClusterOptions): ChildSpec {
  const own = {
    httpListen: { ip: CENTRE_IP, port: ports.api },
    publicUrl: apiUrl,
    entryUrls: [apiUrl],
    databaseUrl,
    sealSecret: secrets.sealSecret,
    operatorKey: secrets.operatorKey,
    tenants: [Object.assign({ id: 'dev', name: 'Development' }, secrets.devKey)],
    distribution,
  };
  return {
    id: 'api',
    kind: 'api',
    region: CENTRE,
    enrols: true,
    healthUrl: `${apiUrl}/healthz`,
    endpoints: [],
    config: Object.assign(nodeConfig(stateDir, 'api', CENTRE), own),
  };
}

export function librarySpec(o: ClusterOptions, region: string): ChildSpec {
  const id = `lib-${region}`;
  const ip = o.net.address(region, LIBRARY_HOST);
  const publicUrl = `http://${ip}:${ports.library}`;
  const takesBig = region !== ORIGIN && o.bigReceivers.some((number) => receiverRegion(o, number) === region);
  const own = {
    httpListen: { ip, port: ports.library },
    controlListen: { ip, port: ports.libraryControl },
    publicUrl,
    distribution,
    distributionBytesMax: takesBig ? o.bigBytesMax : SMALL_BYTES_MAX,
    metricsHost: ip,
    metricsPort: METRICS_PORT,
  };
  return {
    id,
    kind: 'library',
    region,
    enrols: true,
    healthUrl: `${publicUrl}/healthz`,
    endpoints: [],
    config: Object.assign(nodeConfig(o.stateDir, id, region), own),
  };
}

const receiverRegion = (o: ClusterOptions, number: number): string =>
  regions[Math.floor(number / o.receiversPerRegion)] ?? '';

export function receiversOf(o: ClusterOptions): readonly Receiver[] {
  return Array.from({ length: regions.length * o.receiversPerRegion }, (_, number): Receiver => {
    const region = receiverRegion(o, number);
    const inRegion = number % o.receiversPerRegion;
    const ip = o.net.address(region, FIRST_RECEIVER_HOST + inRegion);
    const name = `edge-${number}`;
    const site = `${region}-${inRegion % SITES}`;
    const filesDir = join(o.stateDir, name, 'files');
    const listen = { ip, port: ports.receiver };
    const config = {
      stateDir: join(o.stateDir, name),
      apiUrl: `${apiUrl}/api`,
      site,
      filesDir,
      bytesMax: o.bigReceivers.includes(number) ? o.bigBytesMax : SMALL_BYTES_MAX,
      serveListen: listen,
      serveUrl: `http://${ip}:${ports.receiver}`,
      metricsHost: ip,
      metricsPort: METRICS_PORT,
    };
    return { number, name, region, site, filesDir, metricsUrl: `http://${ip}:${METRICS_PORT}/metrics`, config };
  });
}

/** Processes of receivers: the shipping one where each is alone, else some of one region together. */
export function receiverSpecs(
  o: ClusterOptions,
  receivers: readonly (Receiver & { readonly credential: string })[],
): readonly ChildSpec[] {
  return regions.flatMap((region) => {
    const own = receivers.filter((one) => one.region === region);
    const count = Math.ceil(own.length / o.receiversPerProcess);
    return Array.from({ length: count }, (_, at): ChildSpec => {
      const group = own.slice(at * o.receiversPerProcess, (at + 1) * o.receiversPerProcess);
      const configs = group.map(({ config, credential }) => Object.assign({ credential }, config));
      const id = group.length === 1 ? (group[0]?.name ?? '') : `edges-${region}-${at}`;
      const [only] = configs;
      const isAlone = o.receiversPerProcess === 1 && only !== undefined;
      return {
        id,
        kind: 'receiver',
        region,
        enrols: false,
        endpoints: [],
        config: isAlone ? only : { stateDir: join(o.stateDir, id), receivers: configs },
      };
    });
  });
}
