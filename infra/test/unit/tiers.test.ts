import { matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { treeFiles } from '../../check/files.mjs';
import { laneTable, overBudget } from '../../check/report.mjs';
import { allLanes, GATE_SECONDS, gateLanes } from '../../check/tiers.mjs';
import { treeRoot } from '../../setup/paths.mjs';

const { default: config } = (await import('../../../vitest.config.ts')) as {
  default: { test: { projects: { test: { name: string; include: string[] } }[] } };
};
const projects = config.test.projects.map(({ test }) => test);

describe('the lanes of the gate and of the whole run', () => {
  it('come only after lanes above them', () => {
    for (const lanes of [gateLanes, allLanes])
      for (const [index, { after = [] }] of lanes.entries())
        expect(lanes.slice(0, index).map(({ name }) => name)).toEqual(expect.arrayContaining([...after]));
  });

  it('contain every project; the whole run contains each of them once', () => {
    const names = projects.map(({ name }) => name);
    expect(allLanes.flatMap((lane) => lane.projects).sort()).toEqual(names.toSorted());
    expect(names).toEqual(expect.arrayContaining(gateLanes.flatMap((lane) => [...lane.projects])));
  });

  it('run every test file once', () => {
    const files = treeFiles(treeRoot, (path) => /\.test\.tsx?$/.test(path));
    const ran = files.map((path) => projects.filter(({ include }) => include.some((glob) => matchesGlob(path, glob))));
    expect(files.length).toBeGreaterThan(500);
    expect(files.filter((_, at) => ran[at]?.length !== 1)).toEqual([]);
  });
});

describe('a run of the gate', () => {
  const lanes = [
    { name: 'one', projects: [], budgetSeconds: 10 },
    { name: 'two', projects: [] },
  ];
  const result = (name: string, seconds: number) => ({ name, seconds, passed: 3, failed: 0 });

  it('fails when a lane or the whole exceeded its budget', () => {
    expect(overBudget([result('one', 10), result('two', 500)], lanes, GATE_SECONDS, 1)).toEqual([]);
    expect(overBudget([result('one', 14)], lanes, GATE_SECONDS + 1, 1.5)).toEqual([]);
    expect(overBudget([result('one', 10.1)], lanes, GATE_SECONDS + 1, 1)).toEqual([
      'over budget: one took 10.1 s, at most 10 s',
      `over budget: whole run took ${GATE_SECONDS + 1} s, at most ${GATE_SECONDS} s`,
    ]);
  });

  it('shows the time of each lane', () => {
    expect(laneTable([result('one', 9.5), result('two', 1)], lanes, 12).split('\n')).toEqual([
      'lane          seconds   budget   passed   failed',
      'one               9.5       10        3        0',
      'two                 1                 3        0',
      `whole run          12      ${GATE_SECONDS}                  `,
      '',
    ]);
  });
});
