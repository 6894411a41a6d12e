import { availableParallelism } from 'node:os';
import process from 'node:process';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './infra/check/sequencer.mjs';
import { wholeFiles } from './infra/check/tiers.mjs';

/** Folders of packages: at the top and one level below. */
const packages = '{*,*/*}';
const isGate = process.env['MERIDIAN_TESTS'] === 'gate';
const exclude = [...configDefaults.exclude, ...(isGate ? [wholeFiles] : [])];

/** Far above any test of its tier, so that a loaded machine causes no failure. */
const computing = { testTimeout: 600_000, hookTimeout: 600_000 };
const service = { testTimeout: 300_000, hookTimeout: 300_000 };
const browser = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  fileParallelism: false,
  setupFiles: ['proof/test/support/watch-deaths.ts'],
};

/**
 * Unit files are cheap and parallel, service files own sockets, workers and redis, browsers run one after another.
 * infra/check/tiers.mjs defines which of these `npm test` and `npm test -- --all` run, and in which order.
 */
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    include: [],
    exclude,
    passWithNoTests: false,
    // Only ends a hang; vitest's own second would measure the machine.
    expect: { poll: { timeout: 60_000 } },
    // Without `hrtime`: the event-loop metric catches up on all time since its last look, and a fake clock would make
    // that the machine's uptime. The metric stays active in processes whose tests have made metrics.
    fakeTimers: {
      toFake: [
        ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const),
        ...(['setImmediate', 'clearImmediate', 'Date', 'performance'] as const),
      ],
    },
    sequence: { sequencer: LongestFirst },
    // Node reads TypeScript itself; transforming every file again takes as long as half of the unit tests.
    experimental: { viteModuleRunner: false },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`${packages}/test/unit/**/*.test.{ts,tsx}`],
          ...computing,
          // Two on two cores, beside the checks.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // A process reads a module once for all its files: reading it again for each file takes as long as the tests.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'service',
          include: [`${packages}/test/service/**/*.test.ts`],
          ...service,
          // More than the cores, as most of them wait for sockets and timers.
          maxWorkers: 5,
          // A new process costs half a second of processor time per file.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'realtime',
          include: [`${packages}/test/realtime/**/*.test.ts`],
          ...service,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser-network',
          include: ['proof/test/e2e/network/*.test.ts'],
          ...browser,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          // Tests of the simulator, the labs and the benchmarks, which guard the tools and not the product.
          name: 'tools',
          include: ['proof/test/tools/*.test.ts'],
          ...computing,
          isolate: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: 'seeds',
          include: ['proof/test/tools/seeds/*.test.ts'],
          ...computing,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['proof/test/e2e/*.test.ts', 'proof/test/e2e/gateway/*.test.ts', 'proof/test/e2e/livekit/*.test.ts'],
          globalSetup: ['proof/test/support/shared-cloud.ts', 'proof/test/support/shared-browser.ts'],
          ...browser,
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser-own-cloud',
          include: ['proof/test/e2e/own-cloud/*.test.ts'],
          globalSetup: ['proof/test/support/standby-cloud.ts', 'proof/test/support/shared-browser.ts'],
          ...browser,
          sequence: { groupOrder: 6 },
        },
      },
      {
        extends: true,
        test: {
          // Tests against programs that Debian does not have: Helm and MinIO, which Go builds once.
          name: 'peers',
          include: [`${packages}/test/peers/*.test.ts`],
          ...service,
          fileParallelism: false,
          sequence: { groupOrder: 7 },
        },
      },
      {
        extends: true,
        test: {
          name: 'nightly',
          include: [`${packages}/test/nightly/**/*.test.ts`],
          ...browser,
          sequence: { groupOrder: 8 },
        },
      },
    ],
  },
});
