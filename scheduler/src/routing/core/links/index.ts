/** Measurements between hosts, the plan made from them, and the rows that hosts receive. */

export * from './authorised-reporters.ts';
export * from './delays.ts';
export * from './fastest.ts';
export * from './hosts.ts';
export * from './in-use.ts';
export * from './link-table.ts';
export * from './planner.ts';
export * from './rows.ts';
export * from './sample.ts';
export * from './shown-paths.ts';
