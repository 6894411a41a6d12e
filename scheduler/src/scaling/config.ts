import { registeringKinds } from '@meridian/protocol';
import { type Static, Type } from 'typebox';

const count = (minimum: number, maximum: number, usual: number, description: string) =>
  Type.Integer({ minimum, maximum, default: usual, description });

/** A token without TLS may go to this machine only. */
const loopback = '(127\\.[0-9.]+|localhost|\\[::1\\])';

/** Starting and removing media nodes by need; the policy is described at its types (scaling/core/types.ts). */
export const autoscale = Type.Object(
  {
    driver: Type.Enum(['log', 'process', 'webhook', 'kubernetes'], {
      description:
        'What carries out the orders: `log` only logs them, `process` and `webhook` send them to `controlUrl`, `kubernetes` scales StatefulSets ([ADR 0028](adr/0028-kubernetes.md)).',
    }),
    controlUrl: Type.Optional(
      Type.String({
        pattern: `^(http://${loopback}(:[0-9]+)?|https://[^\\s/?#@]+)(/[^\\s?#]*)?$`,
        maxLength: 2048,
        examples: ['http://127.0.0.1:7002'],
        description:
          "Endpoint that starts and stops nodes. For `webhook`: `https://…`, or `http://…` on loopback; for `process`: `http://…` on loopback, as `npm start`'s control endpoint.",
      }),
    ),
    controlToken: Type.Optional(
      Type.String({ minLength: 32, maxLength: 1024, description: 'For `process` and `webhook`: the bearer token.' }),
    ),
    controlCaFile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "For `webhook`: PEM file of the authority to trust instead of the machine's; read again for each request.",
      }),
    ),
    regions: Type.Array(Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), {
      maxItems: 256,
      default: [],
      description: 'Regions managed even without a node or booking.',
    }),
    tickMs: count(200, 600_000, 10_000, 'Time between two rounds.'),
    nodesMin: count(0, 1000, 1, 'Fewest nodes of a region.'),
    nodesMax: count(1, 1000, 100, 'Most nodes of a region, including those that the autoscaler does not run.'),
    targetShare: Type.Number({ minimum: 0.05, maximum: 1, default: 0.7, description: 'Share of a node to fill.' }),
    sessionsPerNode: count(
      1,
      100_000,
      300,
      'Sessions of a full node, to turn booked sessions into load. Measure yours: one core carried 140 with ten a room, all with video (`npm run bench -- capacity`).',
    ),
    horizonMinutes: count(1, 240, 10, 'Minutes ahead that the forecast and bookings cover.'),
    spareHost: Type.Boolean({ default: true, description: 'Keeps room for the loss of the largest host.' }),
    spareRegion: Type.Boolean({
      default: true,
      description: "Keeps this region's share for the loss of another region.",
    }),
    startBatch: count(1, 1000, 10, 'Nodes per start order.'),
    startPauseMs: count(0, 3_600_000, 10_000, 'Time between start orders.'),
    startLimitMs: count(1000, 3_600_000, 300_000, 'Longest start: a node that takes longer is replaced.'),
    silentLimitMs: count(
      60_000,
      604_800_000,
      86_400_000,
      'Time after which a silent node is stopped ([silence](design/autoscaling.md#silence)).',
    ),
    drainBatch: count(1, 1000, 5, 'Nodes per drain order.'),
    drainPauseMs: count(0, 3_600_000, 30_000, 'Time between drain orders.'),
    surplusHoldMs: count(0, 86_400_000, 300_000, 'Time that a surplus must last before nodes are drained.'),
    surplusShare: Type.Number({
      minimum: 0,
      maximum: 10,
      default: 0.1,
      description: 'Share of the need below which a surplus is kept.',
    }),
    emptyHoldMs: count(0, 3_600_000, 15_000, 'Time that a drained node must be empty before it is stopped.'),
    drainLimitMs: count(1000, 86_400_000, 600_000, 'Time after which a drain is reported as overdue.'),
  },
  {
    description: 'Starts and removes media nodes; [keys below](#keys-of-autoscale). Without it the autoscaler is off.',
  },
);

const serviceAccountFile = (name: string, description: string) =>
  Type.String({ minLength: 1, default: `/var/run/secrets/kubernetes.io/serviceaccount/${name}`, description });

/** The Kubernetes that the centre runs in, or scales: its API server, and this cluster's objects in it. */
export const kubernetes = Type.Object(
  {
    apiUrl: Type.Optional(
      Type.String({
        pattern: `^(http://${loopback}(:[0-9]+)?|https://[^\\s/?#@]+)$`,
        maxLength: 2048,
        description:
          'URL of its API server; `http` on loopback only (`kubectl proxy`). Without it, the server that `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT` name.',
      }),
    ),
    caFile: serviceAccountFile('ca.crt', 'PEM file of the authority of `apiUrl`; read again for each request.'),
    tokenFile: serviceAccountFile('token', "The centre's own token; read again for each request."),
    namespace: Type.String({
      pattern: '^[a-z0-9-]{1,63}$',
      examples: ['meridian'],
      description: 'The only namespace in which nodes run.',
    }),
    selector: Type.String({
      minLength: 1,
      maxLength: 512,
      default: 'app.kubernetes.io/name=meridian,app.kubernetes.io/component=sfu',
      description:
        'Labels of the StatefulSets of media nodes, and of their pods; `meridian.dev/region` names their region.',
    }),
    serviceAccounts: Type.Record(Type.String({ pattern: '^[a-z0-9.-]{1,63}$' }), Type.Enum([...registeringKinds]), {
      maxProperties: 64,
      default: {},
      description:
        'Kind of node that the pods of a service account of `namespace` enrol as, by the name of the account ([trust.md](design/trust.md#how-a-pod-gets-in)). Empty: no pod enrols.',
    }),
    authorityConfigMap: Type.String({
      pattern: '^[a-z0-9.-]{1,63}$',
      default: 'meridian-authority',
      description:
        "ConfigMap into which the centre writes the certificate of the cluster's authority (`ca.crt`), for `enrolmentCaFile` of pods; only with `serviceAccounts`.",
    }),
  },
  { description: 'For the driver `kubernetes` and for pods that enrol; [keys below](#keys-of-kubernetes).' },
);
export type KubernetesConfig = Static<typeof kubernetes>;
export type AutoscaleConfig = Static<typeof autoscale>;
