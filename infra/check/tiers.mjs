/**
 * Lanes of `npm test` (the gate) and of `npm test -- --all`, by folder and file name. A lane is one vitest; `planted`
 * has one for each fault. A budget is in seconds of wall time on two cores; the gate fails when a lane exceeds it.
 * `after` names the lanes above that must end first, with any result.
 * @typedef {{ name: string, projects: readonly string[], budgetSeconds?: number, niceness?: number,
 *   after?: readonly string[] }} Lane `niceness`: that of its processes
 */

/** Eight minutes on two quiet cores, without the set-up of a clone. */
export const GATE_SECONDS = 480;

/**
 * Checks run beside the computing lane.
 * @type {readonly Lane[]}
 */
export const gateLanes = [
  { name: 'computing', projects: ['unit', 'seeds'], niceness: 10, budgetSeconds: 290 },
  { name: 'services', projects: ['service'], after: ['computing'], budgetSeconds: 210 },
  { name: 'browser', projects: ['browser'], after: ['services'], budgetSeconds: 170 },
  { name: 'planted', projects: [], after: ['browser'], budgetSeconds: 60 },
];

/**
 * Lanes of the whole run; every project is in exactly one. Tests with real-time limits run alone.
 * @type {readonly Lane[]}
 */
export const allLanes = [
  { name: 'computing', projects: ['unit', 'tools', 'seeds'], niceness: 10 },
  { name: 'services', projects: ['service'], after: ['computing'] },
  { name: 'browser', projects: ['browser'], after: ['services'] },
  { name: 'realtime', projects: ['realtime', 'browser-network'], after: ['browser'] },
  { name: 'clouds', projects: ['browser-own-cloud'], after: ['realtime'] },
  { name: 'nightly', projects: ['nightly', 'peers'], after: ['clouds'] },
  { name: 'planted', projects: [], after: ['nightly'] },
];

/** Files of the gate's projects that only the whole run includes: they take long, or have real-time limits. */
export const wholeFiles = '**/*.whole.test.{ts,tsx}';
