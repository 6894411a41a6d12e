// Phases of the case `two-servers`. Their metrics are in milliseconds.
import type { Page } from 'playwright-core';
import type { Metrics } from '../../support/case.ts';
import { until } from '../../test/support/poll.ts';
import { forgottenHost, moved, region, rolling } from './fleet-changes.ts';
import { elapsedMs, gapMetrics, gapsDuring, lateGaps, missedAims } from './gaps.ts';
import { minutes15Ms, type Phase, restartGapAimMs } from './outcome.ts';
import { certifiedSinceMs, moveClock, replaceDisk, units } from './server-changes.ts';
import { backLimitMs, callAtBoth, running } from './spots.ts';
import { type Stage, serverNames } from './stage.ts';

export const phaseNames = [
  'boot',
  'guide',
  'call',
  'rtmp',
  'restart',
  'rolling',
  'lost',
  'region',
  'restore',
  'moved',
  'forgotten',
  'off',
] as const;
export type PhaseName = (typeof phaseNames)[number];

/** Longest gap after the loss of a server: after 3 s of silence people rejoin at another node, over the long wire. */
const lostGapAimMs = 8000;
/** Time until a server that was off serves again: its units start, register and enter the plan of paths. */
const backAimMs = 60_000;
const site = 'https://meet.example.org';
const dayMs = 86_400_000;
/** Days for which servers are off: longer than the lifetime of node certificates. */
const offDays = 3;

export const runPhase: Readonly<Record<PhaseName, Phase>> = {
  boot: async (stage) => {
    const startedMs = performance.now();
    await Promise.all(serverNames.map((name) => stage.install(name)));
    await Promise.all(serverNames.map((name) => stage.boot(name)));
    return { metrics: { readyMs: elapsedMs(startedMs) }, missed: [] };
  },

  guide: async (stage) => {
    stage.guideStartedMs = performance.now();
    return { metrics: { blocks: stage.guide.count('guide'), ms: await stage.guide.run('guide') }, missed: [] };
  },

  call: async (stage) => {
    const missed = [...(await pageProblems(stage)), ...(await administratorProblems(stage))];
    stage.call = await callAtBoth(stage);
    const fromBundleMs = elapsedMs(stage.guideStartedMs);
    await stage.call.watch();
    return {
      metrics: { fromBundleMs, aimMs: minutes15Ms },
      missed: [...missed, ...missedAims('from the bundle to the call', fromBundleMs, minutes15Ms)],
    };
  },

  rtmp: async (stage) => {
    const call = await running(stage);
    const printed = stage.guide.printed('rtmp://').at(-1);
    if (printed === undefined) throw new Error('the guide printed no address rtmp://…');
    // Every gateway accepts every stream key; the lab always uses the gateway of server-2.
    const url = printed.replace(/meet(?=\.example\.org)/, 'sgp');
    const startedMs = performance.now();
    const end = stage.clients.encode('client-2', url);
    try {
      const wanted = 50;
      await until('both see and hear the encoder', async () =>
        (await call.receivedFromOthers()).every(({ audio, video }) => audio > wanted && video > wanted),
      );
      return { metrics: { seenAndHeardMs: elapsedMs(startedMs) }, missed: [] };
    } finally {
      end();
    }
  },

  rolling,
  region,
  moved,
  forgotten: forgottenHost,

  restart: async (stage) => {
    const acts = new Map([['guide', async () => void (await stage.guide.run('restart'))]]);
    for (const unit of await units(stage, 'server-2'))
      acts.set(unit, async () => void (await stage.runOrThrow('server-2', `systemctl restart ${unit}`)));
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
    for (const [name, act] of acts) {
      const call = await running(stage);
      const startedMs = performance.now();
      const gaps = await gapsDuring(call, act);
      metrics[name] = Object.assign(gapMetrics(gaps, restartGapAimMs), { tookMs: elapsedMs(startedMs) });
      stage.say(`  ${name}: ${JSON.stringify(metrics[name])}`);
      missed.push(...lateGaps(`restart of ${name}`, gaps, restartGapAimMs));
    }
    return { metrics, missed };
  },

  lost: async (stage) => {
    const call = await running(stage);
    const gaps = await gapsDuring(call, () => stage.servers['server-2'].cutPower());
    const startedMs = performance.now();
    await stage.boot('server-2');
    await call.close();
    stage.call = await callAtBoth(stage, backLimitMs);
    const backMs = elapsedMs(startedMs);
    await stage.call.watch();
    return {
      metrics: Object.assign(gapMetrics(gaps, lostGapAimMs), { backMs, backAimMs }),
      missed: [
        ...lateGaps('server-2 is lost', gaps, lostGapAimMs),
        ...missedAims('server-2 is back', backMs, backAimMs),
      ],
    };
  },

  restore: async (stage) => {
    await stage.call?.close();
    const backupMs = await stage.guide.run('backup');
    const startedMs = performance.now();
    await stage.servers['server-1'].cutPower();
    await replaceDisk(stage, 'server-1');
    await stage.boot('server-1');
    await stage.guide.run('install', { only: 'server-1' });
    await stage.guide.run('restore', { only: 'server-1' });
    stage.call = await callAtBoth(stage, backLimitMs);
    const restoredMs = elapsedMs(startedMs);
    await stage.call.watch();
    return {
      metrics: { backupMs, restoredMs, aimMs: minutes15Ms },
      missed: missedAims('server-1 is restored', restoredMs, minutes15Ms),
    };
  },

  off: async (stage) => {
    await stage.call?.close();
    const names = stage.runningServers;
    for (const name of names) await moveClock(stage, name, offDays);
    const startedMs = performance.now();
    await Promise.all(names.map((name) => stage.boot(name)));
    stage.call = await callAtBoth(stage, backLimitMs);
    const backMs = elapsedMs(startedMs);
    const validFrom = await until('media nodes have certificates of the moved clock', () =>
      names.map((name) => certifiedSinceMs(stage, name)).every((ms) => ms > Date.now() + (offDays - 0.5) * dayMs),
    );
    const metrics = { backMs, backAimMs, areOfMovedClock: validFrom ? 1 : 0 };
    return { metrics, missed: missedAims('all servers, after three days', backMs, backAimMs) };
  },
};

