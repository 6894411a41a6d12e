// Tests from outside the service each connection between parts that only app.ts and parts.ts make.
import type { wire } from '@meridian/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { TestApi } from './rig/api.ts';
import { apiKey, secret, TestClient } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { TestOpener } from './rig/opener.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

/** Changes by the api apply within a second; the limit is three times that. */
const COUNTS_MS_MAX = 3000;

let rig: Rig;
let node: FakeNode;
let [one, two, three]: Instance[] = [];
let api: TestApi;
let gateway: TestOpener;
let ann: TestClient;
let bob: TestClient;
beforeAll(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  [one, two, three] = await Promise.all(['sig-1', 'sig-2', 'sig-3'].map((id) => rig.instance(id, { apiKeys: [] })));
  await until(() => rig.instances.every(({ centre }) => centre.fleet.size === 4), 'all know each other');
  api = new TestApi(rig);
  api.add(apiKey, secret);
  for (const instance of rig.instances) await api.dial(instance);
  gateway = await opener('gw-1');
  ann = await TestClient.join(at(one).url, { identity: 'ann', video: { roomAdmin: true } });
  bob = await TestClient.join(at(two).url, { identity: 'bob' });
});
afterAll(async () => {
  gateway.close();
  api.close();
  await rig.close();
});

function at(instance: Instance | undefined): Instance {
  if (instance === undefined) throw new Error('it was not started');
  return instance;
}
async function opener(id: string): Promise<TestOpener> {
  const opened = await TestOpener.dial(rig, at(one), { id });
  if (opened === undefined) throw new Error('the link was refused');
  return opened;
}

it('a scrape of the metrics shows present values', async () => {
  const shown = async () => {
    const text = await at(one).metrics.registry.metrics();
    const lines = text.split('\n').flatMap((line) => /^meridian_signaling_(\w+) (\d+)$/.exec(line)?.slice(1, 3) ?? []);
    return Object.fromEntries(Array.from({ length: lines.length / 2 }, (_, n) => lines.slice(2 * n, 2 * n + 2)));
  };
  const there = { sockets: '1', sessions: '1', rooms: '1', owned_rooms: '1', node_links: '1', peer_links: '1' };
  expect(await shown()).toMatchObject(there);
});

it('the centre gets the counts of sessions and owned rooms', async () => {
  const last = () => rig.centre.reports.findLast(({ nodeId }) => nodeId === 'sig-1')?.report;
  await until(() => last()?.load?.sessions === 1, 'its report counts the session');
  const held = rig.centre.reports.flatMap(({ report }) => report.roomsChanged);
  expect(held).toMatchObject([{ roomKey: 'acme/lobby' }]);
});

describe('a change by the api', () => {
  it('of limits reaches the media nodes within a second', async () => {
    api.tellLimits('acme', { publishBps: 5e5, version: 2 });
    const told = () => (node.called('sessionsHeld').at(-1) as wire.SessionsHeld | undefined)?.tenants ?? [];
    const isTold = () => told().some(({ limits }) => limits?.publishBps === 5e5);
    await until(isTold, 'the media node hears it', COUNTS_MS_MAX);
  });

  it('that revokes a key ends sessions within a second, also over the link of a gateway', async () => {
    const claims = { via: 'link-1' };
    const cid = await TestClient.join(at(one).url, { identity: 'cid', claims });
    const viewer = await gateway.join(1, { identity: 'viewer', claims });
    api.revoke({ tenant: 'acme', id: 'link-1', untilWallMs: Date.now() + 60_000 });
    await until(() => cid.closed !== undefined && viewer.closed !== undefined, 'both have ended', COUNTS_MS_MAX);
    expect([cid.closed?.reason, viewer.closed?.reason, ann.closed]).toEqual([
      'TOKEN_REVOKED',
      'TOKEN_REVOKED',
      undefined,
    ]);
  });
});

it('the bound of clients holds over WebSockets and links together', async () => {
  const count = vi.spyOn(at(one).clients, 'clientCount', 'get').mockReturnValue(bounds.clientsMax);
  expect(await gateway.open(2).ends()).toEqual({ code: 4503, reason: 'OVERLOADED' });
  await expect(TestClient.open(at(one).url)).rejects.toThrow('503');
  count.mockRestore();
});

describe('a node that the centre has shut out', () => {
  it('loses its link as a gateway', async () => {
    const other = await opener('gw-2');
    rig.centre.deny('gw-2');
    await until(() => other.link.closed, 'its link has ended');
    expect(gateway.link.closed).toBe(false);
  });

  it('loses its link as an api', async () => {
    const other = new TestApi(rig);
    other.add(apiKey, secret);
    await other.dial(at(one), 'api-2');
    rig.centre.deny('api-2');
    await until(() => other.hasLostLink, 'its link has ended');
    other.close();
  });
});

it('another owner has the posts, from the copies of signaling nodes with participants', async () => {
  expect(await ann.outcome({ sendPost: { kind: 'chat', text: 'hello' } })).toBe('postAccepted');
  const heard = () => bob.heard.flatMap(({ posts }) => posts?.posts ?? []).length;
  await until(() => heard() === 1, 'bob hears it');
  await at(one).kill();
  rig.centre.giveLease('acme/lobby', 'sig-3');
  const dan = await TestClient.join(at(three).url, { identity: 'dan' });
  const posts = () => [...(dan.joined?.posts ?? []), ...dan.heard.flatMap(({ posts }) => posts?.posts ?? [])];
  await until(() => posts().length > 0, 'the posts of before are there');
  expect(posts()).toMatchObject([{ text: 'hello' }]);
});
