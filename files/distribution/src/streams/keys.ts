import { priorities } from '../contract.ts';
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
/** Streams of notices, in the order of `priorities`, each with the group `r` of one consumer. */
export const noticeKeys = (inbox: InboxId): string[] => priorities.map((_, place) => noticeKey(inbox, place));
export const noticeKey = (inbox: InboxId, place: number): string => `n:${inboxText(inbox)}:${place}`;
/** Key of a hash: delivery to `PLACE ENTRY` of its notice. */
export const entriesKey = (inbox: InboxId): string => `e:${inboxText(inbox)}`;
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
