import type { KeyValue } from './kv.ts';

export type Vitest = Pick<typeof import('vitest'), 'describe' | 'it' | 'expect' | 'beforeEach' | 'afterEach'>;

/** What each part of the suite works with; `kv` and `letPass` are the ones of the test that runs. */
export interface Context extends Pick<Vitest, 'it' | 'expect'> {
  kv(): KeyValue;
  letPass(ms: number): void;
}

/** The time to live of what is to expire. */
export const TTL_MS = 60;
/** How long an expiry may take to show on a real clock before the test fails. */
const EXPIRY_LIMIT_MS = 5_000;

export async function expectGone({ expect, kv, letPass }: Context, key: string): Promise<void> {
  letPass(TTL_MS);
  const untilMs = performance.now() + EXPIRY_LIMIT_MS;
  while ((await kv().get(key)) !== undefined && performance.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await kv().get(key)).toBeUndefined();
}
