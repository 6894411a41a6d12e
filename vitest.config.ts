import process from 'node:process';
import { defineConfig } from 'vitest/config';

/**
 * In CI a test of processes, sockets or browsers that fails is tried once more, and named as unstable if it passes then: machines stand still
 * for seconds. Too many of them fail the run (infra/check/summary.mjs). Elsewhere, and for unit tests everywhere, the first try counts.
 */
const retry = process.env['CI'] === 'true' ? 1 : 0;

/** Why three projects: unit files are cheap and parallel, service files own sockets, workers and redis, browsers own the machine. */
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    include: [],
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['*/test/unit/**/*.test.ts', '*/test/unit/**/*.test.tsx', 'test/unit/**/*.test.ts'],
          testTimeout: 10_000,
          // One process reads a module once for all its files: reading them again for each of 240 files takes as long as the tests.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'service',
          include: ['*/test/service/**/*.test.ts', 'test/service/**/*.test.ts'],
          // Far above what any of them takes: a loaded machine is no failure.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          retry,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          retry,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
