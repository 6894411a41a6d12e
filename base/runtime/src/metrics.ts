import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';
import { LoopDelay } from './loop-delay.ts';

/** A registry per service instance: nothing is global, so two instances in the same process do not collide. */
export interface Metrics {
  readonly registry: Registry;
  counter<L extends string = never>(name: string, help: string, labelNames?: readonly L[]): Counter<L>;
  tally<L extends string>(name: string, help: string, labelNames: readonly [L] | readonly [L, L]): Tally;
  gauge<L extends string = never>(name: string, help: string, labelNames?: readonly L[]): Gauge<L>;
  /** `buckets` are rising upper bounds in the unit at the end of `name`. */
  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames?: readonly L[],
  ): Histogram<L>;
  /** Serves `GET /metrics`, `/healthz` and `/livez`; port 0 picks a free port. */
  listen(o: MetricsListen): Promise<{ port: number; close(): Promise<void> }>;
}

export type ServicePhase = 'starting' | 'serving' | 'leaving';

export interface MetricsListen {
  readonly host: string;
  readonly port: number;
  phase(): ServicePhase;
}

/** Counts in plain numbers, which are copied into the counter when that is read. Labels come from closed sets. */
export interface Tally {
  inc(first: string, second?: string): void;
}

const PATHS: ReadonlySet<string> = new Set(['/metrics', '/healthz', '/livez']);
const NAME_FORM = /^[a-z][a-z0-9_]*$/;
/** A scraper sends a short request; a longer request comes from something else. */
const REQUEST_LIMIT_MS = 5_000;
/** Few scrapers run at the same time; further connections wait in the kernel or are refused. */
const CONNECTIONS_MAX = 32;

/**
 * The library samples the event loop by timers that wake an idle process and cannot be switched off. So the delay,
 * which `LoopDelay` measures instead, is sampled once a day, and the utilisation at the rate of scrapes.
 */
const LIBRARY_DELAY_MS = 86_400_000;
const LIBRARY_USE_MS = 15_000;

/** Returns metrics named `meridian_<service>_<name>`, with those of the process (memory, event loop, …). */
export function createMetrics(o: { service: string; labels?: Record<string, string> }): Metrics {
  const prefix = `meridian_${o.service.replaceAll('-', '_')}_`;
  if (!NAME_FORM.test(prefix))
    throw new RangeError(`service name ${JSON.stringify(o.service)} cannot be part of a metric name`);
  const registry = Registry.merge([processMetrics(prefix)]);
  if (o.labels !== undefined) registry.setDefaultLabels(o.labels);
  const base = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) => {
    if (!NAME_FORM.test(name)) throw new RangeError(`metric name ${JSON.stringify(name)} is not lower snake case`);
    return { name: prefix + name, help, labelNames, registers: [registry] };
  };
  return {
    registry,
    counter: (name, help, labelNames) => new Counter(base(name, help, labelNames)),
    tally: (name, help, labelNames) => tallyOf(base<string>(name, help, labelNames)),
    gauge: (name, help, labelNames) => new Gauge(base(name, help, labelNames)),
    histogram: (name, help, buckets, labelNames) =>
      new Histogram({ ...base(name, help, labelNames), buckets: [...buckets] }),
    listen: (where) => listen(registry, where),
  };
}

const processRegistries = new Map<string, Registry>();
/**
 * Metrics of the library that are not collected. Node aborts in `process._getActiveHandles` and `_getActiveRequests`
 * when the garbage collector has taken a handle's object; `nodejs_active_resources` counts the same. `LoopDelay`
 * replaces the lag.
 */
const REPLACED = /_nodejs_(?:eventloop_lag_|active_handles|active_requests)/;

/** Returns the process metrics, collected once per service name, since the collector never ends. */
function processMetrics(prefix: string): Registry {
  const existing = processRegistries.get(prefix);
  if (existing !== undefined) return existing;
  const registry = new Registry();
  collectDefaultMetrics({
    register: registry,
    prefix,
    eventLoopMonitoringPrecision: LIBRARY_DELAY_MS,
    eventLoopUtilizationTimeout: LIBRARY_USE_MS,
  });
  for (const { name } of registry.getMetricsAsArray()) if (REPLACED.test(name)) registry.removeSingleMetric(name);
  const delay = new LoopDelay();
  new Gauge({
    name: `${prefix}nodejs_eventloop_lag_p99_seconds`,
    help: 'Delay of the event loop that 99 of 100 samples of 5 s did not exceed, worst of 15 s; 0 while it is idle.',
    registers: [registry],
    collect() {
      this.set(delay.p99Ms / 1000);
    },
  });
  processRegistries.set(prefix, registry);
  return registry;
}

function tallyOf(config: { name: string; help: string; labelNames: readonly string[]; registers: Registry[] }): Tally {
  const rows: { readonly first: string; readonly second: string; count: number }[] = [];
  const [firstName = '', secondName] = config.labelNames;
  const counter = new Counter({
    ...config,
    collect: () => {
      for (const row of rows) {
        if (row.count === 0) continue;
        const second = secondName === undefined ? {} : { [secondName]: row.second };
        counter.inc({ [firstName]: row.first, ...second }, row.count);
        row.count = 0;
      }
    },
  });
  return {
    inc(first, second = '') {
      for (const row of rows) {
        if (row.first !== first || row.second !== second) continue;
        row.count += 1;
        return;
      }
      rows.push({ first, second, count: 1 });
    },
  };
}

async function listen(registry: Registry, o: MetricsListen): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(
    { requestTimeout: REQUEST_LIMIT_MS, headersTimeout: REQUEST_LIMIT_MS, keepAliveTimeout: REQUEST_LIMIT_MS },
    (request, response) => {
      answer(registry, o, request, response).catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'text/plain' }).end(`collecting failed: ${String(error)}\n`);
      });
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(o.port, o.host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('metrics listener has no port');
  let closing: Promise<void> | undefined;
  return {
    port: address.port,
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

async function answer(
  registry: Registry,
  { phase }: MetricsListen,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?', 1)[0] ?? '';
  if (!PATHS.has(path)) {
    response.writeHead(404).end();
    return;
  }
  if (request.method !== 'GET') {
    response.writeHead(405, { allow: 'GET' }).end();
    return;
  }
  if (path === '/metrics') {
    const text = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType }).end(text);
    return;
  }
  const currentPhase = phase();
  const status = path === '/livez' || currentPhase === 'serving' ? 200 : 503;
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${currentPhase}\n`);
}
