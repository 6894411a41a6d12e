// Runs the chart with the lab's values in a real Kubernetes where its programs are on the PATH or in the folder of
// MERIDIAN_KUBERNETES. Elsewhere services read and validate Helm's output.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { hasPrograms } from '../../lab/kubernetes/cluster.ts';
import { kubernetes } from '../../lab/kubernetes/kubernetes.ts';
import { chartValues } from '../../lab/kubernetes/values.ts';
import { rendered, startOf, workloads } from '../../support/chart.ts';
import { helmHere } from '../../support/helm.ts';
import { missedOf } from '../tools/support/missed.ts';

const LIMIT_MS = 900_000;
const programs = process.env['MERIDIAN_KUBERNETES'];

it(
  'the chart with two regions is installed, upgraded and removed, and people talk',
  async () => {
    if (hasPrograms(programs)) {
      const phases = ['install', 'call', 'upgrade', 'uninstall'];
      expect(await missedOf(kubernetes, { programs, rtt: 40, phases })).toEqual([]);
      return;
    }
    const folder = mkdtempSync('/var/tmp/meridian-chart-');
    try {
      const values = join(folder, 'values.json');
      writeFileSync(values, JSON.stringify(chartValues()));
      const items = rendered(helmHere(), ['--values', values]);
      const judged = workloads(items).map((workload) => {
        const root = mkdtempSync(join(folder, 'root-'));
        const { service, issues } = startOf(items, workload, { root });
        return { service, issues };
      });
      expect(judged.filter(({ issues }) => issues.length > 0)).toEqual([]);
      expect(new Set(judged.map(({ service }) => service))).toEqual(
        new Set(['scheduler', 'api', 'web', 'signaling', 'sfu']),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  LIMIT_MS,
);
