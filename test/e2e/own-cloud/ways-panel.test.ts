// What the meeting page shows of people who come by other protocols, and the ways that it names for them.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages, launchChromium } from '../../support/browser.ts';
import { join, seesMore } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { until } from '../../support/poll.ts';
import { waysOf } from '../../support/ways.ts';

let cloud: TestCloud;
let browser: Browser;
let encoder: ChildProcess | undefined;
let viewer: WebSocket | undefined;
beforeAll(async () => {
  cloud = await TestCloud.start();
  browser = await launchChromium();
});
afterAll(async () => {
  encoder?.kill('SIGKILL');
  viewer?.close();
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
  await cloud?.stop();
});

const SOURCE = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15'];
const CODING = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15', '-pix_fmt', 'yuv420p'];

it('an encoder gets in by the URL of the panel and has a tile with its protocol; a viewer is in the list, has none, and is removed', async () => {
  const room = 'panel';
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'frankfurt', codec: 'vp8' });
  const { page } = bo;
  await page.getByTestId('people').click();
  await page.getByTestId('ways').click();
  const url = page.getByTestId('rtmp-url');
  await url.waitFor();
  expect(await url.inputValue()).toMatch(/^rtmp:\/\/127\.0\.1\.8:\d+\/live\/•+$/);
  await page.getByTestId('rtmp-url-show').click();
  const rtmp = await url.inputValue();
  encoder = spawn('ffmpeg', ['-loglevel', 'error', '-nostdin', ...SOURCE, ...CODING, '-f', 'flv', rtmp], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const tile = page.locator('[data-testid="tile"][data-identity$="-encoder"]');
  await tile.getByTestId('protocol').getByText('RTMP', { exact: true }).waitFor();
  await seesMore(bo, 10);
  await page.locator('[data-testid="ways-publishers"] [data-sending="true"]').waitFor();

  viewer = new WebSocket((await waysOf(cloud, 'frankfurt', { room, identity: 'cy' })).play?.wsFlv ?? '');
  const closed = new Promise<CloseEvent>((resolve) => viewer?.addEventListener('close', resolve));
  await page.getByTestId('people').click();
  const listed = page.locator('[data-testid="viewers"] [data-identity="cy-viewer"]');
  await listed.waitFor();
  const tiles = (): Promise<(string | null)[]> =>
    page.getByTestId('tile').evaluateAll((all) => all.map((one) => one.getAttribute('data-identity')));
  await until('two tiles stand', async () => (await tiles()).length === 2);
  expect(await tiles()).not.toContain('cy-viewer');
  await listed.getByRole('button').click();
  await page.locator('[data-testid="viewers"] .person.asking .danger').click();
  expect(await closed).toMatchObject({ code: 1008, reason: 'KICKED' });
});
