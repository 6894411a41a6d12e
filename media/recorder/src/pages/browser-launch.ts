// Decides how Chromium is started: without root's rights, with low priority, within bounds, in a sandbox.
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Logger } from '@meridian/runtime';
import { extensionIdOf } from './extension-id.ts';

export interface BrowserLaunch {
  readonly path: string;
  /** Command line before the path of the browser. */
  readonly wrapper: readonly string[];
  /** User that runs the browser; undefined for the present user. */
  readonly user: number | undefined;
  /** `none`: it must not run. `off`: the operator accepts the risk. */
  readonly sandbox: 'on' | 'off' | 'none';
}

export interface FlagOptions {
  readonly launch: Pick<BrowserLaunch, 'sandbox'>;
  readonly folder: string;
  readonly proxyPort: number;
  readonly output: { readonly width: number; readonly height: number };
  readonly bounds: { readonly heapBytes: number; readonly cacheBytes: number };
}

/** User and group without rights on Debian, Fedora and Arch. */
const UNPRIVILEGED_ID = 65_534;
/** Niceness of browsers: copying media needs little processor time, but at once, so a page gets only the rest. */
const NICE = 10;
const CHECK_MS = 10_000;
const MEBIBYTE = 1_048_576;
const BROWSER_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Does what Chromium's sandbox does: new namespaces, then no access to files. */
const SANDBOX = ['unshare', '--user', '--map-root-user', '--pid', '--net', '--fork', 'chroot', '/', 'true'];

/** Returns undefined without a Chromium. `path` is configured; without it PATH is searched. Call once per process. */
export async function findBrowser(
  { path, withoutSandbox }: { readonly path: string | undefined; readonly withoutSandbox: boolean },
  log: Pick<Logger, 'warn'>,
): Promise<BrowserLaunch | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const browserPath =
    path ?? BROWSER_NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  if (browserPath === undefined || !isProgram(browserPath)) return undefined;
  const user = process.getuid?.() === 0 ? UNPRIVILEGED_ID : undefined;
  const dropRights =
    user === undefined
      ? []
      : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs', '--'];
  const hasSandbox = await succeeds([...dropRights, ...SANDBOX]);
  if (!hasSandbox && withoutSandbox) log.warn({}, 'pages are recorded without the sandbox of Chromium: a danger');
  if (!hasSandbox && !withoutSandbox) log.warn({}, 'no pages are recorded: the sandbox of Chromium cannot work here');
  const sandbox = hasSandbox ? 'on' : withoutSandbox ? 'off' : 'none';
  return { path: browserPath, wrapper: ['nice', '-n', String(NICE), ...dropRights], user, sandbox };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const succeeds = ([file = '', ...args]: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(file, args, { timeout: CHECK_MS }, (error) => resolve(error === null));
  });

export function flagsOf({ launch, folder, proxyPort, output, bounds }: FlagOptions): string[] {
  const capture = join(folder, 'capture');
  const heapMebibytes = Math.ceil(bounds.heapBytes / MEBIBYTE);
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
    ...[`--js-flags=--max-old-space-size=${heapMebibytes}`],
    ...[`--disk-cache-size=${bounds.cacheBytes}`, `--media-cache-size=${bounds.cacheBytes}`],
    // Loopback goes through the proxy too, which checks it like other addresses.
    ...[`--proxy-server=http://127.0.0.1:${proxyPort}`, '--proxy-bypass-list=<-loopback>'],
    // WebRTC and QUIC would pass the proxy by UDP; WebRTC by TCP goes through it, such as to media nodes.
    ...['--webrtc-ip-handling-policy=disable_non_proxied_udp', '--disable-quic'],
    // The proxy resolves names. Look-ups of the browser would show a page's name server where it is recorded.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ...(launch.sandbox === 'off' ? ['--no-sandbox'] : []),
    'about:blank',
  ];
}
