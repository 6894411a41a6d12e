// How the autoscaler's orders are carried out: `log` only logs them, `process` sends them to the supervisor of `npm
// start`. Another cloud's driver implements the same four verbs; the three of `process` over HTTP are a contract that
// any orchestrator can answer (docs/reference.md).
import { MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { ConfigError } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import type { AutoscaleConfig } from '../../scaling/config.ts';
import type { ScaleDriver } from '../../scaling/scale-driver.ts';

type Drain = ScaleDriver['drain'];
/**
 * The machines have been ordered under this epoch, above ours. Resolves when ours has been raised above it, or could
 * not be.
 */
type HeardOf = (epoch: number) => Promise<void>;

/** An order is one small request to this machine; longer means that no supervisor is there. */
const REQUEST_LIMIT_MS = 5000;
const MACHINES_MAX = 1000;
/** The epoch of the term under which a request is sent. */
const EPOCH_HEADER = 'meridian-epoch';

const listing = Type.Object({
  nodes: Type.Array(
    Type.Object({
      nodeId: Type.String({ maxLength: 64 }),
      region: Type.String({ maxLength: 64 }),
      state: Type.Union(
        ['starting', 'running', 'stopping', 'failed'].map((state) => Type.Literal(state as 'starting')),
      ),
    }),
    { maxItems: MACHINES_MAX },
  ),
});

const staleAnswer = Type.Object({
  code: Type.Literal('EPOCH_STALE'),
  epoch: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});

/** Undefined without configuration. Throws ConfigError when `process` has no endpoint. */
export function scaleDriver(
  config: AutoscaleConfig | undefined,
  o: { log: Logger; drain: Drain; heardOf: HeardOf },
): ScaleDriver | undefined {
  if (config === undefined) return undefined;
  if (config.driver === 'log') return logDriver(o.log);
  const { controlUrl, controlToken } = config;
  if (controlUrl === undefined || controlToken === undefined) {
    const key = controlUrl === undefined ? 'autoscale.controlUrl' : 'autoscale.controlToken';
    throw new ConfigError([{ key, value: undefined, allowed: 'a value: the process driver needs it' }]);
  }
  return processDriver({ url: controlUrl, token: controlToken, drain: o.drain, heardOf: o.heardOf });
}

/** Says what it would do, once per order: what is ordered again because nothing came of it is not said again. */
export function logDriver(log: Logger): ScaleDriver {
  const said = new Set<string>();
  const say = async (verb: string, nodeId: string, more: Record<string, unknown>): Promise<void> => {
    const opposite = { start: 'stop', stop: 'start', drain: 'undrain', undrain: 'drain' }[verb];
    said.delete(`${opposite} ${nodeId}`);
    if (said.has(`${verb} ${nodeId}`)) return;
    said.add(`${verb} ${nodeId}`);
    log.info({ verb, nodeId, ...more }, 'the autoscaler orders nothing (driver: log); it would');
  };
  return {
    name: 'log',
    list: async () => [],
    start: (nodeId, region) => say('start', nodeId, { region }),
    stop: (nodeId) => say('stop', nodeId, {}),
    drain: (nodeId, reason) => say(reason === undefined ? 'undrain' : 'drain', nodeId, { reason }),
  };
}

/**
 * Nodes are processes of this machine, kept by the supervisor; draining is the centre's own business. Throws
 * EPOCH_STALE when another has led since.
 */
export function processDriver(o: { url: string; token: string; drain: Drain; heardOf: HeardOf }): ScaleDriver {
  const ask = async (epoch: number, method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${o.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${o.token}`,
        [EPOCH_HEADER]: String(epoch),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    });
    if (response.ok) return response.json();
    const text = await response.text();
    const seen = response.status === 409 ? staleEpochOf(text) : undefined;
    if (seen !== undefined) {
      // A store that has lost its memory gives the only leader an epoch below what was seen: it has to rise above it,
      // or is locked out for ever. Whether it could be raised shows at the next request; this one was refused either
      // way.
      await Promise.allSettled([o.heardOf(seen)]);
      throw new MeridianError('EPOCH_STALE', `${method} ${path}: the machines have been ordered under epoch ${seen}`);
    }
    throw new Error(`${method} ${path}: HTTP ${response.status} ${text.slice(0, 200)}`);
  };
  return {
    name: 'process',
    async list(epoch) {
      const answer = await ask(epoch, 'GET', '/v1/nodes');
      if (!Check(listing, answer)) throw new Error('GET /v1/nodes: an answer of another form');
      return (answer as Static<typeof listing>).nodes;
    },
    start: async (nodeId, region, epoch) => void (await ask(epoch, 'PUT', `/v1/nodes/${nodeId}`, { region })),
    stop: async (nodeId, epoch) => void (await ask(epoch, 'DELETE', `/v1/nodes/${nodeId}`)),
    drain: o.drain,
  };
}

/** The epoch that a refusal names; undefined: it is a refusal of another kind. */
function staleEpochOf(text: string): number | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return Check(staleAnswer, answer) ? (answer as Static<typeof staleAnswer>).epoch : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
