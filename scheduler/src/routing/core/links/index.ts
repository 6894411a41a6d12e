/** What is measured between hosts, what is made of it, and the rows that hosts get. */

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
