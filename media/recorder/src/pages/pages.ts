// The browsers of a recorder, with a way into networks for each, and what they may use of the machine.
import { TargetAddresses } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { PageBrowser, type PageBrowserOptions } from './browser.ts';
import { type BrowserWays, findBrowser } from './browser-ways.ts';
import { GuardProxy } from './guard-proxy.ts';
import { Profiles } from './profiles.ts';
import { folderBytes, memoryOf } from './usage.ts';

/** What composed recordings have too. */
const OUTPUT = { width: 1280, height: 720, framesPerSecond: 30, pictureBps: 2_500_000, soundBps: 96_000 } as const;
/** How often their memory is looked at, */
const LOOK_MS = 1000;
/** and after how many looks their folders, which grow more slowly. */
const LOOKS_PER_FOLDER = 10;

export interface PageLimits {
  /** Of one browser, in all its processes. */
  readonly memoryBytes: number;
  /** Of its folder. */
  readonly diskBytes: number;
}

export interface PagesOptions {
  /** The path of a Chromium; undefined: one of PATH. */
  readonly browser: string | undefined;
  /** Where its sandbox cannot work, pages are recorded without it. */
  readonly withoutSandbox: boolean;
  /** Ranges in CIDR form that pages may reach though they are inside. */
  readonly allowed: readonly string[];
  readonly limits: PageLimits;
  /** The folder of browsers is named after it. */
  readonly spoolDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export type PageHooks = Pick<PageBrowserOptions, 'onOpen' | 'onData' | 'onEnd'>;

export class Pages {
  readonly #o: PagesOptions;
  readonly #ways: BrowserWays | undefined;
  readonly #addresses: TargetAddresses;
  readonly #profiles: Profiles;
  readonly #browsers = new Set<PageBrowser>();
  readonly #timer: Timer;
  #looks = 0;
  #isLooking = false;

  /** Looks for a browser. Throws ConfigError for what is no range. */
  static async open(o: PagesOptions): Promise<Pages> {
    const { browser: path, withoutSandbox, allowed, clock, log } = o;
    const addresses = new TargetAddresses({ key: 'composition.pagesAllowed', allowed, clock, log });
    return new Pages(o, await findBrowser({ path, withoutSandbox }, log), addresses);
  }

  private constructor(o: PagesOptions, ways: BrowserWays | undefined, addresses: TargetAddresses) {
    this.#o = o;
    this.#ways = ways;
    this.#addresses = addresses;
    this.#profiles = new Profiles({ spoolDir: o.spoolDir, user: ways?.user });
    this.#timer = o.clock.every(LOOK_MS, () => void this.#look());
  }

  /** Throws MeridianError NO_BROWSER or NO_SANDBOX. */
  check(): BrowserWays {
    if (this.#ways === undefined) throw new MeridianError('NO_BROWSER');
    if (this.#ways.sandbox === 'none') throw new MeridianError('NO_SANDBOX');
    return this.#ways;
  }

  /** Shows and records a page, from now on. Throws as `check`, and with errors of the disk. */
  show(url: string, hooks: PageHooks): PageBrowser {
    const ways = this.check();
    const { memoryBytes, diskBytes } = this.#o.limits;
    const browser: PageBrowser = new PageBrowser({
      ways,
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

  async #look(): Promise<void> {
    if (this.#isLooking || this.#browsers.size === 0) return;
    this.#isLooking = true;
    try {
      await this.#lookAtMemory();
      this.#looks += 1;
      if (this.#looks % LOOKS_PER_FOLDER === 0) await this.#lookAtFolders();
    } catch (error) {
      this.#o.log.error({ err: error }, 'what browsers use cannot be looked at');
    }
    this.#isLooking = false;
  }

  async #lookAtMemory(): Promise<void> {
    const { memoryBytes } = this.#o.limits;
    const byPid = new Map([...this.#browsers].flatMap((one) => (one.pid === undefined ? [] : [[one.pid, one]])));
    for (const [pid, bytes] of await memoryOf([...byPid.keys()]))
      if (bytes > memoryBytes) byPid.get(pid)?.fail(`it takes ${bytes} bytes of memory`, 'PAGE_TOO_LARGE');
  }

  async #lookAtFolders(): Promise<void> {
    for (const browser of [...this.#browsers]) {
      const bytes = await folderBytes(browser.folder);
      if (bytes > this.#o.limits.diskBytes) browser.fail(`it takes ${bytes} bytes of disk`, 'PAGE_TOO_LARGE');
    }
  }
}
