import type { KeyValue } from './kv.ts';

export type Vitest = Pick<typeof import('vitest'), 'describe' | 'it' | 'expect' | 'beforeEach' | 'afterEach'>;

/** Context of each part of the suite; `kv` and `letPass` belong to the running test. */
export interface Context extends Pick<Vitest, 'it' | 'expect'> {
  kv(): KeyValue;
  letPass(ms: number): void;
}

export const TTL_MS = 60;
const EXPIRY_LIMIT_MS = 5_000;

export async function expectGone({ expect, kv, letPass }: Context, key: string): Promise<void> {
  letPass(TTL_MS);
  const untilMs = performance.now() + EXPIRY_LIMIT_MS;
  while ((await kv().get(key)) !== undefined && performance.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await kv().get(key)).toBeUndefined();
}
