// Runs the code of docs/livekit.md unchanged: tokens, and two pages that see each other.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, it } from 'vitest';
import { closePages, Participant } from '../../support/browser.ts';
import { untilMoreFrames, untilMoreSound } from '../../support/call.ts';
import type { TestCloud } from '../../support/cloud.ts';
import { exampleOf, PrefabServer } from '../../support/livekit/prefab-server.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';

const repository = join(import.meta.dirname, '../../../..');
let cloud: TestCloud;
let browser: Browser;
let server: PrefabServer;
beforeAll(async () => {
  cloud = sharedCloud();
  [browser, server] = await Promise.all([sharedChromium(), PrefabServer.start()]);
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

async function tokenFor(identity: string): Promise<string> {
  const program = exampleOf('livekit-token').replace("'ana'", `'${identity}'`).replace("'demo'", "'livekit-example'");
  const { key, secret } = cloud.secrets().devKey;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: repository,
    env: { LIVEKIT_API_KEY: key, LIVEKIT_API_SECRET: secret },
  });
  return stdout.trim();
}

it('the code of docs/livekit.md makes a call: two pages see and hear each other', async () => {
  const url = cloud.pageUrl.replace(/^http/, 'ws');
  const [ana, bo] = await Promise.all(
    (['ana', 'bo'] as const).map(async (name) =>
      Participant.open(browser, `${server.origin}/example`, { name, url, token: await tokenFor(name) }),
    ),
  );
  if (ana === undefined || bo === undefined) throw new Error('two pages were to be opened');
  await Promise.all([untilMoreFrames(ana), untilMoreFrames(bo), untilMoreSound(ana), untilMoreSound(bo)]);
});
