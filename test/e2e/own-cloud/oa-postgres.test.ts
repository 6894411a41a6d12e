import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { type Postgres, startPostgres } from '../../../api/test/support/postgres.ts';
import { TestCloud } from '../../support/cloud.ts';
import { freePort } from '../../support/free-port.ts';
import { oaDay } from '../../support/oa-day.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { companyConfig } from '../../support/shared-cloud.ts';

let browser: Browser;
let postgres: Postgres;
let cloud: TestCloud;
let mailPort: number;
beforeAll(async () => {
  [postgres, browser, mailPort] = await Promise.all([startPostgres(), sharedChromium(), freePort()]);
  const config = { ...companyConfig(mailPort), databaseUrl: await postgres.database() };
  cloud = await TestCloud.start({ extraArgs: ['--api-config', JSON.stringify(config)] });
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
  await postgres?.stop();
});

it('an office system has its day on PostgreSQL too', () => oaDay({ cloud, browser, mailPort }));
