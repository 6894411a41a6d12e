import { defineConfig } from 'vitest/config';

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
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
