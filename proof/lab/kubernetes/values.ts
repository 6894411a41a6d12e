// The chart's values for the lab: two regions, each on a machine of its own, without a pod network.
import { randomBytes } from 'node:crypto';
import { addressOf, apiUrl, nodes } from './cluster.ts';
import { pageUrl, regionUrl, SECOND_SIGNALING_PORT } from './ingress.ts';
import type { Stores } from './stores.ts';

export const namespace = 'meridian';
export const release = 'meridian';
export const image = 'localhost/meridian';
export const imageTag = 'lab';
export const regionOf = { 'node-1': 'frankfurt', 'node-2': 'singapore' } as const;
export const regions = Object.values(regionOf);
export type Region = (typeof regions)[number];

export const regionLabel = (region: Region): string => `meridian.dev/lab-${region}`;

/** Number of media nodes of a region without bookings. */
export const NODES_MIN = 2;
export const SESSIONS_PER_NODE = 20;
export const DRAIN_SECONDS = 30;

const secretOf = (): string => randomBytes(24).toString('base64url');
export const secrets = { token: secretOf(), secret: secretOf(), seal: secretOf(), operator: secretOf() };
export const apiKey = { key: 'APIlab', secret: secretOf(), tenant: 'acme' };

export function secretObjects(stores: Stores): object[] {
  const secret = (name: string, stringData: Readonly<Record<string, string>>) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData,
  });
  const { token, secret: clusterSecret, seal, operator } = secrets;
  return [
    secret('meridian-cluster', { token, secret: clusterSecret }),
    secret('meridian-api', { seal, operator, [apiKey.tenant]: apiKey.secret }),
    secret('meridian-postgres', { url: stores.databaseUrl }),
    secret('meridian-redis', { url: stores.redisUrl }),
  ];
}

/** Policy of autoscaling with short waits; other tests cover long waits in simulated time. */
const policy = {
  tickMs: 1000,
  nodesMin: NODES_MIN,
  nodesMax: 8,
  targetShare: 1,
  sessionsPerNode: SESSIONS_PER_NODE,
  horizonMinutes: 1,
  spareHost: false,
  spareRegion: false,
  startPauseMs: 10_000,
  // A recreated pod that finds no machine shall end soon.
  startLimitMs: 30_000,
  drainPauseMs: 500,
  surplusHoldMs: 2000,
  surplusShare: 0,
  emptyHoldMs: 2000,
};

/** Values without requests of resources, since the machines are small. An empty object would keep the chart's own. */
const withoutRequests = { resources: { requests: null } };
/** Slots of a machine, for one pod each. There are twice as many as needed, which leaves room for recreated pods. */
const slotNames = ['a', 'b', 'c', 'd'];
const places = {
  frankfurt: { city: 'Frankfurt', latitude: 50.11, longitude: 8.68, portBase: 20_000 },
  singapore: { city: 'Singapore', latitude: 1.35, longitude: 103.82, portBase: 21_000 },
} as const;

/** Ports of the regions. The second region's differ, since pods of both may run on one machine. */
const portsOf = {
  frankfurt: {},
  singapore: { signaling: SECOND_SIGNALING_PORT, signalingControl: 8881, signalingMetrics: 8904 },
} as const;

function regionValues(region: Region) {
  const { city, latitude, longitude, portBase } = places[region];
  return {
    name: region,
    city,
    latitude,
    longitude,
    url: regionUrl[region],
    nodeSelector: { [regionLabel(region)]: 'true' },
    signaling: { replicas: 1 },
    // There is no gateway, since it would take CPU time from the calls.
    gateway: { replicas: 0 },
    slots: slotNames.map((name, at) => ({ name, portBase: portBase + 100 * at, replicas: 1 })),
    ports: portsOf[region],
    // A machine that serves two regions counts as two hosts for the centre.
    hostId: `\${env:NODE_NAME}-${region}`,
  };
}

export function chartValues() {
  const onFirstNode = { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } };
  const fileOf = (key: string): string => `\${file:/etc/meridian/secret/${key}}`;
  const operatorKey = { key: 'operator', secret: fileOf('operator') };
  const { tenant: id, key } = apiKey;
  const tenant = { id, name: 'Acme', key, secret: fileOf(id) };
  return {
    hostNetwork: true,
    url: pageUrl,
    image: { repository: image, tag: imageTag, pullPolicy: 'Never' },
    trustedProxies: nodes.map((node) => `${addressOf(node)}/32`),
    regions: regions.map(regionValues),
    centre: Object.assign(
      {
        replicas: 2,
        urls: nodes.map((node) => `wss://${addressOf(node)}:7000`),
        kubernetes: { apiUrl },
        // In this mode two people of two regions keep their nodes; the case does not measure moves for a shorter delay.
        config: { mode: 'direct' },
      },
      withoutRequests,
    ),
    autoscaling: { enabled: true, config: policy },
    sfu: Object.assign({ drainSeconds: DRAIN_SECONDS }, withoutRequests),
    signaling: withoutRequests,
    edgeProbe: { enabled: false },
    api: Object.assign(
      { replicas: 1, url: `http://${addressOf('node-1')}:7810`, config: { operatorKey, tenants: [tenant] } },
      onFirstNode,
      withoutRequests,
    ),
    web: Object.assign({ replicas: 1 }, onFirstNode, withoutRequests),
  };
}
