// The process that places for a node's region refuses a charge: what the client sees, and what the log has.
import { newId } from '@meridian/protocol';
import { createLogger, createMetrics, ManualClock, seededRng } from '@meridian/runtime';
import { beforeEach, expect, test, vi } from 'vitest';
import { centreMetrics } from '../../../src/base/metrics.ts';
import { Centre } from '../../../src/centre/centre.ts';
import { Copy } from '../../../src/copying/copy.ts';
import { Locator } from '../../../src/locating/locate.ts';
import type { Charged } from '../../../src/placing/charging.ts';
import { chargeLocally } from '../../../src/placing/charging.ts';
import { description, frankfurt, noLoad, singapore } from '../fixtures.ts';

const incident = 'incident 4711: disk of customer ACME is failing';
const log = createLogger({ name: 'test', level: 'silent' });
const rng = seededRng('charging');
const session = () => newId('PA_', (count) => rng.bytes(count));
const signaling = description({ nodeId: 'sig-fra', kind: 'signaling' });

let clock: ManualClock;
let copy: Copy;
let charged: (nodeId: string) => Charged;
let centre: Centre;
beforeEach(() => {
  clock = new ManualClock();
  const done = (): Promise<void> => Promise.resolve();
  copy = new Copy({
    store: { load: async () => [], put: done, remove: done, close: done },
    clock,
    log,
    onFailure: () => undefined,
  });
  charged = () => ({ ok: true, regionEpoch: 3 });
  centre = new Centre({
    clock,
    rng,
    log,
    copy,
    metrics: centreMetrics(createMetrics({ service: 'scheduler' })),
    locator: new Locator({ geo: { locate: () => undefined }, developmentCities: true }),
    regions: {
      ownRegion: '',
      ready: () => undefined,
      charge: ({ decision }) => charged(decision.ok ? decision.nodeId : ''),
    },
  });
  const fleet = [
    signaling,
    description({ nodeId: 'sfu-fra', ...frankfurt }),
    description({ nodeId: 'sfu-sgp', region: 'ap', city: 'singapore', ...singapore }),
  ];
  for (const one of fleet) centre.register({ description: one, rooms: [], load: noLoad });
});

const ask = () => ({
  roomKey: 't/r',
  sessionId: session(),
  clientIp: '',
  fromCity: 'singapore',
  avoidNodeIds: [],
  regionPin: '',
});
const place = async () => (await centre.place(ask(), signaling.nodeId)).record;
const refusedBy = (reason: string): Charged => ({ ok: false, why: 'refused', reason });

test('a client with a refused charge sees the node, its region and the filter', async () => {
  charged = (nodeId) => (nodeId === 'sfu-sgp' ? refusedBy('not-draining') : { ok: true, regionEpoch: 3 });
  const { decision, decisionId, reasons } = await place();
  expect(decision).toMatchObject({ ok: true, nodeId: 'sfu-fra' });
  expect(reasons).toContain('sfu-sgp in ap was not charged: not-draining');
  expect(centre.placing.explain(decisionId)?.record.waited).toBe('sfu-sgp in ap was not charged: not-draining');
});

test('a client does not see words that are no filter’s name, which an older centre sends of an operator: the log has them', async () => {
  const info = vi.spyOn(log, 'info');
  charged = (nodeId) => (nodeId === 'sfu-sgp' ? refusedBy(`draining: ${incident}`) : { ok: true, regionEpoch: 3 });
  const { reasons } = await place();
  expect(reasons).toContain('sfu-sgp in ap was not charged: refused there');
  expect(reasons.join()).not.toContain('ACME');
  expect(JSON.stringify(info.mock.calls)).toContain(incident);
  charged = () => refusedBy(`draining: ${incident}`);
  expect((await place()).reasons.filter((reason) => /refused there$/.test(reason))).toHaveLength(1);
  for (const nodeId of ['sfu-2', 'sfu-3'])
    centre.register({ description: description({ nodeId, hostId: nodeId, ...frankfurt }), rooms: [], load: noLoad });
  const thrown = { code: 'NO_CAPACITY', message: expect.not.stringContaining('ACME') };
  await expect(place()).rejects.toMatchObject(thrown);
});

test('a process that refuses to charge names the filter, and logs the words', async () => {
  const info = vi.spyOn(log, 'info');
  await centre.drain('sfu-sgp', incident);
  const { roomKey, sessionId } = ask();
  const one = { decisionId: 'DE_1', nodeId: 'sfu-sgp', roomKey, sessionId, accessRttMs: 9 };
  const refusal = chargeLocally({ centre, copy, clock, log }, { ...one, mode: 'relay', protocolVersion: 1 });
  expect(refusal).toBe('not-draining');
  expect(JSON.stringify(info.mock.calls)).toContain(incident);
});
