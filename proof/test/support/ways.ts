import type { Ways, WaysRequest } from '../../../media/gateway/src/ways.ts';
import type { TestCloud } from './cloud.ts';

export type { Ways };

/** Requests the ways of a room from the gateway of a region, with a token of the room, which may pretend a city. */
export async function waysOf(
  cloud: TestCloud,
  region: 'frankfurt' | 'singapore',
  o: { readonly room: string; readonly identity: string; readonly from?: string },
  request: WaysRequest = {},
): Promise<Ways> {
  const net = region === 'frankfurt' ? '127.0.1' : '127.0.2';
  const query = o.from === undefined ? '' : `?from=${o.from}`;
  const response = await fetch(`http://${net}.8:${7890 + cloud.portOffset}/v1/addresses${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await cloud.token(o.room, o.identity)}`, 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (!response.ok) throw new Error(`ways: HTTP ${response.status} ${await response.text()}`);
  return (await response.json()) as Ways;
}
