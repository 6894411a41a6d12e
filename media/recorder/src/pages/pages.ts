// Browsers of a recorder, each with a proxy into networks, and their bounds on the machine.
import { TargetAddresses } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { PageBrowser, type PageBrowserOptions } from './browser.ts';
import { type BrowserLaunch, findBrowser } from './browser-launch.ts';
import { GuardProxy } from './guard-proxy.ts';
import { Profiles } from './profiles.ts';
import { folderBytes, memoryOf } from './usage.ts';

/** Same output as composed recordings. */
const OUTPUT = { width: 1280, height: 720, framesPerSecond: 30, pictureBps: 2_500_000, soundBps: 96_000 } as const;
const USAGE_CHECK_MS = 1000;
/** Memory checks per check of the folders, which grow more slowly. */
const CHECKS_PER_FOLDER_CHECK = 10;

export interface PageLimits {
  /** Bound of one browser with all its processes. */
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

export interface PagesOptions {
  readonly browser: string | undefined;
  /** Records pages without the sandbox where it cannot work. */
  readonly withoutSandbox: boolean;
  /** Internal ranges in CIDR form that pages may reach. */
  readonly allowed: readonly string[];
  readonly limits: PageLimits;
  /** Names the folders of browsers. */
  readonly spoolDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export type PageHooks = Pick<PageBrowserOptions, 'onOpen' | 'onData' | 'onEnd'>;

export class Pages {
  readonly #o: PagesOptions;
  readonly #launch: BrowserLaunch | undefined;
  readonly #addresses: TargetAddresses;
  readonly #profiles: Profiles;
  readonly #browsers = new Set<PageBrowser>();
  readonly #timer: Timer;
  #checks = 0;
  #isChecking = false;

  /** Looks for a browser. Throws ConfigError for an invalid range. */
  static async open(o: PagesOptions): Promise<Pages> {
    const { browser: path, withoutSandbox, allowed, clock, log } = o;
    const addresses = new TargetAddresses({ key: 'composition.pagesAllowed', allowed, clock, log });
    return new Pages(o, await findBrowser({ path, withoutSandbox }, log), addresses);
  }

  private constructor(o: PagesOptions, ways: BrowserLaunch | undefined, addresses: TargetAddresses) {
    this.#o = o;
    this.#launch = ways;
    this.#addresses = addresses;
    this.#profiles = new Profiles({ spoolDir: o.spoolDir, user: ways?.user });
    this.#timer = o.clock.every(USAGE_CHECK_MS, () => void this.#checkUsage());
  }

  /** Throws MeridianError NO_BROWSER or NO_SANDBOX. */
  check(): BrowserLaunch {
    if (this.#launch === undefined) throw new MeridianError('NO_BROWSER');
    if (this.#launch.sandbox === 'none') throw new MeridianError('NO_SANDBOX');
    return this.#launch;
  }

  /** Shows and records a page from now on. Throws as `check` does, and with errors of the disk. */
  show(url: string, hooks: PageHooks): PageBrowser {
    const launch = this.check();
    const { memoryBytes, diskBytes } = this.#o.limits;
    const browser: PageBrowser = new PageBrowser({
      launch,
      url,
      profile: this.#profiles.make(),
      output: OUTPUT,
      bounds: { heapBytes: memoryBytes / 2, cacheBytes: Math.floor(diskBytes / 4) },
      openProxy: () => GuardProxy.open({ addresses: this.#addresses }),
      onOpen: () => hooks.onOpen(),
      onData: (bytes) => hooks.onData(bytes),
      onEnd: (reason, failure) => hooks.onEnd(reason, failure),
    });
    this.#browsers.add(browser);
    const forget = (): void => void this.#browsers.delete(browser);
    browser.ended.then(forget, forget);
    return browser;
  }

  /** Resolves when no browser is left. Idempotent. */
  async close(): Promise<void> {
    this.#timer.cancel();
    await Promise.all([...this.#browsers].map((browser) => browser.close()));
  }

  async #checkUsage(): Promise<void> {
    if (this.#isChecking || this.#browsers.size === 0) return;
    this.#isChecking = true;
    try {
      await this.#checkMemory();
      this.#checks += 1;
      if (this.#checks % CHECKS_PER_FOLDER_CHECK === 0) await this.#checkFolders();
    } catch (error) {
      this.#o.log.error({ err: error }, 'the memory and disk use of browsers cannot be measured');
    }
    this.#isChecking = false;
  }

  async #checkMemory(): Promise<void> {
    const { memoryBytes } = this.#o.limits;
    const byPid = new Map([...this.#browsers].flatMap((one) => (one.pid === undefined ? [] : [[one.pid, one]])));
    for (const [pid, bytes] of await memoryOf([...byPid.keys()]))
      if (bytes > memoryBytes) byPid.get(pid)?.fail(`the browser takes ${bytes} bytes of memory`, 'PAGE_TOO_LARGE');
  }

  async #checkFolders(): Promise<void> {
    for (const browser of [...this.#browsers]) {
      const bytes = await folderBytes(browser.folder);
      if (bytes > this.#o.limits.diskBytes) browser.fail(`the browser takes ${bytes} bytes of disk`, 'PAGE_TOO_LARGE');
    }
  }
}
