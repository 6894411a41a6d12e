/** Routes between hosts: link cost, paths, choice of the path in use, relay budget. */
export * from './budget.ts';
export * from './link-cost.ts';
export * from './paths.ts';
export * from './route-choice.ts';
