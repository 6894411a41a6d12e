// Health check of a child, whose certificate may be signed by our own authority.
import { readFileSync } from 'node:fs';
import { get } from 'node:https';

/** Returns true for 2xx. Rejects as fetch does (TypeError, TimeoutError) while no process listens. */
export async function isHealthy(url: string, caFile: string | undefined, limitMs: number): Promise<boolean> {
  if (caFile === undefined) return (await fetch(url, { signal: AbortSignal.timeout(limitMs) })).ok;
  const status = await statusOf(url, readFileSync(caFile, 'utf8'), limitMs);
  return status >= 200 && status < 300;
}

function statusOf(url: string, ca: string, limitMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(new TypeError('the child does not answer', { cause }));
    const request = get(url, { ca, agent: false, signal: AbortSignal.timeout(limitMs) }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', fail);
    });
    request.once('error', fail);
  });
}
