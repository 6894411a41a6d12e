import { guessedOnewayMs } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { type LinkReport, type PlannerHost, RoutePlanner } from '../../../src/routing/core/links/index.ts';
import { FREE_CHOICE_MS } from '../../../src/routing/core/routes/index.ts';

const gone = Number.POSITIVE_INFINITY;
const place = { latitude: 10, longitude: 10 };
const host = (hostId: string, overrides: Partial<PlannerHost> = {}): PlannerHost => ({
  hostId,
  ...place,
  site: hostId,
  relayMs: 1,
  ...overrides,
});
const measured = (toHostId: string, rttMs: number, overrides: Partial<LinkReport> = {}): LinkReport => ({
  toHostId,
  rttMs,
  onewayChangeMs: 0,
  jitterMs: 0,
  lossFast: 0,
  lossSlow: 0,
  slowProbes: 150,
  isSilent: false,
  ...overrides,
});
const cut = { lossFast: 1, lossSlow: 0.1 };

/** Hosts a, b, c; every link measured at the given round trips, unless null. */
function planner(rtts: Record<string, number | null> = {}, hosts = [host('a'), host('b'), host('c')]) {
  const plan = new RoutePlanner({ checksLight: true });
  plan.setHosts(hosts);
  const report = (nowMs: number, overrides: Record<string, Partial<LinkReport>> = {}): void => {
    for (const { hostId: from } of hosts) {
      for (const { hostId: to } of hosts) {
        if (from === to) continue;
        const rttMs = rtts[`${from}${to}`] === undefined ? 40 : rtts[`${from}${to}`];
        if (rttMs !== null && rttMs !== undefined)
          plan.applyReport(from, measured(to, rttMs, overrides[`${from}${to}`]), nowMs);
      }
    }
  };
  return { plan, report };
}

describe('without any report', () => {
  test('every host is reached directly, by a guessed delay, and no pair has a second path', () => {
    const { plan } = planner();
    expect(plan.replan(0)).toBe(6);
    expect(plan.route('a', 'b')).toEqual({ isReachable: true, via: '', standbyVia: undefined, delayMs: 0.5 });
    expect([plan.delayMs('a', 'b'), plan.rttMs('a', 'b')]).toEqual([guessedOnewayMs(place, place), Number.NaN]);
  });

  test('the delay of a host to itself is 0, and an unknown host has no delay', () => {
    const { plan } = planner();
    plan.replan(0);
    expect([plan.delayMs('a', 'a'), plan.delayMs('a', 'x'), plan.rttMs('x', 'a'), plan.route('a', 'a')]).toEqual([
      0,
      Number.NaN,
      Number.NaN,
      undefined,
    ]);
  });
});

describe('with reports', () => {
  test('a relay that gains enough is taken, with the direct path as standby', () => {
    const { plan, report } = planner({ ab: 200, ba: 200 });
    report(0);
    plan.replan(0);
    // The relayed path takes two legs of 20 ms and the hop of 1 ms.
    expect(plan.route('a', 'b')).toEqual({ isReachable: true, via: 'c', standbyVia: '', delayMs: 41 });
    expect([plan.delayMs('a', 'b'), plan.rttMs('a', 'b')]).toEqual([41, 200]);
    expect(plan.choices('a', 'b')).toEqual({ primary: { via: 'c', costMs: 41 }, best: { via: 'c', costMs: 41 } });
  });

  test('that come one host after another leave no pair on a guessed path: the last measured relay is taken at once', () => {
    const { plan } = planner();
    plan.replan(0);
    const heard: Record<string, string> = { a: 'bc', b: 'ac', c: 'ab' };
    for (const [index, from] of ['a', 'b', 'c'].entries()) {
      const nowMs = 500 * index;
      for (const to of heard[from] ?? '')
        plan.applyReport(from, measured(to, `${from}${to}`.includes('c') ? 40 : 84), nowMs);
      plan.replan(nowMs);
      // The relay gains 1 ms.
      expect([plan.route('a', 'b')?.via, plan.route('b', 'a')?.via]).toEqual(index < 2 ? ['', ''] : ['c', 'c']);
    }
  });

  test('a gain must be in three reports of its host, however many batches the reports of other hosts make', () => {
    const { plan, report } = planner();
    for (const nowMs of [-FREE_CHOICE_MS, 0]) {
      report(nowMs);
      plan.replan(nowMs);
    }
    const slow = (nowMs: number): void => {
      plan.applyReport('b', measured('a', 300), nowMs);
      plan.applyReport('a', measured('b', 300), nowMs);
      plan.replan(nowMs);
    };
    const meanwhile = (nowMs: number): void => {
      plan.applyReport('c', measured('b', 40), nowMs);
      plan.replan(nowMs);
    };
    slow(500);
    for (const nowMs of [700, 900, 1100]) meanwhile(nowMs);
    slow(1200);
    expect(plan.route('a', 'b')?.via).toBe('');
    slow(1300);
    expect(plan.route('a', 'b')?.via).toBe('c');
  });

  test('guessed legs make no relay, however near they look', () => {
    const { plan, report } = planner({ ab: 200, ba: 200, ac: null });
    report(0);
    plan.replan(0);
    expect(plan.route('a', 'b')?.via).toBe('');
    expect(plan.route('b', 'a')?.via).toBe('c'); // its legs are measured
  });

  test('a pair leaves a path that is cut in the same batch', () => {
    const { plan, report } = planner();
    report(0);
    plan.replan(0);
    expect(plan.route('a', 'b')).toMatchObject({ via: '', standbyVia: 'c' });
    report(500, { ab: cut });
    plan.replan(500);
    expect(plan.route('a', 'b')).toMatchObject({ isReachable: true, via: 'c' });
    expect(plan.route('b', 'a')?.via).toBe('');
  });

  test('a pair without any path is shown as unreachable, with its direct path still named', () => {
    const { plan, report } = planner({}, [host('a'), host('b'), host('c', { relayMs: gone })]);
    report(0, { ab: cut });
    plan.replan(0);
    expect(plan.route('a', 'b')).toMatchObject({ isReachable: false, via: '', delayMs: 20 });
  });

  test('a host that answers no probe at all keeps its paths, because its own probe is at fault', () => {
    const { plan, report } = planner();
    report(0);
    plan.replan(0);
    report(500, { ab: cut, cb: cut });
    plan.replan(500);
    expect([plan.route('a', 'b'), plan.route('c', 'b')]).toMatchObject([
      { isReachable: true, via: '' },
      { isReachable: true, via: '' },
    ]);
  });
});

