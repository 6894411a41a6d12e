// Testers of two edge probes meet in a call through a real cloud. The test keeps the reports in place of the api.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createLogger, seededRng, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Report } from '../../../edge-probe/src/dial/core/results.ts';
import { Tester } from '../../../edge-probe/src/dial/tester.ts';
import { until } from '../support/poll.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
const folder = mkdtempSync(join(tmpdir(), 'meridian-dial-'));
const reports: { readonly authorization: string; readonly report: Report }[] = [];
const testers: Tester[] = [];
const api = createServer(async (request, reply) => {
  const body = await text(request);
  const isReport = request.method === 'POST' && request.url === '/api/v1/dial-reports';
  if (isReport)
    reports.push({ authorization: request.headers.authorization ?? '', report: JSON.parse(body) as Report });
  reply.writeHead(isReport ? 204 : 404).end();
});

beforeAll(async () => {
  await once(api.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  await Promise.all(testers.map((one) => one.close()));
  await new Promise((resolve) => api.close(resolve));
  rmSync(folder, { recursive: true });
});

function dial(region: string, o: { entry: string }): void {
  const { port } = api.address() as AddressInfo;
  const settings = {
    probe: `probe-${region}`,
    hostId: `host-${region}`,
    region,
    logLevel: 'silent',
    stateDir: folder,
    apiUrl: `http://127.0.0.1:${port}`,
    ...cloud.secrets().devKey,
    everyS: 10, // testers stay for two thirds of it: long enough to meet on a busy machine
  };
  // All testers begin at once.
  const rng = { ...seededRng(region), next: () => 0 };
  const tester = new Tester({
    settings,
    clock: systemClock(),
    rng,
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  testers.push(tester);
  tester.setTargets({ signaling: [{ region, url: o.entry }], gateways: [] });
  tester.start();
}

const resultsOf = (region: string) => reports.flatMap(({ report }) => (report.region === region ? report.results : []));

it('testers hear and see each other and report how long that took; a tester with a dead entry reports that', async () => {
  for (const region of ['frankfurt', 'singapore'] as const) dial(region, { entry: cloud.entryUrl(region) });
  dial('nowhere', { entry: 'http://127.0.0.1:9' });
  for (const [region, otherRegion] of [
    ['frankfurt', 'singapore'],
    ['singapore', 'frankfurt'],
  ] as const) {
    const foundReport = await until(`${region} has heard ${otherRegion}`, async () => {
      const results = resultsOf(region);
      const [call, pair] = ['call', 'pair'].map((kind) => results.find((one) => one.kind === kind));
      return call !== undefined && pair !== undefined && { call, pair };
    });
    expect(foundReport.pair, JSON.stringify(reports.map(({ report }) => report.results))).toMatchObject({ isOk: true });
    expect(foundReport.call).toMatchObject({ isOk: true, servedBy: expect.stringMatching(/^sfu-/) });
    expect(foundReport.call.joinMs).toBeGreaterThan(0);
    expect(foundReport.pair).toMatchObject({ toRegion: otherRegion, isOk: true });
    expect(foundReport.pair.firstFrameMs).toBeLessThan(5000);
  }
  const failed = { kind: 'call', isOk: false, stage: 'signaling', code: 'ENTRY_UNREACHABLE' };
  expect(resultsOf('nowhere')[0]).toMatchObject(failed);
  expect(reports[0]?.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
});

it('testers leave their room when they end', async () => {
  const endedMs = performance.now();
  await Promise.all(testers.map((one) => one.close()));
  expect(performance.now() - endedMs).toBeLessThan(2000);
});
