// Real Firefox (firefox-esr) driven over WebDriver BiDi: fake devices by preferences, no geckodriver.
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

const executablePath = process.env['MERIDIAN_FIREFOX'] ?? '/usr/bin/firefox-esr';

export function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      'network.proxy.type': 0,
      'app.update.enabled': false,
      'media.gmp-manager.updateEnabled': false,
    },
  });
}

/** Joins by the meeting page; resolves when the SDK's room says connected. */
export async function joinWithFirefox(browser: Browser, pageUrl: string, query: Record<string, string>): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${pageUrl}/?${new URLSearchParams({ join: '1', ...query }).toString()}`);
  await page.waitForFunction("window.meridian?.room?.state === 'connected'", { timeout: 30_000 });
  return page;
}
