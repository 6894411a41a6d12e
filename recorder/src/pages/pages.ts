// The browsers of a recorder, and their way into networks.
import { TargetAddresses } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { type BrowserWays, findBrowser, PageBrowser, type PageBrowserOptions } from './browser.ts';
import { GuardProxy } from './guard-proxy.ts';

/** What composed recordings have too. */
const OUTPUT = { width: 1280, height: 720, framesPerSecond: 30, pictureBps: 2_500_000, soundBps: 96_000 } as const;

export interface PagesOptions {
  /** The path of a Chromium; undefined: one of PATH. */
  readonly browser: string | undefined;
  /** Ranges in CIDR form that pages may reach though they are inside. */
  readonly allowed: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

export type PageHooks = Pick<PageBrowserOptions, 'onData' | 'onEnd'>;

export class Pages {
  readonly #ways: BrowserWays | undefined;
  readonly #proxy: GuardProxy;
  readonly #browsers = new Set<PageBrowser>();

  /** Looks for a browser. Throws ConfigError for what is no range. */
  static async open({ browser, allowed, clock, log }: PagesOptions): Promise<Pages> {
    const addresses = new TargetAddresses({ key: 'composition.pagesAllowed', allowed, clock, log });
    return new Pages(await findBrowser(browser, log), await GuardProxy.open({ addresses }));
  }

  private constructor(ways: BrowserWays | undefined, proxy: GuardProxy) {
    this.#ways = ways;
    this.#proxy = proxy;
  }

  /** Throws MeridianError NO_BROWSER. */
  check(): BrowserWays {
    if (this.#ways === undefined) throw new MeridianError('NO_BROWSER');
    return this.#ways;
  }

  /** Shows and records a page, from now on. Throws as `check`. */
  show(url: string, hooks: PageHooks): PageBrowser {
    const ways = this.check();
    const browser: PageBrowser = new PageBrowser({
      ways,
      url,
      proxyPort: this.#proxy.port,
      output: OUTPUT,
      onData: (bytes) => hooks.onData(bytes),
      onEnd: (reason) => {
        this.#browsers.delete(browser);
        hooks.onEnd(reason);
      },
    });
    this.#browsers.add(browser);
    return browser;
  }

  /** Resolves when no browser is left. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#browsers].map((browser) => browser.close()));
    this.#proxy.close();
  }
}
