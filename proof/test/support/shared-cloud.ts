// A cloud for all browser files with default options: a start costs more than most of their tests. Each file uses rooms
// of its own, and a file that kills processes waits until they run again.
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { freePort } from '../../../base/runtime/test/support/free-port.ts';
import { TestCloud } from './cloud.ts';

declare module 'vitest' {
  interface ProvidedContext {
    sharedCloud: { readonly portOffset: number; readonly stateDir: string };
    mailPort: number;
  }
}

/** Tenant whose users can be operators. A file that needs it makes it (users.ts). */
export const OPERATORS = 'operators';

/** Address of a proxy in front of that cloud, which names clients by `x-forwarded-for`. */
export const TEST_PROXY = '127.0.3.1';

/**
 * Vitest's globalSetup of the project `browser`: the cloud runs from before the first file until after the last one.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const mailPort = await freePort();
  const apiConfig = JSON.stringify({ ...companyConfig(mailPort), operatorTenant: OPERATORS });
  const cloud = await TestCloud.start({
    extraArgs: ['--metrics', '--api-config', apiConfig, '--trusted-proxies', TEST_PROXY],
  });
  project.provide('sharedCloud', { portOffset: cloud.portOffset, stateDir: cloud.stateDir });
  project.provide('mailPort', mailPort);
  return () => cloud.stop();
}

/** Returns the cloud that the files of the project `browser` share. Its `stop` does nothing. */
export const sharedCloud = (): TestCloud => TestCloud.attached(inject('sharedCloud'));

export const companyConfig = (mailPort: number): object => ({
  mail: { smtpUrl: `smtp://127.0.0.1:${mailPort}`, from: 'meet@example.org', fromName: 'Meridian' },
});
