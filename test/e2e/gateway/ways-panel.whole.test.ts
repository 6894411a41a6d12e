// What the meeting page shows of participants of other protocols, and the ways that it names for them.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages } from '../../support/browser.ts';
import { join, seesMore } from '../../support/call.ts';
import { Ffmpegs } from '../../support/ffmpegs.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

const cloud = sharedCloud();
let browser: Browser;
const ffmpegs = new Ffmpegs();
let viewer: WebSocket | undefined;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterAll(async () => {
  ffmpegs.end();
  viewer?.close();
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
});

/** With a key frame every 3 s, of which the panel warns. */
const CODING = ['-tune', 'zerolatency', '-g', '75'];

it('an encoder gets in by the URL of the panel and has a tile with its protocol; a viewer is in the list, has none, and is removed', async () => {
  const room = 'panel';
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'frankfurt', camera: '0' });
  const { page } = bo;
  await page.getByTestId('people').click();
  await page.getByTestId('streaming').click();
  const url = page.getByTestId('rtmp-url');
  await url.waitFor();
  expect(await url.inputValue()).toMatch(/^rtmp:\/\/127\.0\.1\.8:\d+\/live\/•+$/);
  await page.getByTestId('rtmp-url-show').click();
  ffmpegs.publish(await url.inputValue(), CODING);
  const tile = page.locator('[data-testid="tile"][data-identity$="-encoder"]');
  await tile.getByTestId('protocol').getByText('RTMP', { exact: true }).waitFor();
  await tile.locator('video.whole').waitFor(); // encoders send slides and captions
  await seesMore(bo, 10);
  await page.locator('[data-testid="streaming-publishers"] [data-sending="true"]').waitFor();
  await page.getByTestId('streaming-live').getByText('320 × 180').waitFor();
  await page.getByTestId('streaming-warning').waitFor();

  viewer = new WebSocket((await waysOf(cloud, 'frankfurt', { room, identity: 'cy' })).play?.wsFlv ?? '');
  const closed = new Promise<CloseEvent>((resolve) => viewer?.addEventListener('close', resolve));
  await page.getByTestId('people').click();
  const listed = page.locator('[data-testid="viewers"] [data-identity="cy-viewer"]');
  await listed.waitFor();
  const counted = page.locator('[data-testid="viewers"] h3');
  await counted.getByText('1 viewer: 1 FLV', { exact: true }).waitFor();
  const hls = (await waysOf(cloud, 'singapore', { room, identity: 'dan' })).play?.hls ?? '';
  const asks = (agent: string): Promise<boolean> =>
    fetch(hls, { headers: { 'user-agent': agent } }).then(({ ok }) => ok);
  await until('HLS is played by two', async () => (await asks('one')) && asks('two'));
  await counted.getByText('3 viewers: 2 HLS, 1 FLV', { exact: true }).waitFor();
  const tiles = (): Promise<(string | null)[]> =>
    page.getByTestId('tile').evaluateAll((all) => all.map((one) => one.getAttribute('data-identity')));
  await until('two tiles stand', async () => (await tiles()).length === 2);
  expect(await tiles()).not.toContain('cy-viewer');
  await listed.getByRole('button').click();
  await page.locator('[data-testid="viewers"] .person.asking .danger').click();
  expect(await closed).toMatchObject({ code: 1008, reason: 'KICKED' });
  await counted.getByText(/^\d viewers?: \d HLS$/).waitFor();
});
