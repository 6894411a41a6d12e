/** Knowledge about networks from the sessions of their clients. */
export * from './claims.ts';
export * from './disproof.ts';
export * from './estimates.ts';
export * from './prefix.ts';
export * from './prefix-book.ts';
export { byLastVote, type PrefixRecord, recordFromJson, recordToJson, VOTE_LIFE_MS } from './prefix-record.ts';
