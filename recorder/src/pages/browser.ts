// A Chromium that shows one page and records it: headless, with a profile of its own that goes with it, without rights
// where we are root, and with its own sandbox where the kernel allows that.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, chownSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Logger } from '@meridian/runtime';
import { CdpPipe } from './cdp-pipe.ts';
import { CAPTURE_PAGE, captureFiles, GIVE } from './core/capture-extension.ts';
import { extensionIdOf } from './extension-id.ts';

export interface PageOutput {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly pictureBps: number;
  readonly soundBps: number;
}

/** How Chromium is started here: words before its path, and flags. */
export interface BrowserWays {
  readonly path: string;
  readonly wrapper: readonly string[];
  readonly flags: readonly string[];
}

export interface PageBrowserOptions {
  readonly ways: BrowserWays;
  readonly url: string;
  readonly proxyPort: number;
  readonly output: PageOutput;
  /** WebM, from its beginning on. */
  onData(bytes: Uint8Array): void;
  /** It has ended by itself. Called once at most, and not after `close`. */
  onEnd(reason: string): void;
}

/** The user and group without rights (`nobody`) on Debian, Fedora and Arch. */
const NOBODY = 65_534;
const CHECK_MS = 10_000;
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Undefined: there is no Chromium. `path`: of the configuration; without it, one of PATH. Ask once per process. */
export async function findBrowser(
  path: string | undefined,
  log: Pick<Logger, 'warn'>,
): Promise<BrowserWays | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = path ?? names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  if (found === undefined || !isProgram(found)) return undefined;
  const isRoot = process.getuid?.() === 0;
  const wrapper = isRoot
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs', '--']
    : [];
  const hasNamespaces = await works([...wrapper, 'unshare', '--user', '--net', 'true']);
  if (!hasNamespaces) log.warn({}, 'pages are recorded without the sandbox of Chromium: no user namespaces here');
  return { path: found, wrapper, flags: hasNamespaces ? [] : ['--no-sandbox'] };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const works = ([file = '', ...args]: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(file, args, { timeout: CHECK_MS }, (error) => resolve(error === null));
  });

export class PageBrowser {
  readonly #o: PageBrowserOptions;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #cdp: CdpPipe;
  readonly #ended = Promise.withResolvers<void>();
  #isClosed = false;

  /** Begins at once; what goes wrong is heard as its end. */
  constructor(o: PageBrowserOptions) {
    this.#o = o;
    this.#folder = profileFolder(o.ways);
    const [file = '', ...words] = [...o.ways.wrapper, o.ways.path, ...flagsOf(o, this.#folder)];
    const env = { PATH: process.env['PATH'] ?? '', HOME: this.#folder, TMPDIR: this.#folder, TZ: 'UTC' };
    // A group of its own: it starts processes of its own, which end with it.
    this.#child = spawn(file, words, { cwd: this.#folder, env, detached: true, stdio: CHANNELS });
    this.#cdp = new CdpPipe({
      to: this.#child.stdio[3] as Writable,
      from: this.#child.stdio[4] as Readable,
      onEvent: (method, params) => this.#event(method, params),
      onFailed: (reason) => this.#end(reason),
    });
    this.#child.once('error', (error) => this.#gone(error.message));
    this.#child.once('exit', (code, signal) => this.#gone(`it ended with ${signal ?? code}`));
    this.#begin().catch((error: Error) => this.#end(error.message));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when its process has ended and its profile is gone. Idempotent. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#kill();
    return this.#ended.promise;
  }

  async #begin(): Promise<void> {
    const { url, output } = this.#o;
    const cdp = this.#cdp;
    const { targetInfos } = (await cdp.send('Target.getTargets')) as {
      targetInfos: readonly { readonly type: string; readonly targetId: string }[];
    };
    const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
    const page = await this.#attach(targetId);
    const { width, height } = output;
    await cdp.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false }, page);
    await cdp.send('Page.navigate', { url }, page);
    const address = `chrome-extension://${extensionIdOf(join(this.#folder, 'capture'))}/${CAPTURE_PAGE}`;
    const created = await cdp.send('Target.createTarget', { url: 'about:blank', background: true });
    const capture = await this.#attach(created['targetId']);
    await cdp.send('Runtime.enable', {}, capture);
    await cdp.send('Runtime.addBinding', { name: GIVE }, capture);
    await cdp.send('Page.enable', {}, capture);
    const loaded = this.#loaded;
    await cdp.send('Page.navigate', { url: address }, capture);
    await loaded.promise;
    const expression = `begin(${JSON.stringify(output)})`;
    const asked = { expression, awaitPromise: true, userGesture: true };
    const { exceptionDetails } = await cdp.send('Runtime.evaluate', asked, capture);
    if (exceptionDetails !== undefined) throw new Error('the page cannot be captured');
  }

  readonly #loaded = Promise.withResolvers<void>();

  async #attach(targetId: unknown): Promise<string> {
    const { sessionId } = await this.#cdp.send('Target.attachToTarget', { targetId, flatten: true });
    return String(sessionId);
  }

  #event(method: string, params: Readonly<Record<string, unknown>>): void {
    if (method === 'Page.loadEventFired') this.#loaded.resolve();
    if (method === 'Target.detachedFromTarget') this.#end('a page of it has ended');
    const { name, payload } = params;
    if (method !== 'Runtime.bindingCalled' || name !== GIVE || this.#isClosed) return;
    try {
      this.#o.onData(Buffer.from(String(payload), 'base64'));
    } catch (error) {
      this.#end(error instanceof Error ? error.message : 'what it records cannot be read');
    }
  }

  #end(reason: string): void {
    this.#kill();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#o.onEnd(reason);
  }

  #gone(reason: string): void {
    this.#cdp.close();
    this.#kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    this.#ended.resolve();
    this.#end(reason);
  }

  #kill(): void {
    const { pid } = this.#child;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch (error) {
      // No process of its group is left.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Three as usual, of which nothing is read; then the two of the DevTools protocol. */
const CHANNELS: ('ignore' | 'pipe')[] = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'];

function profileFolder({ wrapper }: BrowserWays): string {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-page-'));
  const capture = join(folder, 'capture');
  mkdirSync(capture);
  for (const [name, text] of captureFiles) writeFileSync(join(capture, name), text);
  if (wrapper.length > 0) chownSync(folder, NOBODY, NOBODY);
  return folder;
}

function flagsOf({ ways, proxyPort, output }: PageBrowserOptions, folder: string): string[] {
  const capture = join(folder, 'capture');
  return [
    ...['--headless=new', '--remote-debugging-pipe', `--user-data-dir=${join(folder, 'profile')}`, '--no-first-run'],
    ...[`--window-size=${output.width},${output.height}`, '--hide-scrollbars', '--disable-dev-shm-usage'],
    ...['--autoplay-policy=no-user-gesture-required', '--no-default-browser-check', '--disable-sync'],
    ...['--disable-background-networking', '--disable-component-update', '--deny-permission-prompts'],
    ...['--disable-background-timer-throttling', '--disable-renderer-backgrounding'],
    ...['--disable-backgrounding-occluded-windows', `--load-extension=${capture}`],
    ...[
      '--disable-features=DisableLoadExtensionCommandLineSwitch',
      `--allowlisted-extension-id=${extensionIdOf(capture)}`,
    ],
    // Loopback too: it is looked at as every other address.
    ...[`--proxy-server=http://127.0.0.1:${proxyPort}`, '--proxy-bypass-list=<-loopback>'],
    ...ways.flags,
    'about:blank',
  ];
}
