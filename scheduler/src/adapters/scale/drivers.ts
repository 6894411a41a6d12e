// Who carries out the autoscaler's orders: nobody (`log`), or the supervisor of `npm start` (`process`). Another cloud's driver implements the
// same four verbs; the three of `process` over HTTP are a contract that any orchestrator can answer (docs/reference.md).
import type { Logger } from '@meridian/runtime';
import { ConfigError } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import type { AutoscaleConfig } from '../../config.ts';
import type { ScaleDriver } from '../../ports.ts';

type Drain = ScaleDriver['drain'];

/** An order is one small request to this machine; longer means that nobody is there. */
const REQUEST_LIMIT_MS = 5000;
const MACHINES_MAX = 1000;

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

/** Undefined without configuration. Throws ConfigError when `process` has no endpoint. */
export function scaleDriver(
  config: AutoscaleConfig | undefined,
  o: { log: Logger; drain: Drain },
): ScaleDriver | undefined {
  if (config === undefined) return undefined;
  if (config.driver === 'log') return logDriver(o.log);
  const { controlUrl, controlToken } = config;
  if (controlUrl === undefined || controlToken === undefined) {
    const key = controlUrl === undefined ? 'autoscale.controlUrl' : 'autoscale.controlToken';
    throw new ConfigError([{ key, value: undefined, allowed: 'a value: the process driver needs it' }]);
  }
  return processDriver({ url: controlUrl, token: controlToken, drain: o.drain });
}

/** Says what it would do, once per order: what is ordered again because nothing came of it is not said again. */
export function logDriver(log: Logger): ScaleDriver {
  const said = new Set<string>();
  const say = async (verb: string, nodeId: string, more: Record<string, unknown>): Promise<void> => {
    const opposite = { start: 'stop', stop: 'start', drain: 'undrain', undrain: 'drain' }[verb];
    said.delete(`${opposite} ${nodeId}`);
    if (said.has(`${verb} ${nodeId}`)) return;
    said.add(`${verb} ${nodeId}`);
    log.info({ verb, nodeId, ...more }, 'autoscaler would do');
  };
  return {
    name: 'log',
    list: async () => [],
    start: (nodeId, region) => say('start', nodeId, { region }),
    stop: (nodeId) => say('stop', nodeId, {}),
    drain: (nodeId, reason) => say(reason === undefined ? 'undrain' : 'drain', nodeId, { reason }),
  };
}

/** Nodes are processes of this machine, kept by the supervisor; draining is the centre's own business. */
export function processDriver(o: { url: string; token: string; drain: Drain }): ScaleDriver {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${o.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${o.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    });
    if (!response.ok)
      throw new Error(`${method} ${path}: HTTP ${response.status} ${(await response.text()).slice(0, 200)}`);
    return response.json();
  };
  return {
    name: 'process',
    async list() {
      const answer = await ask('GET', '/v1/nodes');
      if (!Check(listing, answer)) throw new Error('GET /v1/nodes: an answer of another form');
      return (answer as Static<typeof listing>).nodes;
    },
    start: async (nodeId, region) => void (await ask('PUT', `/v1/nodes/${nodeId}`, { region })),
    stop: async (nodeId) => void (await ask('DELETE', `/v1/nodes/${nodeId}`)),
    drain: o.drain,
  };
}
