// Real Firefox (firefox-esr) driven over WebDriver BiDi: fake devices by preferences, without geckodriver. It runs in a
// client namespace, because Firefox finds no ICE path to a loopback address.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import type { LabNet } from './net.ts';
import { until } from './poll.ts';

const executablePath = process.env['MERIDIAN_FIREFOX'] ?? '/usr/bin/firefox-esr';
const debuggingPort = 9333;
const preferences: Readonly<Record<string, string | number | boolean>> = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'network.proxy.type': 0,
  'app.update.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'remote.active-protocols': 1,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.server': '',
};

/** Starts a Firefox in the client's namespace; `close()` of the net ends its remaining processes. */
export async function launchFirefox(net: LabNet): Promise<{ browser: Browser; close(): Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'meridian-firefox-'));
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const child = net.spawn('client', executablePath, [
    '--headless',
    '--no-remote',
    '--profile',
    profile,
    `--remote-debugging-port=${debuggingPort}`,
  ]);
  await net.expose(debuggingPort);
  const browser = await until(
    'Firefox answers',
    () =>
      puppeteer.connect({ browserWSEndpoint: `ws://127.0.0.1:${debuggingPort}/session`, protocol: 'webDriverBiDi' }),
    90_000,
  );
  return {
    browser,
    close: async () => {
      await browser.close();
      child.kill('SIGKILL');
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function joinWithFirefox(browser: Browser, pageUrl: string, query: Record<string, string>): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${pageUrl}/?${new URLSearchParams({ join: '1', ...query }).toString()}`);
  await page.waitForFunction("window.meridian?.room?.state === 'connected'", { timeout: 90_000 });
  return page;
}
