// Keys in Redis of notices and receipts, all behind the prefix of the configuration.
import { priorities } from '../contract.ts';

/** Streams of one receiver's notices, in the order of `priorities`. Each has the group `GROUP` with one consumer. */
export const noticeKeys = (receiver: string): string[] => priorities.map((_, place) => noticeKey(receiver, place));
/** `place`: of its priority. */
export const noticeKey = (receiver: string, place: number): string => `n:${receiver}:${place}`;
/** Hash: delivery → `PLACE ENTRY` of its notice. */
export const entriesKey = (receiver: string): string => `e:${receiver}`;
/** Stream: receivers of a region that got a notice. */
export const bellKey = (region: string): string => `b:${region}`;
/** Stream, group `api`. */
export const RECEIPTS = 'receipts';
/** Hash: id of a library node → its announcement. */
export const HUBS = 'hubs';
export const presenceKey = (receiver: string): string => `p:${receiver}`;
export const describedKey = (content: string): string => `d:${content}`;
/** Sorted set of holders, by the time when they said so. */
export const holdersKey = (content: string): string => `h:${content}`;
export const leaseKey = (receiver: string): string => `l:${receiver}`;
