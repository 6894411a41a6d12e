// At which doors a client may knock, nearest first: what GET /v1/entry answers. The centre gives the order; without it the own door is
// first, then the own region, then the others, because whoever asks here is probably near.
import { type Fleet, isServing } from './fleet.ts';

export interface EntryCandidate {
  readonly signalingId: string;
  readonly url: string;
  readonly echoUrl: string;
  readonly region: string;
  readonly city: string;
}

/** Five cities, one of them exploring: more sockets than the SDK opens at once would never be tried. The SDK times them all: no more than `echoSitesMax`. */
export const CANDIDATES_MAX = 5;

/**
 * `order`: signalling ids of the centre, nearest first, empty when it did not answer. Doors that do not serve are left out, and so are those of the
 * other scheme than the own one, unless there are no others: a page served by https can open no `ws:`, and a page of this machine may not
 * trust the certificate of a `wss:` door in its local network.
 */
export function entryCandidates(
  fleet: Fleet,
  o: { order: readonly string[]; selfId: string; region: string },
): EntryCandidate[] {
  const serving = [...fleet.values()].filter(
    (node) => node.kind === 'signaling' && node.publicUrl !== '' && isServing(node),
  );
  const ownUrl = fleet.get(o.selfId)?.publicUrl ?? '';
  const alike = serving.filter(({ publicUrl }) => isAlike(publicUrl, ownUrl));
  const doors = alike.length === 0 ? serving : alike;
  const place = (nodeId: string, region: string): number => {
    const at = o.order.indexOf(nodeId);
    if (at >= 0) return at;
    return o.order.length + (nodeId === o.selfId ? 0 : region === o.region ? 1 : 2);
  };
  return doors
    .sort((a, b) => place(a.nodeId, a.region) - place(b.nodeId, b.region) || (a.nodeId < b.nodeId ? -1 : 1))
    .slice(0, CANDIDATES_MAX)
    .map((node) => ({
      signalingId: node.nodeId,
      url: `${trimmed(node.publicUrl)}/v1/rtc`,
      echoUrl: echoUrlOf(node.publicUrl),
      region: node.region,
      city: node.city,
    }));
}

/** Whether a client that has reached the one address may open the other: both are `wss:`, or neither is. */
export const isAlike = (publicUrl: string, ownUrl: string): boolean => isSecure(publicUrl) === isSecure(ownUrl);

const isSecure = (url: string): boolean => url.toLowerCase().startsWith('wss:');

/** Where a door measures round trips. */
export const echoUrlOf = (publicUrl: string): string => `${trimmed(publicUrl)}/v1/echo`;

const trimmed = (url: string): string => url.replace(/\/+$/, '');
