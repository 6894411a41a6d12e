import { type Static, Type } from 'typebox';

const count = (minimum: number, maximum: number, usual: number, description: string) =>
  Type.Integer({ minimum, maximum, default: usual, description });

/**
 * Starting and removing media nodes as they are needed; the policy's meaning stands beside its types
 * (scaling/core/types.ts).
 */
export const autoscale = Type.Object(
  {
    driver: Type.Union([Type.Literal('log'), Type.Literal('process')], {
      description: 'What carries out the orders: `log` only logs them, `process` sends them to `controlUrl`.',
    }),
    controlUrl: Type.Optional(
      Type.String({
        pattern: '^http://(127\\.[0-9.]+|localhost|\\[::1\\])(:[0-9]+)?$',
        examples: ['http://127.0.0.1:7002'],
        description: "Of `process`: `http://…` on loopback where nodes are made, as `npm start`'s control endpoint.",
      }),
    ),
    controlToken: Type.Optional(
      Type.String({ minLength: 32, maxLength: 1024, description: 'Of `process`: its bearer token.' }),
    ),
    regions: Type.Array(Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), {
      maxItems: 256,
      default: [],
      description: 'Regions managed even without a node or booking.',
    }),
    tickMs: count(200, 600_000, 10_000, 'Time between two rounds.'),
    nodesMin: count(0, 1000, 1, 'Fewest nodes.'),
    nodesMax: count(1, 1000, 100, 'Most nodes, including those that others run.'),
    targetShare: Type.Number({ minimum: 0.05, maximum: 1, default: 0.7, description: 'Intended fill of a node.' }),
    sessionsPerNode: count(
      1,
      100_000,
      300,
      'Turns booked sessions into load. Measure yours: one core carried 140 with ten a room, all with video ([capacity](measured.md#capacity)).',
    ),
    horizonMinutes: count(1, 240, 10, 'Range of forecast and bookings.'),
    spareHost: Type.Boolean({ default: true, description: 'Keeps room for the loss of the largest host.' }),
    spareRegion: Type.Boolean({
      default: true,
      description: "Keeps this region's share for the loss of another region.",
    }),
    startBatch: count(1, 1000, 10, 'Nodes per start order.'),
    startPauseMs: count(0, 3_600_000, 10_000, 'Time between start orders.'),
    startLimitMs: count(1000, 3_600_000, 300_000, 'A node that does not serve by then has failed and is replaced.'),
    silentLimitMs: count(
      60_000,
      604_800_000,
      86_400_000,
      'A node that is silent so long is stopped ([silence](design/autoscaling.md#silence)).',
    ),
    drainBatch: count(1, 1000, 5, 'Nodes per drain order.'),
    drainPauseMs: count(0, 3_600_000, 30_000, 'Time between drain orders.'),
    surplusHoldMs: count(0, 86_400_000, 300_000, 'A surplus must last so long before nodes are drained.'),
    surplusShare: Type.Number({
      minimum: 0,
      maximum: 10,
      default: 0.1,
      description: 'Of the need: a smaller surplus is kept.',
    }),
    emptyHoldMs: count(0, 3_600_000, 15_000, 'A drained node is empty so long before it is stopped.'),
    drainLimitMs: count(1000, 86_400_000, 600_000, 'Longer drains are reported.'),
  },
  {
    description: 'Starts and removes media nodes; [keys below](#keys-of-autoscale). Without it the autoscaler is off.',
  },
);
export type AutoscaleConfig = Static<typeof autoscale>;
