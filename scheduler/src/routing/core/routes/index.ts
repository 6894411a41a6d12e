/** How hosts reach one another: link cost, paths, which path is in use, relay budget. */
export * from './budget.ts';
export * from './link-cost.ts';
export * from './paths.ts';
export * from './route-choice.ts';
