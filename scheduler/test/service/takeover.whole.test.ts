// Several centres over a single Redis: separate processes where one is killed or frozen, with real links of real node
// agents.
import { join } from 'node:path';
import { call, rpc } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import {
  admin,
  type CentreAddress,
  keepAuthority,
  spawnCentre,
  startCentre,
  tempDir,
  until,
  writeConfig,
} from './support/centre.ts';
import { FakeNode, newSession } from './support/fake-node.ts';
import { overRedis } from './support/over-redis.ts';
import { startProxy } from './support/proxy.ts';

/** The aim is 5 s; the limit is five times that, because the machine is shared. */
const TAKEOVER_LIMIT_MS = 25_000;
const redisRig = overRedis();
const { closers } = redisRig;

async function inProcess(id: string, extra: Record<string, unknown> = {}) {
  const centre = await startCentre({ id, standby: true, redisUrl: redisRig.redis.url, hasAuthority: true, ...extra });
  closers.push(() => centre.close());
  return centre;
}

async function ownProcess(id: string, extra: Record<string, unknown> = {}) {
  const dir = tempDir();
  const file = writeConfig(dir.dir, { id, standby: true, redisUrl: redisRig.redis.url, logLevel: 'info', ...extra });
  await keepAuthority(join(dir.dir, 'state'));
  const centre = await spawnCentre(file);
  closers.push(async () => {
    centre.child.kill('SIGCONT');
    await centre.kill('SIGKILL');
    dir.remove();
  });
  return centre;
}

const bothCentres = (one: CentreAddress, other: CentreAddress): CentreAddress => ({
  ...one,
  centreUrl: `${one.centreUrl},${other.centreUrl}`,
  enrolUrl: `${one.enrolUrl},${other.enrolUrl}`,
});

async function node(centre: CentreAddress, id: string, kind: string, onLink?: (link: Link) => void): Promise<FakeNode> {
  const started = await FakeNode.start(centre, { id, kind }, undefined, onLink);
  closers.push(() => started.close());
  return started;
}

/** Asks until a centre places; returns its answer and the time it took. */
async function placed(signaling: FakeNode, what: string, roomKey: string) {
  const sinceMs = performance.now();
  const reply = await until(
    `a join is placed ${what}`,
    async () => {
      if (signaling.link === undefined || signaling.agent.state !== 'serving') return undefined;
      const answer = await signaling.place({ roomKey, sessionId: newSession() }).catch(() => undefined);
      return answer?.ok === true ? answer : undefined;
    },
    TAKEOVER_LIMIT_MS,
  );
  const tookMs = Math.round(performance.now() - sinceMs);
  console.log(`placed ${what} after ${tookMs} ms`);
  return reply;
}

const leads = async (centre: CentreAddress): Promise<boolean> => {
  const health = await fetch(`${centre.httpUrl}/healthz`, { signal: AbortSignal.timeout(1_000) }).catch(
    () => undefined,
  );
  return ((await health?.json()) as { isLeading?: boolean } | undefined)?.isLeading === true;
};

describe('of two centres over one store', () => {
  test('the first leads; the second places nothing, names the first as leader, and enrols nodes that know no other centre', async () => {
    const first = await inProcess('first', { hasAuthority: false });
    const second = await inProcess('second', { hasAuthority: false });
    expect([first.terms.mayDecide(), second.terms.mayDecide()]).toEqual([true, false]);
    await until('the second knows the leader', () => second.terms.leader?.url === first.centreUrl);
    // Enrolled at the standby, with a token made there: all centres share the certificate authority.
    const answers: object[] = [];
    const signaling = await node(second, 'sig', 'signaling', (link) => {
      if (link.remote.id !== 'second') return;
      call(link, rpc.leader, {}).then(
        ({ leading, url, centreEpoch }) => answers.push({ leading, url, centreEpoch }),
        (error: unknown) => answers.push({ error }),
      );
    });
    await node(second, 'media', 'sfu');
    expect(signaling.link?.remote.id).toBe('first');
    expect((await placed(signaling, 'at the leader', 't/room')).nodeId).toBe('media');
    expect(answers).toEqual([{ leading: false, url: first.centreUrl, centreEpoch: first.terms.epoch }]);
    expect(await admin(second, 'GET', '/v1/fleet')).toMatchObject({ status: 503, body: { code: 'NOT_LEADER' } });
    expect(second.authority.fingerprint).toBe(first.authority.fingerprint);
  });
});

