// Tests the counts of answered joins for the api: by tenant and code, each join once.
import { encodeClientFrame, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JoinCounts } from '../../src/core/index.ts';
import type { Opener } from '../../src/ports.ts';
import { joinMessage } from '../service/rig/client.ts';
import { MemoryClient, MemoryCloud, type MemoryNode, MemorySocket, tokenOf } from '../support/memory-cloud.ts';

const counts = () => new JoinCounts({ entriesMax: 3, portionMs: 60_000, portionsMax: 2 });
const shown = (all: JoinCounts) => all.first()?.joins.map(({ tenant, code, count }) => `${tenant}/${code} ${count}`);

describe('counts', () => {
  it('beyond the bound count under the empty tenant, with their code', () => {
    const all = counts();
    for (const tenant of ['a', 'b', 'c', 'd', 'e', 'a']) all.add(tenant, 'NO_NODE', 0);
    all.add('f', '', 0);
    expect(shown(all)).toEqual(['a/NO_NODE 2', 'b/NO_NODE 1', 'c/NO_NODE 1', '/NO_NODE 2', '/ 1']);
  });

  it('get a portion for each waiting minute, and share the last portion beyond the bound, so that none is lost', () => {
    const all = counts();
    for (let minute = 0; minute < 10; minute += 1) all.add('acme', '', minute * 60_000);
    const found = [];
    for (let next = all.first(); next !== undefined; next = all.first()) {
      found.push([next.number, next.sinceMs / 60_000, next.joins[0]?.count]);
      all.settle(next);
    }
    expect(found).toEqual([
      [1, 0, 1],
      [2, 1, 1],
      [3, 2, 8],
    ]);
  });
});

describe('joins of clients', () => {
  let cloud: MemoryCloud;
  let node: MemoryNode;
  beforeEach(async () => {
    cloud = await MemoryCloud.start();
    cloud.mediaNode('sfu-fra', 'fra');
    node = await cloud.node('sig-fra', 'fra');
  });
  afterEach(() => cloud.close());
  const join = (identity: string, o: wire.Join.$Properties = {}, video = {}) =>
    MemoryClient.join(cloud, node, { identity, video, join: o });

  it('count when they are answered, with their code, and without a tenant when the token is unreadable', async () => {
    await join('ann');
    await expect(join('bob', { protocolVersion: 99 })).rejects.toThrow('PROTOCOL_UNSUPPORTED');
    await expect(join('cleo', {}, { roomJoin: false })).rejects.toThrow('NOT_PERMITTED');
    expect(node.joins).toEqual(['acme ', 'acme PROTOCOL_UNSUPPORTED', ' NOT_PERMITTED']);
  });

  it('have the times of their steps, of a refused join only those that succeeded', async () => {
    await join('ann');
    expect(node.joinSteps.splice(0)).toEqual(['token', 'place', 'owner', 'media']);
    await expect(join('bob', { protocolVersion: 99 })).rejects.toThrow('PROTOCOL_UNSUPPORTED');
    expect(node.joinSteps).toEqual(['token']);
  });

  it('exclude resumed sessions, failed resumes and connection checks', async () => {
    const ann = await join('ann');
    const { sessionId = '', resumeKey = '' } = ann.joined ?? {};
    ann.leave(0);
    expect((await join('ann', { resume: { sessionId, resumeKey } })).joined?.resumed).toBe(true);
    await expect(join('dan', { resume: { sessionId, resumeKey: 'no' } })).rejects.toThrow();
    await join('eve', { check: 'c'.repeat(22) });
    expect(node.joins).toEqual(['acme ']);
  });

  it('exclude joins of openers, and of clients that have gone before the answer', async () => {
    const answers: Uint8Array[] = [];
    const receiver = { onFrame: (frame: Uint8Array) => void answers.push(frame), onEnd: () => undefined };
    const begin = (opener?: Opener): MemorySocket => {
      const socket = new MemorySocket(receiver, () => undefined);
      const o = { clientIp: '127.0.0.1', prove: () => true, ...(opener && { opener }) };
      socket.listen(node.clients.open(socket, o));
      socket.say(encodeClientFrame({ requestId: 1, join: joinMessage(tokenOf({ identity: opener?.id ?? 'ann' })) }));
      return socket;
    };
    begin({ id: 'gw-fra', kind: 'gateway' });
    await cloud.until(() => answers.length > 0, 'an answer to the gateway');
    const sessions = () => cloud.mediaNodes.get('sfu-fra')?.sessions.size;
    begin().leave(1000);
    await cloud.run(1000);
    expect([node.joins, sessions()]).toEqual([[], 1]);
  });
});