async function withPage<T>(stage: Stage, use: (page: Page) => Promise<T>): Promise<T> {
  const context = await (await stage.clients.browser('client-1')).newContext();
  try {
    return await use(await context.newPage());
  } finally {
    await context.close();
  }
}

const pageProblems = (stage: Stage): Promise<string[]> =>
  withPage(stage, async (page) => {
    const answer = await page.goto(`${site}/`);
    const protocol = (await answer?.securityDetails())?.protocol;
    return answer?.status() === 200 && protocol !== undefined
      ? []
      : [`the page: HTTP ${answer?.status()}, ${protocol}`];
  });

const administratorProblems = (stage: Stage): Promise<string[]> =>
  withPage(stage, async (page) => {
    const [link] = stage.guide.printed(`${site}/setup/`);
    if (link === undefined) return ['the guide printed no link of the first administrator'];
    await page.goto(link);
    await page.locator('[data-testid=setup] input[name=password]').waitFor();
    for (const [name, value] of [
      ['email', 'ada@example.org'],
      ['name', 'Ada'],
      ['password', 'a long and unusual sentence'],
    ] as const) {
      // The e-mail address is filled in already: `--admin` of the guide.
      const field = page.locator(`[data-testid=setup] input[name=${name}]:not([readonly])`);
      if (await field.isVisible()) await field.fill(value);
    }
    await page.locator('[data-testid=setup] button[type=submit]').click();
    await page.locator('[data-testid=setup]').waitFor({ state: 'detached' });
    const role = await page.evaluate(async () => {
      const answer = await fetch('/api/v1/me');
      return ((await answer.json()) as { user?: { role?: string }; role?: string }).role ?? 'none';
    });
    return role === 'operator' ? [] : [`the first administrator has the role ${role}`];
  });
