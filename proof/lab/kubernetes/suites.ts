// Runs the tests of the scale driver and of the enrolment of pods against the lab's Kubernetes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { KubernetesTarget } from '../../../scheduler/test/support/kubernetes-rig.ts';
import { TARGET_VARIABLE } from '../../../scheduler/test/support/test-kubernetes.ts';

const tree = join(import.meta.dirname, '../../..');
const files = ['scheduler/test/service/scale-kubernetes.whole.test.ts', 'proof/test/service/pod-enrolment.test.ts'];

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

export interface Suites {
  readonly passed: number;
  readonly failures: readonly string[];
}

/** Runs the tests. `prefix`: words that run a command in the API server's network. `folder`: place of the report. */
export async function runSuites(target: KubernetesTarget, prefix: readonly string[], folder: string): Promise<Suites> {
  const report = join(folder, 'suites.json');
  const vitest = [join(tree, 'node_modules/vitest/vitest.mjs'), 'run', '--project=service'];
  const words = [...prefix, process.execPath, ...vitest, '--reporter=json', `--outputFile=${report}`, ...files];
  const [file = '', ...args] = words;
  const env = Object.assign({}, process.env, { [TARGET_VARIABLE]: JSON.stringify(target) });
  const child = spawn(file, args, { cwd: tree, env, stdio: ['ignore', 2, 2] });
  await once(child, 'exit');
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const failures = testResults.flatMap(({ message = '', assertionResults }) => [
    ...(message === '' ? [] : [message]),
    ...assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages = [] }) => `${fullName}: ${failureMessages.join('; ')}`),
  ]);
  return { passed: numPassedTests, failures };
}
