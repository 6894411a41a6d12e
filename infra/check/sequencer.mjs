import { relative } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import { recordedDurations } from './durations.mjs';

/**
 * Within a project of vitest, files that took longest in the last whole run on this machine come first: a long one that
 * begins last would run alone. Files of which nothing is known come before all, the largest first.
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
 * @param {readonly Spec[]} specs those of a project next to one another
 * @param {{ durations: Readonly<Record<string, number>>, root: string }} options
 * @returns {Spec[]}
 */
export function longestFirst(specs, { durations, root }) {
  const projects = [...new Set(specs.map(({ project }) => project.name))];
  const msOf = (/** @type {Spec} */ { moduleId }) => durations[relative(root, moduleId)] ?? Number.MAX_SAFE_INTEGER;
  return [...specs].sort(
    (a, b) => projects.indexOf(a.project.name) - projects.indexOf(b.project.name) || msOf(b) - msOf(a),
  );
}
