// A cloud with two centres and two media nodes a region, shared by the files that need these.
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { TestCloud } from './cloud.ts';

declare module 'vitest' {
  interface ProvidedContext {
    standbyCloud: { readonly portOffset: number; readonly stateDir: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cloud = await TestCloud.start({ nodesPerRegion: 2, extraArgs: ['--standby'] });
  project.provide('standbyCloud', { portOffset: cloud.portOffset, stateDir: cloud.stateDir });
  return () => cloud.stop();
}

/** Returns the cloud with a standby that the files of the project share. Its `stop` does nothing. */
export const standbyCloud = (): TestCloud => TestCloud.attached(inject('standbyCloud'));