describe('another fleet', () => {
  test('keeps the paths and figures of the hosts that stay', () => {
    const { plan, report } = planner({ ab: 200, ba: 200 });
    report(0);
    plan.replan(0);
    plan.setHosts([host('0-new'), host('a'), host('b'), host('c')]);
    plan.replan(100);
    expect(plan.route('a', 'b')).toEqual({ isReachable: true, via: 'c', standbyVia: '', delayMs: 41 });
    expect(plan.rttMs('a', 'b')).toBe(200);
    expect(plan.route('0-new', 'b')).toMatchObject({ via: '', delayMs: 0.5 });
  });

  test('without the relay of a pair leads the pair directly at once', () => {
    const { plan, report } = planner({ ab: 200, ba: 200 });
    report(0);
    plan.replan(0);
    plan.setHosts([host('a'), host('b')]);
    plan.replan(100);
    expect(plan.route('a', 'b')).toMatchObject({ via: '', delayMs: 100 });
  });
});

test('a path switch that a host made by itself is taken over, if it is possible', () => {
  const { plan, report } = planner();
  report(0);
  plan.replan(0);
  expect([
    plan.flipped('a', 'b', 'c', 1),
    plan.flipped('a', 'a', '', 1),
    plan.flipped('a', 'b', 'b', 1),
    plan.flipped('a', 'x', '', 1),
    plan.flipped('x', 'b', '', 1),
    plan.flipped('a', 'b', 'x', 1),
  ]).toEqual([true, false, false, false, false, false]);
  report(10);
  plan.replan(10);
  expect(plan.route('a', 'b')).toMatchObject({ via: 'c', standbyVia: '' });
});

describe('the reports of a forwarder', () => {
  /** Returns a planner of a, b, c with a better path over c, which a probe of `a` has reported once. */
  function withBetterWay() {
    const { plan, report } = planner({ ab: 40, ba: 40, ac: 40, ca: 40, bc: 40, cb: 40 });
    for (const nowMs of [-FREE_CHOICE_MS, 0]) {
      report(nowMs);
      plan.replan(nowMs);
    }
    plan.applyReport('b', measured('a', 300), 0);
    const slow = (nowMs: number, forwarderId?: string) => plan.applyReport('a', measured('b', 300), nowMs, forwarderId);
    return { plan, slow };
  }

  test('do not count among the three that must agree while the host has a probe, which reports all links', () => {
    const { plan, slow } = withBetterWay();
    for (let nowMs = 100; nowMs <= 2000; nowMs += 100) {
      slow(nowMs, 'sfu-a');
      plan.replan(nowMs);
    }
    expect(plan.route('a', 'b')?.via).toBe('');
    for (let nowMs = 2100; nowMs <= 2300; nowMs += 100) {
      plan.applyReport('a', measured('c', 40), nowMs);
      plan.replan(nowMs);
    }
    expect(plan.route('a', 'b')?.via).toBe('c');
  });

  test('count among the three that must agree where there is no probe', () => {
    const { plan, slow } = withBetterWay();
    for (let nowMs = 10_000; nowMs <= 10_200; nowMs += 100) {
      slow(nowMs, 'sfu-a');
      plan.replan(nowMs);
    }
    expect(plan.route('a', 'b')?.via).toBe('c');
  });

  test('stop counting when it has flipped away from a link, which the probe reports again', () => {
    const { plan, slow } = withBetterWay();
    slow(100, 'sfu-a');
    expect(plan.applyReport('a', measured('b', 40), 200)).toBe('set_aside');
    plan.flipped('a', 'b', 'c', 300);
    expect(plan.applyReport('a', measured('b', 40, cut), 400)).toBeUndefined();
  });
});
