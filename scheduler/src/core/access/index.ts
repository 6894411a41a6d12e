/** What is learnt about networks from the sessions they had. */
export * from './claims.ts';
export * from './disproof.ts';
export * from './prefix.ts';
export * from './prefix-book.ts';
