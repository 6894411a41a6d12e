import { type Static, Type } from 'typebox';

/**
 * Starting and removing media nodes as they are needed; the policy's meaning stands beside its types
 * (scaling/core/types.ts), and with each key in docs/reference.md.
 */
export const autoscale = Type.Object({
  driver: Type.Union([Type.Literal('log'), Type.Literal('process')]),
  /** Where the `process` driver's machines are made: the control endpoint of `npm start`. Loopback only. */
  controlUrl: Type.Optional(Type.String({ pattern: '^http://(127\\.[0-9.]+|localhost|\\[::1\\])(:[0-9]+)?$' })),
  controlToken: Type.Optional(Type.String({ minLength: 32, maxLength: 1024 })),
  /** Regions that have nodes even while none is known there; others are minded once they have a node or a booking. */
  regions: Type.Array(Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), { maxItems: 256, default: [] }),
  tickMs: Type.Integer({ minimum: 200, maximum: 600_000, default: 10_000 }),
  nodesMin: Type.Integer({ minimum: 0, maximum: 1000, default: 1 }),
  nodesMax: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
  targetShare: Type.Number({ minimum: 0.05, maximum: 1, default: 0.7 }),
  sessionsPerNode: Type.Integer({ minimum: 1, maximum: 100_000, default: 300 }),
  horizonMinutes: Type.Integer({ minimum: 1, maximum: 240, default: 10 }),
  spareHost: Type.Boolean({ default: true }),
  spareRegion: Type.Boolean({ default: true }),
  startBatch: Type.Integer({ minimum: 1, maximum: 1000, default: 10 }),
  startPauseMs: Type.Integer({ minimum: 0, maximum: 3_600_000, default: 10_000 }),
  startLimitMs: Type.Integer({ minimum: 1000, maximum: 3_600_000, default: 300_000 }),
  silentLimitMs: Type.Integer({ minimum: 60_000, maximum: 604_800_000, default: 86_400_000 }),
  drainBatch: Type.Integer({ minimum: 1, maximum: 1000, default: 5 }),
  drainPauseMs: Type.Integer({ minimum: 0, maximum: 3_600_000, default: 30_000 }),
  surplusHoldMs: Type.Integer({ minimum: 0, maximum: 86_400_000, default: 300_000 }),
  surplusShare: Type.Number({ minimum: 0, maximum: 10, default: 0.1 }),
  emptyHoldMs: Type.Integer({ minimum: 0, maximum: 3_600_000, default: 15_000 }),
  drainLimitMs: Type.Integer({ minimum: 1000, maximum: 86_400_000, default: 600_000 }),
});
export type AutoscaleConfig = Static<typeof autoscale>;
