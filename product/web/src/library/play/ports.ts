// Requests to library nodes, without cookies or referrer: the token in the URL is enough.

const quiet = { credentials: 'omit', referrerPolicy: 'no-referrer' } as const;

/** Lists the bases of a link's files. Rejects when the node does not answer. */
export async function askPlaces(playUrl: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(playUrl, { ...quiet, signal });
  if (!response.ok) throw new Error(`places: status ${response.status}`);
  return await response.json();
}

/** Plain text needs no CORS preflight. */
export async function postReport(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'text/plain;charset=UTF-8' };
  const response = await fetch(url, { ...quiet, method: 'POST', keepalive: true, headers, body });
  if (!response.ok) throw new Error(`report: status ${response.status}`);
}

export const beaconReport = (url: string, body: string): boolean => navigator.sendBeacon(url, body);
export const drawBytes = (bytes: Uint8Array<ArrayBuffer>): unknown => crypto.getRandomValues(bytes);
