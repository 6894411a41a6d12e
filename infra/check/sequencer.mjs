import { relative } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import { recordedDurations } from './durations.mjs';

/** Slow but short files, for a machine without a record of durations. */
const SLOW_FILES = [
  'product/api/test/service/units-on-postgres.whole.test.ts',
  'scheduler/test/service/restart.whole.test.ts',
  'media/gateway/test/service/renditions.whole.test.ts',
  'base/runtime/test/service/run-service.whole.test.ts',
  'proof/test/tools/sim-run.test.ts',
  'proof/test/tools/fault-campaign.test.ts',
  'proof/test/tools/faults.test.ts',
];

/**
 * Orders the files of a vitest project by their durations in the last whole run on this machine, longest first, since a
 * long file that begins last would run alone. Files without a record come first: those above, then the largest.
 */
export class LongestFirst extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  async sort(files) {
    const sorted = await super.sort(files);
    return longestFirst(sorted, { durations: recordedDurations(), root: this.ctx.config.root });
  }
}

/**
 * @template {{ moduleId: string, project: { name: string } }} Spec
 * @param {readonly Spec[]} specs those of a project are adjacent
 * @param {{ durations: Readonly<Record<string, number>>, root: string }} options
 * @returns {Spec[]}
 */
export function longestFirst(specs, { durations, root }) {
  const projects = [...new Set(specs.map(({ project }) => project.name))];
  const msOf = (/** @type {Spec} */ { moduleId }) => {
    const file = relative(root, moduleId);
    return durations[file] ?? Number.MAX_SAFE_INTEGER - (SLOW_FILES.includes(file) ? 0 : 1);
  };
  return [...specs].sort(
    (a, b) => projects.indexOf(a.project.name) - projects.indexOf(b.project.name) || msOf(b) - msOf(a),
  );
}
