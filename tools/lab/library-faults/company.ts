// A company that uploads and orders: each request is repeated until it is answered.
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, MeridianApiError, type MeridianClient } from '@meridian/api-client';
import type { TestCloud } from '../../../test/support/cloud.ts';

const PAUSE_MS = 500;
/** More than a process and its stores need to come back. */
export const ANSWERED_MS_MAX = 180_000;

export type Company = MeridianClient;

export function companyOf(cloud: TestCloud): Company {
  const { key, secret } = cloud.secrets().devKey;
  return createClient({ url: cloud.pageUrl, apiKey: key, apiSecret: secret });
}

/** Until there is an answer; `onAgain` hears of each that was none. Rejects with what is refused. */
export async function answered<T>(what: string, ask: () => Promise<T>, onAgain?: (code: string) => void): Promise<T> {
  const endMs = performance.now() + ANSWERED_MS_MAX;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof MeridianApiError) || !isPassing(error)) throw error;
      if (performance.now() > endMs) throw new Error(`${what}: no answer`, { cause: error });
      onAgain?.(error.code);
    }
    await delay(PAUSE_MS);
  }
}

const isPassing = ({ status, code }: MeridianApiError): boolean =>
  status === 0 || status === 429 || status >= 500 || code === 'IDEMPOTENCY_IN_FLIGHT' || code === 'ANSWER_UNREADABLE';

/** All rows of a list. */
export async function all<T>(rows: AsyncGenerator<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
}
