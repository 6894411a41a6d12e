// Response types for the pages.
export * from './core/types.ts';
