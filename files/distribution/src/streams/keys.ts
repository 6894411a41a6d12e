// Keys in Redis of notices and receipts, all behind the prefix of the configuration.
import { priorities } from '../contract.ts';
import type { InboxId } from './types.ts';

/**
 * A tenant signs the tokens of its receivers, so it can sign one that names a receiver of another tenant: what that
 * reaches lies below the tenant that signed. Ids of receivers have no colon.
 */
export const inboxText = ({ tenant, receiver }: InboxId): string => `${tenant}:${receiver}`;
/** Undefined: it is none. */
export function readInbox(text: string): InboxId | undefined {
  const at = text.lastIndexOf(':');
  return at < 1 ? undefined : { tenant: text.slice(0, at), receiver: text.slice(at + 1) };
}
/** Streams of one receiver's notices, in the order of `priorities`. Each has the group `r` with one consumer. */
export const noticeKeys = (inbox: InboxId): string[] => priorities.map((_, place) => noticeKey(inbox, place));
/** `place`: of its priority. */
export const noticeKey = (inbox: InboxId, place: number): string => `n:${inboxText(inbox)}:${place}`;
/** Hash: delivery → `PLACE ENTRY` of its notice. */
export const entriesKey = (inbox: InboxId): string => `e:${inboxText(inbox)}`;
/** Stream: receivers of a region that got a notice. */
export const bellKey = (region: string): string => `b:${region}`;
/** Stream, group `api`. */
export const RECEIPTS = 'receipts';
/** Hash: id of a library node → its announcement. */
export const HUBS = 'hubs';
export const presenceKey = (inbox: InboxId): string => `p:${inboxText(inbox)}`;
export const describedKey = (content: string): string => `d:${content}`;
/** Sorted set of holders, by the time when they said so. */
export const holdersKey = ({ tenant, content }: { readonly tenant: string; readonly content: string }): string =>
  `h:${tenant}:${content}`;
export const leaseKey = (inbox: InboxId): string => `l:${inboxText(inbox)}`;
