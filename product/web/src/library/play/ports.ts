// What a playback asks library nodes. Without cookies and referrer: the token in the address says it all.

const quiet = { credentials: 'omit', referrerPolicy: 'no-referrer' } as const;

/** Where the files of a link are. Rejects when the node does not say so. */
export async function askPlaces(playUrl: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(playUrl, { ...quiet, signal });
  if (!response.ok) throw new Error(`places: status ${response.status}`);
  return await response.json();
}

/** As plain text: the browser asks for no leave first. */
export async function postReport(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'text/plain;charset=UTF-8' };
  const response = await fetch(url, { ...quiet, method: 'POST', keepalive: true, headers, body });
  if (!response.ok) throw new Error(`report: status ${response.status}`);
}

export const beaconReport = (url: string, body: string): boolean => navigator.sendBeacon(url, body);
export const drawBytes = (bytes: Uint8Array<ArrayBuffer>): unknown => crypto.getRandomValues(bytes);
