// Headless Chromium that shows one page and records it, with a profile and a proxy of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { ErrorCode } from '@meridian/protocol';
import { type BrowserLaunch, flagsOf } from './browser-launch.ts';
import { CdpPipe } from './cdp-pipe.ts';
import { CAPTURE_PAGE, GIVE_FUNCTION } from './core/capture-extension.ts';
import { extensionIdOf } from './extension-id.ts';
import type { GuardProxy } from './guard-proxy.ts';
import type { Profile } from './profiles.ts';

export interface PageOutput {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly pictureBps: number;
  readonly soundBps: number;
}

/** Failures that another browser would not fix. */
export type PageFailure = Extract<ErrorCode, 'PAGE_FAILED' | 'PAGE_TOO_LARGE'>;

export interface PageBrowserOptions {
  readonly launch: BrowserLaunch;
  readonly url: string;
  readonly profile: Profile;
  readonly output: PageOutput;
  /** Bounds of each heap of scripts, and of each cache. */
  readonly bounds: { readonly heapBytes: number; readonly cacheBytes: number };
  openProxy(): Promise<Pick<GuardProxy, 'port' | 'close'>>;
  onOpen(): void;
  /** Gets WebM from its beginning on. */
  onData(bytes: Uint8Array): void;
  /** Called at most once, when the browser ended by itself, and not after `close`. */
  onEnd(reason: string, failure?: PageFailure): void;
}

/** Error of a page whose server does not exist, or has answered with an error status. */
class PageRefused extends Error {}

const FIRST_ERROR_STATUS = 400;

export class PageBrowser {
  readonly #o: PageBrowserOptions;
  readonly #ended = Promise.withResolvers<void>();
  #proxy: Pick<GuardProxy, 'port' | 'close'> | undefined;
  #child: ChildProcess | undefined;
  #cdp: CdpPipe | undefined;
  #status = 0;
  #isClosed = false;

  /** Starts at once; a failure is reported as its end. */
  constructor(o: PageBrowserOptions) {
    this.#o = o;
    this.#start().catch((error: Error) => {
      this.#end(error.message, error instanceof PageRefused ? 'PAGE_FAILED' : undefined);
      if (this.#child === undefined) this.#onExited(error.message);
    });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get folder(): string {
    return this.#o.profile.folder;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Ends the browser as if it had ended by itself. */
  fail(reason: string, failure: PageFailure): void {
    this.#end(reason, failure);
  }

  /** Resolves as `ended` does. Idempotent. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#kill();
    return this.#ended.promise;
  }

  async #start(): Promise<void> {
    const { launch, profile, openProxy } = this.#o;
    this.#proxy = await openProxy();
    if (this.#isClosed) throw new Error('the browser was closed before it began');
    const flags = flagsOf({ ...this.#o, proxyPort: this.#proxy.port, folder: profile.folder });
    const [file = '', ...args] = [...launch.wrapper, launch.path, ...flags];
    const env = { PATH: process.env['PATH'] ?? '', HOME: profile.folder, TMPDIR: profile.folder, TZ: 'UTC' };
    // The browser's own child processes are in its group and end with it.
    const child = spawn(file, args, { cwd: profile.folder, env, detached: true, stdio: CHANNELS });
    this.#child = child;
    const cdp = new CdpPipe({
      to: child.stdio[3] as Writable,
      from: child.stdio[4] as Readable,
      onEvent: (method, params) => this.#event(method, params),
      onFailed: (reason) => this.#end(reason),
    });
    this.#cdp = cdp;
    child.once('error', (error) => this.#onExited(error.message));
    child.once('exit', (code, signal) => this.#onExited(`the browser ended with ${signal ?? code}`));
    await this.#open(cdp);
    this.#o.onOpen();
    await this.#capture(cdp);
  }

  /** Rejects with PageRefused. */
  async #open(cdp: CdpPipe): Promise<void> {
    const { url, output } = this.#o;
    const { targetInfos } = (await cdp.send('Target.getTargets')) as {
      targetInfos: readonly { readonly type: string; readonly targetId: string }[];
    };
    await cdp.send('Browser.setDownloadBehavior', { behavior: 'deny' });
    const page = await attach(cdp, targetInfos.find(({ type }) => type === 'page')?.targetId);
    const { width, height } = output;
    await cdp.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false }, page);
    await cdp.send('Inspector.enable', {}, page);
    await cdp.send('Network.enable', {}, page);
    const { errorText } = await cdp.send('Page.navigate', { url }, page);
    await cdp.send('Network.disable', {}, page);
    if (errorText !== undefined) throw new PageRefused(`the page cannot be opened: ${String(errorText)}`);
    if (this.#status >= FIRST_ERROR_STATUS) throw new PageRefused(`the page's server answers ${this.#status}`);
  }

  async #capture(cdp: CdpPipe): Promise<void> {
    const address = `chrome-extension://${extensionIdOf(join(this.folder, 'capture'))}/${CAPTURE_PAGE}`;
    const created = await cdp.send('Target.createTarget', { url: 'about:blank', background: true });
    const capture = await attach(cdp, created['targetId']);
    await cdp.send('Inspector.enable', {}, capture);
    await cdp.send('Runtime.enable', {}, capture);
    await cdp.send('Runtime.addBinding', { name: GIVE_FUNCTION }, capture);
    await cdp.send('Page.enable', {}, capture);
    const loaded = this.#loaded;
    await cdp.send('Page.navigate', { url: address }, capture);
    await loaded.promise;
    const expression = `begin(${JSON.stringify(this.#o.output)})`;
    const evaluation = { expression, awaitPromise: true, userGesture: true };
    const { exceptionDetails } = await cdp.send('Runtime.evaluate', evaluation, capture);
    if (exceptionDetails !== undefined) throw new Error('the page cannot be captured');
  }

  readonly #loaded = Promise.withResolvers<void>();

  #event(method: string, params: Readonly<Record<string, unknown>>): void {
    if (method === 'Page.loadEventFired') this.#loaded.resolve();
    // The first document is the page's own, later ones are frames in it.
    if (method === 'Network.responseReceived' && params['type'] === 'Document') this.#status ||= statusOf(params);
    if (method === 'Inspector.targetCrashed') this.#end('the page has crashed');
    if (method === 'Target.detachedFromTarget') this.#end('a page of the browser has ended');
    const { name, payload } = params;
    if (method !== 'Runtime.bindingCalled' || name !== GIVE_FUNCTION || this.#isClosed) return;
    try {
      this.#o.onData(Buffer.from(String(payload), 'base64'));
    } catch (error) {
      this.#end(error instanceof Error ? error.message : 'the recorded bytes cannot be read');
    }
  }

  #end(reason: string, failure?: PageFailure): void {
    this.#kill();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#o.onEnd(reason, failure);
  }

  #onExited(reason: string): void {
    this.#cdp?.close();
    this.#kill();
    this.#proxy?.close();
    this.#o.profile.remove();
    this.#ended.resolve();
    this.#end(reason);
  }

  #kill(): void {
    const pid = this.#child?.pid;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch (error) {
      // No process of the group is left.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function attach(cdp: CdpPipe, targetId: unknown): Promise<string> {
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  return String(sessionId);
}

const statusOf = ({ response }: Readonly<Record<string, unknown>>): number =>
  Number((response as { readonly status?: number } | undefined)?.status ?? 0);

const CHANNELS: ('ignore' | 'pipe')[] = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'];
