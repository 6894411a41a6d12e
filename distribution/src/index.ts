/** Files on their way: what the api, library nodes and receivers share. */

export type * from './content/types.ts';
export * from './contract.ts';
export type * from './inbox/types.ts';
export * from './sinks/sink.ts';
