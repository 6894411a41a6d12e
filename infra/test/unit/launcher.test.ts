import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { endWithNpm } from '../../setup/launcher.mjs';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

// `supervisor.test.ts` tests the end with npm.
it.each([
  { name: 'npm runs the command', env: { npm_lifecycle_event: 'start' }, watches: 1 },
  { name: 'a person runs it without npm', env: {}, watches: 0 },
  { name: 'a program that npm runs for another command starts it', env: { npm_lifecycle_event: 'lab' }, watches: 0 },
])('the process that started the set-up is watched or not: $name', ({ env, watches }) => {
  endWithNpm('start', env);
  expect(vi.getTimerCount()).toBe(watches);
});
