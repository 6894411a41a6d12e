import { priorities, type Standing } from '../contract.ts';
import { rankOf } from '../standing.ts';
import type { InboxId } from './types.ts';

/**
 * Begins with the tenant whose key signed: a token may name another tenant's receiver, but reaches only inboxes below
 * its own tenant. Ids of receivers have no colon.
 */
export const inboxText = ({ tenant, receiver }: InboxId): string => `${tenant}:${receiver}`;
export function readInbox(text: string): InboxId | undefined {
  const at = text.lastIndexOf(':');
  return at < 1 ? undefined : { tenant: text.slice(0, at), receiver: text.slice(at + 1) };
}
/**
 * Keys of an inbox: its queue, a sorted set of deliveries by `scoreOf`; its notices, a hash of delivery to `ID JSON`;
 * and their standings, a hash of delivery to `REVISION JSON`.
 */
export const queueKeys = (inbox: InboxId): [queue: string, notices: string, standings: string] => [
  `q:${inboxText(inbox)}`,
  noticesKey(inbox),
  `s:${inboxText(inbox)}`,
];
export const noticesKey = (inbox: InboxId): string => `m:${inboxText(inbox)}`;
/** Key of a receiver's rates: `VERSION JSON`. */
export const ratesKey = (inbox: InboxId): string => `r:${inboxText(inbox)}`;
/** Streams of notices of versions before the queue, which a poll deletes. */
export const oldKeys = (inbox: InboxId): string[] => [
  `e:${inboxText(inbox)}`,
  ...[0, 1, 2].map((place) => `n:${inboxText(inbox)}:${place}`),
];
export const OLD_KEYS = 4;

const CLASS = 1e14;
/** Ranks are wall clock times in ms, some years around now; a score stays exact as a double. */
const RANK_MAX = 0.49 * CLASS;

/** Returns the score of a delivery in its queue: by priority, then by rank. Paused ones follow all priorities. */
export function scoreOf(of: Standing & { readonly orderedMs?: number }): number {
  const place = of.paused === true ? priorities.length : priorities.indexOf(of.priority);
  return (place + 1) * CLASS + Math.min(RANK_MAX, Math.max(-RANK_MAX, Math.round(rankOf(of))));
}
/** Key of a stream: receivers of a region that got a notice. */
export const wakeUpKey = (region: string): string => `b:${region}`;
/** Stream with the group `api`. */
export const RECEIPTS = 'receipts';
/** Hash: id of a library node to its announcement. */
export const HUBS = 'hubs';
export const presenceKey = (inbox: InboxId): string => `p:${inboxText(inbox)}`;
export const describedKey = (content: string): string => `d:${content}`;
/** Key of a sorted set of holders, by the time of their announcement. */
export const holdersKey = ({ tenant, content }: { readonly tenant: string; readonly content: string }): string =>
  `h:${tenant}:${content}`;
export const leaseKey = (inbox: InboxId): string => `l:${inboxText(inbox)}`;
