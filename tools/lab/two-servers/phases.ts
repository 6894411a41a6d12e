// What the case does, one phase after another. Times are in milliseconds.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { owned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';
import type { Metrics } from '../../support/case.ts';
import { Call, mediaAddresses } from './call.ts';
import { gapMetrics, gapsDuring, late, lateGaps, since } from './gaps.ts';
import { hosts } from './network.ts';
import { type ServerName, type Stage, serverNames } from './stage.ts';

export const phaseNames = ['boot', 'guide', 'call', 'rtmp', 'restart', 'lost', 'restore', 'off'] as const;
export type PhaseName = (typeof phaseNames)[number];

/** A phase fails by an error; a promise that was not kept is said in `missed`. */
export interface Outcome {
  readonly metrics: Metrics;
  readonly missed: readonly string[];
}
export type Phase = (stage: Stage) => Promise<Outcome>;

const minutes15Ms = 15 * 60_000;
/** Of what people hear and see of each other while services are restarted: as of chaos. */
const restartGapAimMs = 1000;
/** The node is silent for 3 s until its people join elsewhere, here over the long wire. */
const lostGapAimMs = 8000;
/** A server that was off serves again: its units start, register and are planned. */
const backAimMs = 60_000;
const backLimitMs = 240_000;
const site = 'https://meet.example.org';

