import { createMetrics, type ServicePhase } from '@meridian/runtime';
import { afterEach, describe, expect, it } from 'vitest';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const serving = (): ServicePhase => 'serving';

async function serve(metrics = createMetrics({ service: 'test' }), phase = serving) {
  const listener = await metrics.listen({ host: '127.0.0.1', port: 0, phase });
  closers.push(listener.close);
  return {
    listener,
    fetchFrom: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${listener.port}${path}`, init),
  };
}

describe('the metrics port', () => {
  it.each([
    ['/', 'GET', 404],
    ['/metrics/', 'GET', 404],
    ['/metricsx', 'GET', 404],
    ['/../metrics/..', 'GET', 404],
    ['/debug', 'GET', 404],
    ['/metrics', 'POST', 405],
    ['/metrics', 'DELETE', 405],
    ['/healthz/x', 'GET', 404],
    ['/livez/', 'GET', 404],
    ['/healthz', 'POST', 405],
  ])('answers %s %s with nothing but a status', async (path, method, status) => {
    const { fetchFrom } = await serve();
    const response = await fetchFrom(path, { method });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe('');
  });

  it('counts active resources, without the calls of Node that can abort the process', async () => {
    const { fetchFrom } = await serve();
    const text = await (await fetchFrom('/metrics')).text();
    expect(text).toContain('_nodejs_active_resources_total');
    expect(text).not.toMatch(/_nodejs_active_(?:handles|requests)/);
  });

  it('refuses a port that is taken', async () => {
    const { listener } = await serve();
    await expect(
      createMetrics({ service: 'test' }).listen({ host: '127.0.0.1', port: listener.port, phase: serving }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it.each<[ServicePhase, number]>([
    ['starting', 503],
    ['leaving', 503],
    ['serving', 200],
  ])('reports a service that is %s: /healthz %i, /livez 200', async (phase, status) => {
    const { fetchFrom } = await serve(undefined, () => phase);
    for (const [path, expected] of [
      ['/healthz', status],
      ['/livez', 200],
    ] as const) {
      const response = await fetchFrom(path);
      expect({ path, status: response.status, text: await response.text() }).toEqual({
        path,
        status: expected,
        text: `${phase}\n`,
      });
    }
  });

  it('serves the counts under the name of the service, with its labels, and the metrics of the process', async () => {
    const metrics = createMetrics({ service: 'edge-probe', labels: { region: 'eu' } });
    metrics.counter('links_total', 'Links opened.', ['kind']).inc({ kind: 'leaf' }, 3);
    metrics.gauge('links_open', 'Links open now.').set(2);
    metrics.histogram('rtt_ms', 'Round trip.', [10, 100]).observe(50);
    const { fetchFrom } = await serve(metrics);
    const response = await fetchFrom('/metrics?x=1');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toContain('meridian_edge_probe_links_total{kind="leaf",region="eu"} 3\n');
    expect(text).toContain('meridian_edge_probe_links_open{region="eu"} 2\n');
    expect(text).toContain('meridian_edge_probe_rtt_ms_bucket{le="10",region="eu"} 0\n');
    expect(text).toContain('meridian_edge_probe_rtt_ms_bucket{le="100",region="eu"} 1\n');
    expect(text).toContain('# TYPE meridian_edge_probe_process_cpu_seconds_total counter\n');
  });

  it('keeps two instances in one process apart', async () => {
    const [one, two] = [createMetrics({ service: 'test' }), createMetrics({ service: 'test' })];
    one.counter('only_here_total', 'Counted.').inc();
    two.counter('only_there_total', 'Counted.').inc();
    expect(await one.registry.metrics()).not.toContain('only_there');
    expect(await two.registry.metrics()).not.toContain('only_here');
  });

  it('closes twice and frees its port', async () => {
    const { listener, fetchFrom } = await serve();
    await fetchFrom('/metrics');
    await Promise.all([listener.close(), listener.close()]);
    const secondPort = await createMetrics({ service: 'test' }).listen({
      host: '127.0.0.1',
      port: listener.port,
      phase: serving,
    });
    closers.push(secondPort.close);
    expect(secondPort.port).toBe(listener.port);
  });
});

describe('metric names', () => {
  it.each(['Test', 'a b', 'ü', 'x!', 'a.b'])('refuse the service %j', (service) => {
    expect(() => createMetrics({ service })).toThrow(RangeError);
  });

  it.each(['', 'rttMs', '1x', 'a-b', 'a b'])('refuse the name %j', (name) => {
    expect(() => createMetrics({ service: 'test' }).counter(name, 'help')).toThrow(RangeError);
  });

  it('refuse the same name twice', () => {
    const metrics = createMetrics({ service: 'test' });
    metrics.counter('x_total', 'help');
    expect(() => metrics.gauge('x_total', 'help')).toThrow(/already been registered/);
  });
});
