import { vi } from 'vitest';

/** The limit ends a hang: a loaded machine is no failure. It looks often: most of what is waited for takes a moment. */
export const LONG = { timeout: 60_000, interval: 5 };

/** Waits until `check` throws no more; answers what it answers. */
export const eventually = <T>(check: () => T): Promise<Awaited<T>> => vi.waitFor(check, LONG) as Promise<Awaited<T>>;