describe('when the leader fails', () => {
  test.each(['SIGKILL', 'SIGSTOP'] as const)('by %s, the other centre places joins soon after', async (signal) => {
    const first = await ownProcess('first');
    const second = await inProcess('second');
    const signaling = await node(bothCentres(first, second), 'sig', 'signaling');
    await node(bothCentres(first, second), 'media', 'sfu');
    const before = await placed(signaling, 'before', 't/room');
    first.child.kill(signal);
    const after = await placed(signaling, `after ${signal}`, 't/room');
    expect(signaling.link?.remote.id).toBe('second');
    expect(Number(after.lease?.epoch)).toBeGreaterThanOrEqual(Number(before.lease?.epoch));
    expect(second.terms.epoch).toBe(2);
    if (signal === 'SIGKILL') return;
    first.child.kill('SIGCONT');
    // The old leader wakes and believes that it leads; its clock shows that its lease has lapsed, before any message
    // arrives.
    expect(await leads(first)).toBe(false);
    await placed(signaling, 'with the old leader awake again', 't/other');
    expect(signaling.link?.remote.id).toBe('second');
  });

  test('by being cut from the store, it stops leading before the other centre starts', async () => {
    const proxy = await startProxy(Number(new URL(redisRig.redis.url).port));
    closers.push(() => proxy.close());
    const first = await inProcess('first', { redisUrl: `redis://127.0.0.1:${proxy.port}` });
    const second = await inProcess('second');
    const signaling = await node(bothCentres(first, second), 'sig', 'signaling');
    await node(bothCentres(first, second), 'media', 'sfu');
    await placed(signaling, 'before', 't/room');
    let overlap = 0;
    const watch = setInterval(() => {
      if (first.terms.mayDecide() && second.terms.mayDecide()) overlap += 1;
    }, 5);
    proxy.cut();
    await placed(signaling, 'after the cut', 't/room').finally(() => clearInterval(watch));
    await until('the second leads', () => second.terms.mayDecide());
    expect(first.terms.mayDecide()).toBe(false);
    expect(overlap).toBe(0);
    proxy.mend();
    await until('the first knows the leader', () => first.terms.leader?.id === 'second');
  });
});

describe('when the store fails', () => {
  test('by losing all its entries, epochs of rooms and centres do not fall, and shut-out nodes stay shut out', async () => {
    const first = await inProcess('first');
    const signaling = await node(first, 'sig', 'signaling');
    const media = await node(first, 'media', 'sfu');
    await admin(first, 'POST', '/v1/nodes/bad/deny', { body: {} });
    const before = await placed(signaling, 'before', 't/room');
    const held = { roomKey: 't/room', sessionId: 's', decisionId: before.decisionId, ownerId: 'sig' };
    media.attach({ ...held, epoch: Number(before.lease?.epoch) + 5 });
    const epochBefore = first.terms.epoch;
    await redisRig.redis.command('FLUSHALL');
    await until(
      'it leads again under a higher epoch',
      () => first.terms.mayDecide() && first.terms.epoch > epochBefore,
    );
    const after = await placed(signaling, 'after the store forgot', 't/room');
    expect(Number(after.lease?.epoch)).toBeGreaterThanOrEqual(Number(before.lease?.epoch));
    expect(first.terms.centre.denied.has('bad')).toBe(true);
    const answer = await admin(first, 'POST', '/v1/enrolment-tokens', { body: { id: 'x', kind: 'sfu', region: 'r' } });
    expect(answer.status).toBe(201);
  });
});
