import { vi } from 'vitest';

/** The limit ends a hang only; a loaded machine is no failure. The interval is short because most waits are. */
export const LONG = { timeout: 60_000, interval: 5 };

export const eventually = <T>(check: () => T): Promise<Awaited<T>> => vi.waitFor(check, LONG) as Promise<Awaited<T>>;