export const runPhase: Readonly<Record<PhaseName, Phase>> = {
  boot: async (stage) => {
    const startedMs = performance.now();
    await Promise.all(serverNames.map((name) => stage.install(name)));
    await Promise.all(serverNames.map((name) => stage.boot(name)));
    return { metrics: { readyMs: since(startedMs) }, missed: [] };
  },

  guide: async (stage) => {
    stage.guideStartedMs = performance.now();
    return { metrics: { blocks: stage.guide.count('guide'), ms: await stage.guide.run('guide') }, missed: [] };
  },

  call: async (stage) => {
    const missed = [...(await pageProblems(stage)), ...(await administratorProblems(stage))];
    stage.call = await callAtBoth(stage);
    const fromBundleMs = since(stage.guideStartedMs);
    await stage.call.watch();
    return {
      metrics: { fromBundleMs, aimMs: minutes15Ms },
      missed: [...missed, ...late('from the bundle to the call', fromBundleMs, minutes15Ms)],
    };
  },

  rtmp: async (stage) => {
    const call = await running(stage);
    const printed = stage.guide.printed('rtmp://').at(-1);
    if (printed === undefined) throw new Error('the guide printed no address rtmp://…');
    // Every gateway takes every key: here the one of server-2, whichever was printed.
    const url = printed.replace(/meet(?=\.example\.org)/, 'sgp');
    const startedMs = performance.now();
    const end = stage.clients.encode('client-2', url);
    try {
      const wanted = 50;
      await until('both see and hear the encoder', async () =>
        (await call.ofOthers()).every(({ audio, video }) => audio > wanted && video > wanted),
      );
      return { metrics: { seenAndHeardMs: since(startedMs) }, missed: [] };
    } finally {
      end();
    }
  },

  restart: async (stage) => {
    const acts = new Map([['guide', async () => void (await stage.guide.run('restart'))]]);
    for (const unit of await units(stage, 'server-2'))
      acts.set(unit, async () => void (await stage.must('server-2', `systemctl restart ${unit}`)));
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
    for (const [name, act] of acts) {
      const call = await running(stage);
      const startedMs = performance.now();
      const gaps = await gapsDuring(call, act);
      metrics[name] = Object.assign(gapMetrics(gaps, restartGapAimMs), { tookMs: since(startedMs) });
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
    const backMs = since(startedMs);
    await stage.call.watch();
    return {
      metrics: Object.assign(gapMetrics(gaps, lostGapAimMs), { backMs, backAimMs }),
      missed: [...lateGaps('server-2 is lost', gaps, lostGapAimMs), ...late('server-2 is back', backMs, backAimMs)],
    };
  },

  restore: async (stage) => {
    await stage.call?.close();
    const backupMs = await stage.guide.run('backup');
    const startedMs = performance.now();
    await stage.servers['server-1'].cutPower();
    await renew(stage, 'server-1');
    await stage.boot('server-1');
    await stage.guide.run('restore', 'server-1');
    stage.call = await callAtBoth(stage, backLimitMs);
    const restoredMs = since(startedMs);
    await stage.call.watch();
    return {
      metrics: { backupMs, restoredMs, aimMs: minutes15Ms },
      missed: late('server-1 is restored', restoredMs, minutes15Ms),
    };
  },

  off: async (stage) => {
    await stage.call?.close();
    for (const name of serverNames) await moveClock(stage, name, 3);
    const startedMs = performance.now();
    await Promise.all(serverNames.map((name) => stage.boot(name)));
    stage.call = await callAtBoth(stage, backLimitMs);
    const backMs = since(startedMs);
    return { metrics: { backMs, backAimMs }, missed: late('both servers, after three days', backMs, backAimMs) };
  },
};

/** A call with a person at each server: what was moved away before is where it should be again. */
async function running(stage: Stage): Promise<Call> {
  const { call } = stage;
  if (call !== undefined && (await isAtBoth(call))) return call;
  await call?.close();
  stage.call = await callAtBoth(stage, backLimitMs);
  await stage.call.watch();
  return stage.call;
}

async function isAtBoth(call: Call): Promise<boolean> {
  const [ana, bo] = await Promise.all(call.people.map((p) => mediaAddresses(p)));
  return ana?.join() === hosts['server-1'].ip && bo?.join() === hosts['server-2'].ip;
}

/** A call whose people are at the servers of their own places, by what their browsers say; tried until it is so. */
async function callAtBoth(stage: Stage, limitMs = 0): Promise<Call> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    try {
      const call = await Call.open(stage.clients, stage.links());
      if (await isAtBoth(call)) return call;
      const addresses = await Promise.all(call.people.map((p) => mediaAddresses(p)));
      await call.close();
      throw new Error(`not each at its own server, but at ${addresses.join(' and ')}`);
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      stage.say(`  not yet: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
      await pause(1000);
    }
  }
}

async function withPage<T>(stage: Stage, use: (page: Page) => Promise<T>): Promise<T> {
  const context = await (await stage.clients.browser('client-1')).newContext();
  try {
    return await use(await context.newPage());
  } finally {
    await context.close();
  }
}

/** The page opens over TLS that the browser trusts. */
const pageProblems = (stage: Stage): Promise<string[]> =>
  withPage(stage, async (page) => {
    const answer = await page.goto(`${site}/`);
    const protocol = (await answer?.securityDetails())?.protocol;
    return answer?.status() === 200 && protocol !== undefined
      ? []
      : [`the page: HTTP ${answer?.status()}, ${protocol}`];
  });

/** By the link that the guide has printed, the first administrator sets a password and is signed in. */
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
      // The e-mail address is there already: `--admin` of the guide.
      const field = page.locator(`[data-testid=setup] input[name=${name}]:not([readonly])`);
      if (await field.isVisible()) await field.fill(value);
    }
    await page.locator('[data-testid=setup] button[type=submit]').click();
    await page.locator('[data-testid=setup]').waitFor({ state: 'detached' });
    const role = await page.evaluate(async () => {
      const answer = await fetch('/api/v1/me');
      return ((await answer.json()) as { user?: { role?: string }; role?: string }).role ?? 'none';
    });
    return role === 'admin' ? [] : [`the first administrator has the role ${role}`];
  });

/** Services that run there, as their units are called. */
async function units(stage: Stage, name: ServerName): Promise<string[]> {
  const list = "systemctl list-units --plain --no-legend --state=active 'meridian-*.service' | cut -d' ' -f1";
  return (await stage.must(name, list)).split('\n').filter(Boolean);
}

/** A new disk; /root is what the operator kept of the old one. */
async function renew(stage: Stage, name: ServerName): Promise<void> {
  const server = stage.servers[name];
  const kept = mkdtempSync('/var/tmp/meridian-kept-');
  const disown = owned('the kept files', () => rmSync(kept, { recursive: true, force: true }));
  try {
    cpSync(join(server.root, 'root'), kept, { recursive: true });
    await stage.install(name);
    cpSync(kept, join(server.root, 'root'), { recursive: true });
  } finally {
    rmSync(kept, { recursive: true, force: true });
    disown();
  }
}

/**
 * Ends the server and lets its services believe, from their next start on, that so many days have passed. Containers
 * have this machine's clock, so each service has a library that moves it (libfaketime).
 */
async function moveClock(stage: Stage, name: ServerName, days: number): Promise<void> {
  stage.say(`  ${name}: off; its services begin again with a clock ${days} days later (libfaketime)`);
  await stage.must(name, 'apt-get update -q && apt-get install -y -q faketime');
  const files = await stage.must(name, "systemctl list-unit-files --no-legend 'meridian-*.service' | cut -d' ' -f1");
  const library = await stage.must(name, 'find /usr/lib -name libfaketime.so.1');
  const environment = `LD_PRELOAD=${library.trim()} FAKETIME=+${days}d FAKETIME_DONT_FAKE_MONOTONIC=1`;
  await stage.servers[name].powerOff();
  for (const unit of files.split('\n').filter(Boolean))
    stage.servers[name].write(
      `/etc/systemd/system/${unit}.d/lab-clock.conf`,
      `[Service]\nEnvironment=${environment}\n`,
    );
}
