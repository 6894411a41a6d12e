// The Kubernetes of the tests: a small API server of their own, or a real one, which `npm run lab -- kubernetes` names.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { FakeKubernetes } from './fake-kubernetes.ts';
import type { KubernetesTarget } from './kubernetes-rig.ts';

export const TARGET_VARIABLE = 'MERIDIAN_TEST_KUBERNETES';

export interface TestKubernetes {
  readonly target: KubernetesTarget;
  close(): Promise<void>;
}

/** Returns the Kubernetes named by TARGET_VARIABLE, or a `FakeKubernetes`. */
export async function testKubernetes(): Promise<TestKubernetes> {
  const named = process.env[TARGET_VARIABLE];
  if (named !== undefined) return { target: JSON.parse(named) as KubernetesTarget, close: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'meridian-kubernetes-'));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'of-the-admin\n');
  const fake = new FakeKubernetes('of-the-admin');
  return {
    target: { apiUrl: await fake.listen(), tokenFile },
    async close() {
      await fake.close();
      rmSync(folder, { recursive: true });
    },
  };
}
