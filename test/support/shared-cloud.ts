// One cloud for all browser files with default options: starting one costs more than most of their tests. Each file
// uses rooms of its own, and one that ends processes waits until they run again.
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { TestCloud } from './cloud.ts';

declare module 'vitest' {
  interface ProvidedContext {
    sharedCloud: { readonly portOffset: number; readonly stateDir: string };
  }
}

/**
 * Vitest's globalSetup of the project `browser`: the cloud runs from before the first file until after the last one.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cloud = await TestCloud.start({ extraArgs: ['--metrics'] });
  project.provide('sharedCloud', { portOffset: cloud.portOffset, stateDir: cloud.stateDir });
  return () => cloud.stop();
}

/** The cloud that the files of the project `browser` share. Its `stop` does nothing. */
export const sharedCloud = (): TestCloud => TestCloud.attached(inject('sharedCloud'));
