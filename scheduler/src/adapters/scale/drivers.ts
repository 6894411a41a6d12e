// Drivers of the autoscaler's orders: `log` only logs them; `process` and `webhook` send them over HTTP, to the
// supervisor of `npm start` or to any orchestrator that keeps the contract of docs/reference.md; `kubernetes` scales
// StatefulSets (adapters/kubernetes/). All pass the same suite (scheduler/test/support/scale-contract.ts).
import type { Logger } from '@meridian/runtime';
import { ConfigError, jsonRequest, parseJson } from '@meridian/runtime';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { AutoscaleConfig } from '../../scaling/config.ts';
import { type Drain, MACHINES_MAX, type NoteEpoch, staleOrder } from '../../scaling/orders.ts';
import type { ScaleDriver } from '../../scaling/scale-driver.ts';

const EPOCH_HEADER = 'meridian-epoch';

const listing = Type.Object({
  nodes: Type.Array(
    Type.Object({
      // The id becomes part of a path.
      nodeId: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
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

/** Returns undefined without configuration. Throws ConfigError when the driver lacks a setting. */
export function scaleDriver(
  config: AutoscaleConfig | undefined,
  o: { log: Logger; drain: Drain; noteEpoch: NoteEpoch; kubernetes: ScaleDriver | undefined },
): ScaleDriver | undefined {
  if (config === undefined) return undefined;
  const { driver } = config;
  if (driver === 'log') return logDriver(o.log);
  const missing = (key: string) =>
    new ConfigError([{ key, value: undefined, allowed: `a value: the driver ${driver} needs it` }]);
  if (driver === 'kubernetes') {
    if (o.kubernetes === undefined) throw missing('kubernetes');
    return o.kubernetes;
  }
  const { controlUrl: url, controlToken: token, controlCaFile: caFile } = config;
  if (url === undefined) throw missing('autoscale.controlUrl');
  if (token === undefined) throw missing('autoscale.controlToken');
  if (driver === 'process' && url.startsWith('https:'))
    throw new ConfigError([{ key: 'autoscale.controlUrl', value: url, allowed: 'http on loopback, or webhook' }]);
  return httpDriver({ name: driver, url, token, caFile, drain: o.drain, noteEpoch: o.noteEpoch });
}

/** Logs each order once: a repeated order without effect is not logged again. */
export function logDriver(log: Logger): ScaleDriver {
  const logged = new Set<string>();
  const logOnce = async (verb: string, nodeId: string, more: Record<string, unknown>): Promise<void> => {
    const opposite = { start: 'stop', stop: 'start', drain: 'undrain', undrain: 'drain' }[verb];
    logged.delete(`${opposite} ${nodeId}`);
    if (logged.has(`${verb} ${nodeId}`)) return;
    logged.add(`${verb} ${nodeId}`);
    log.info({ verb, nodeId, ...more }, 'the autoscaler orders nothing (driver: log); it would');
  };
  return {
    name: 'log',
    list: async () => [],
    start: (nodeId, region) => logOnce('start', nodeId, { region }),
    stop: (nodeId) => logOnce('stop', nodeId, {}),
    drain: (nodeId, reason) => logOnce(reason === undefined ? 'undrain' : 'drain', nodeId, { reason }),
  };
}

/** Drains go through the centre, not the endpoint. Throws EPOCH_STALE when another centre has led since. */
export function httpDriver(o: {
  name: string;
  url: string;
  token: string;
  caFile?: string | undefined;
  drain: Drain;
  noteEpoch: NoteEpoch;
}): ScaleDriver {
  const base = o.url.replace(/\/+$/, '');
  const ask = async (epoch: number, method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${o.token}`, [EPOCH_HEADER]: String(epoch) };
    const { status, text } = await jsonRequest({ url: `${base}${path}`, method, headers, body, caFile: o.caFile });
    const answer = parseJson(text);
    if (status === 200) return answer;
    if (status === 409 && Check(staleAnswer, answer)) throw await staleOrder(o.noteEpoch, answer.epoch);
    throw new Error(`${method} ${path}: HTTP ${status} ${text.slice(0, 200)}`);
  };
  return {
    name: o.name,
    async list(epoch) {
      const answer = await ask(epoch, 'GET', '/v1/nodes');
      if (!Check(listing, answer)) throw new Error('GET /v1/nodes: an answer of another form');
      return answer.nodes;
    },
    start: async (nodeId, region, epoch) => void (await ask(epoch, 'PUT', `/v1/nodes/${nodeId}`, { region })),
    stop: async (nodeId, epoch) => void (await ask(epoch, 'DELETE', `/v1/nodes/${nodeId}`)),
    drain: o.drain,
  };
}
