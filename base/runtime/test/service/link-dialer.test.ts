import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import {
  Authority,
  type Identity,
  type Link,
  LinkDialer,
  LinkServer,
  ManualClock,
  type Rng,
  seededRng,
  systemClock,
} from '@meridian/runtime';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, connectPair, dialerOptions, makeCluster, SERVER, serverOptions } from '../support/cluster.ts';
import { collectingLog } from '../support/log.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;
let cluster: Cluster;
const cleanups: (() => unknown)[] = [];
beforeAll(async () => {
  cluster = await makeCluster();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(changes: Parameters<typeof serverOptions>[1] = {}): Promise<LinkServer> {
  const server = await LinkServer.listen(serverOptions(cluster, changes));
  cleanups.push(() => server.close('test over'));
  return server;
}

function dial(port: number, changes: Parameters<typeof dialerOptions>[2] = {}): LinkDialer {
  const dialer = new LinkDialer(dialerOptions(cluster, port, changes));
  cleanups.push(() => dialer.close('test over'));
  return dialer;
}

/** Draws from the top of the range, so that the delays are the ceilings themselves. */
function topRng(): Rng {
  return { ...seededRng('top'), next: () => 1 - 2 ** -53 };
}

describe('the trust of a dialer', () => {
  it('refuses a server of another authority, and gives its owner no link to it', async () => {
    const otherAuthority = await Authority.create({ clock: systemClock() });
    const { port } = await listen({ credentials: { ...(await otherAuthority.issueCredentials(SERVER, HOUR_MS)) } });
    const { log, lines } = collectingLog();
    const links: Link[] = [];
    dial(port, { log, onLink: (link) => links.push(link) });
    await until('refused', () => lines.some((line) => /self-signed certificate|unable to/.test(String(line['cause']))));
    expect(links).toEqual([]);
  });

  it('refuses a server whose identity is not the expected one', async () => {
    const { port, linkCount } = await listen();
    const { log, lines } = collectingLog();
    const judgedIdentities: Identity[] = [];
    const links: Link[] = [];
    dial(port, {
      log,
      onLink: (link) => links.push(link),
      expect: (remote) => {
        judgedIdentities.push(remote);
        return false;
      },
    });
    await until('refused twice', () => judgedIdentities.length >= 2);
    expect(judgedIdentities[0]).toEqual(SERVER);
    await until('logged', () => lines.some((line) => line['cause'] === 'unexpected server hub/eu/server-1'));
    expect(links).toEqual([]);
    expect(linkCount).toBe(0);
  });

  it('refuses a server whose certificate has expired by its own clock', async () => {
    const { port } = await listen();
    const { log, lines } = collectingLog();
    const clock = new ManualClock({ wallMs: Date.now() + 2 * HOUR_MS });
    const dialer = dial(port, { log, clock });
    await until('refused', () => lines.some((line) => line['cause'] === 'the server has no valid identity'));
    expect(dialer.link).toBeUndefined();
  });

  it('tries again when its owner cannot give credentials yet', async () => {
    const { port } = await listen();
    let credentialCalls = 0;
    const dialer = dial(port, {
      credentials: () => {
        credentialCalls += 1;
        if (credentialCalls < 3) throw new Error('not enrolled yet');
        return cluster.client;
      },
    });
    await until('linked', () => dialer.link !== undefined);
    expect(credentialCalls).toBe(3);
  });
});

describe('the return of a dialer', () => {
  it('reports for each failed dial whether no server listens there', async () => {
    const mute = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const refusals: boolean[] = [];
    dial(port, { onDialFailed: (isRefused) => refusals.push(isRefused) });
    await until('it is hung up on', () => refusals.length >= 1);
    expect(refusals).not.toContain(true);
    await new Promise<void>((resolve) => mute.close(() => resolve()));
    await until('it is refused twice', () => refusals.filter(Boolean).length >= 2);
  });

  it('dials again after a restart of the server, informs its owner each time, and uses renewed credentials', async () => {
    const first = await listen();
    const events: string[] = [];
    let credentialCalls = 0;
    const dialer = dial(first.port, {
      credentials: () => {
        credentialCalls += 1;
        return cluster.client;
      },
      onLink: () => events.push('up'),
      onDown: (cause) => events.push(`down: ${cause}`),
    });
    await until('linked', () => dialer.link !== undefined);
    await first.close('restart');
    await until('down', () => dialer.link === undefined);
    const second = await listen({ port: first.port });
    await until('linked again', () => dialer.link !== undefined);
    expect(second.linkCount).toBe(1);
    expect(events).toEqual(['up', 'down: the other side closed (1000) restart', 'up']);
    expect(credentialCalls).toBeGreaterThanOrEqual(2);
  });

  it('waits a random part of a ceiling that doubles up to the maximum', async () => {
    const port = await closedPort();
    const clock = new ManualClock({ wallMs: Date.now() });
    const { log, lines } = collectingLog();
    dial(port, { clock, log, rng: topRng(), backoffMs: { first: 100, max: 1_000 } });
    const downs = () => lines.filter((line) => line['msg'] === 'link down; dialling again');
    for (let round = 1; round <= 6; round++) {
      await until(`failure ${round}`, () => downs().length === round);
      clock.advance(2_000);
    }
    expect(
      downs()
        .slice(0, 6)
        .map((line) => line['delayMs']),
    ).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('does not dial before its delay has passed', async () => {
    const port = await closedPort();
    const clock = new ManualClock({ wallMs: Date.now() });
    let credentialCalls = 0;
    const credentials = () => {
      credentialCalls += 1;
      return cluster.client;
    };
    dial(port, {
      clock,
      credentials,
      rng: { ...seededRng('half'), next: () => 0.5 },
      backoffMs: { first: 100, max: 1_000 },
    });
    await until('first failure', () => clock.pendingTimers === 1 && credentialCalls === 1 && clock.nextDueMs === 50);
    clock.advance(49);
    expect(credentialCalls).toBe(1);
    clock.advance(1);
    expect(credentialCalls).toBe(2);
  });

  it('starts from the first back-off again only after a link that lasted', async () => {
    const clock = new ManualClock({ wallMs: Date.now() });
    const { log, lines } = collectingLog();
    const downs = () =>
      lines.filter((line) => line['msg'] === 'link down; dialling again').map((line) => line['failures']);
    // Pings are rare here, so that only the age of the link matters.
    const limits = { pingIntervalMs: 60_000, pongTimeoutMs: 120_000 };
    const { dialer, close } = await connectPair(cluster, { dialer: { clock, log, limits } });
    cleanups.push(close);
    clock.advance(4_999);
    dialer.link?.close('short');
    expect(downs()).toEqual([1]);
    clock.advance(100);
    await until('up again', () => dialer.link !== undefined);
    clock.advance(4_999);
    dialer.link?.close('short again');
    expect(downs()).toEqual([1, 2]);
    clock.advance(100);
    await until('up a third time', () => dialer.link !== undefined);
    clock.advance(5_000);
    dialer.link?.close('lasted');
    expect(downs()).toEqual([1, 2, 1]);
  });

  it('gives up on a server that accepts the connection and stays silent, after five seconds on its clock', async () => {
    const silentServer = createServer((socket) => {
      cleanups.push(() => socket.destroy());
    });
    await new Promise<void>((resolve) => silentServer.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => silentServer.close());
    const clock = new ManualClock({ wallMs: Date.now() });
    const { log, lines } = collectingLog();
    dial((silentServer.address() as AddressInfo).port, { clock, log });
    await until('dialling', () => clock.pendingTimers === 1);
    clock.advance(4_999);
    expect(lines).toEqual([]);
    clock.advance(1);
    await until('given up', () => lines.length === 1);
  });
});

describe('the log of an outage', () => {
  const shown = (lines: Record<string, unknown>[]) =>
    lines.filter(({ level }) => level !== 'debug').map(({ level, msg, downMs }) => ({ level, msg, downMs }));
  const downLine = { level: 'warn', msg: 'link down; dialling again' };

  it('has one warning however often the dialer dials, and one line with the length of the outage when the link is up', async () => {
    const port = await closedPort();
    const clock = new ManualClock({ wallMs: Date.now() });
    const { log, lines } = collectingLog();
    const dialer = dial(port, { clock, log, rng: topRng(), backoffMs: { first: 100, max: 1_000 } });
    const failures = () => lines.filter(({ msg }) => msg === downLine.msg).length;
    for (const [round, delayMs] of [100, 200, 400].entries()) {
      await until(`failure ${round + 1}`, () => failures() === round + 1);
      if (round === 2) await listen({ port });
      clock.advance(delayMs);
    }
    await until('up', () => dialer.link !== undefined);
    expect(failures()).toBe(3);
    expect(shown(lines)).toEqual([downLine, { level: 'info', msg: 'link up again', downMs: 700 }]);
  });

  it('is empty where the first dial gets through', async () => {
    const { log, lines } = collectingLog();
    const pair = await connectPair(cluster, { dialer: { log } });
    await pair.close();
    expect(shown(lines)).toEqual([]);
  });

  it('has one outage for a link that comes and goes, and a new one after a link that lasted', async () => {
    const clock = new ManualClock({ wallMs: Date.now() });
    const { log, lines } = collectingLog();
    const limits = { pingIntervalMs: 60_000, pongTimeoutMs: 120_000 };
    const { dialer, close } = await connectPair(cluster, { dialer: { clock, log, limits, rng: topRng() } });
    cleanups.push(close);
    const dropLink = async (afterMs: number): Promise<void> => {
      clock.advance(afterMs);
      dialer.link?.close('fallen');
      clock.advance(100);
      await until('up again', () => dialer.link !== undefined);
    };
    const first = [downLine, { level: 'info', msg: 'link up again', downMs: 100 }];
    await dropLink(10);
    expect(shown(lines)).toEqual(first);
    await dropLink(4_999);
    await dropLink(4_999);
    expect(shown(lines)).toEqual(first);
    await dropLink(5_000);
    expect(shown(lines)).toEqual([...first, ...first]);
  });
});

describe('closing a dialer', () => {
  it('by an owner that is ending prevents a redial and a warning for a link that goes down', async () => {
    const clock = new ManualClock({ wallMs: Date.now() });
    const { log, lines } = collectingLog();
    let closing = false;
    const { dialer, server, close } = await connectPair(cluster, {
      dialer: { clock, log, rng: topRng(), isClosing: () => closing },
    });
    cleanups.push(close);
    dialer.link?.close('fallen');
    clock.advance(200);
    await until('up again', () => dialer.link !== undefined);
    const before = lines.length;
    closing = true;
    await server.close('SIGTERM');
    await until('down', () => dialer.link === undefined);
    const shown = lines.slice(before).filter(({ msg }) => String(msg).startsWith('link '));
    expect(shown).toMatchObject([{ level: 'info', msg: 'link down while closing' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['before its first dial', async () => undefined],
    ['while it dials', async () => new Promise((resolve) => setImmediate(resolve))],
  ])('%s leaves no timer and calls no handler', async (_when, wait) => {
    const { port } = await listen();
    const clock = new ManualClock({ wallMs: Date.now() });
    const called: string[] = [];
    const dialer = dial(port, { clock, onLink: () => called.push('up'), onDown: () => called.push('down') });
    await wait();
    dialer.close('enough');
    dialer.close('enough');
    expect(clock.pendingTimers).toBe(0);
    // The success of a later dialer shows that the closed dialer has had its time.
    const laterDialer = dial(port);
    await until('the later one is up', () => laterDialer.link !== undefined);
    expect(called).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('while it waits to dial again cancels the wait', async () => {
    const clock = new ManualClock({ wallMs: Date.now() });
    const { log, lines } = collectingLog();
    const dialer = dial(await closedPort(), { clock, log });
    await until('failed', () => lines.length === 1);
    expect(clock.pendingTimers).toBe(1);
    dialer.close('enough');
    expect(clock.pendingTimers).toBe(0);
  });

  it('with a link up ends the link and dials no more', async () => {
    const clock = new ManualClock({ wallMs: Date.now() });
    const downs: string[] = [];
    const pair = await connectPair(cluster, { dialer: { clock, onDown: (cause) => downs.push(cause) } });
    cleanups.push(pair.close);
    pair.dialer.close('enough');
    expect(pair.near.closed).toBe(true);
    expect(pair.dialer.link).toBeUndefined();
    expect(downs).toEqual(['enough']);
    await until('nothing left', () => clock.pendingTimers === 0 && pair.server.linkCount === 0);
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
