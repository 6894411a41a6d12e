// How a Chromium is started here: without rights where we are root, behind what records rooms, within bounds, and shut
// in by its own sandbox.
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Logger } from '@meridian/runtime';
import { extensionIdOf } from './extension-id.ts';

export interface BrowserWays {
  readonly path: string;
  /** Words before its path. */
  readonly wrapper: readonly string[];
  /** The user that it runs as; undefined: ours. */
  readonly user: number | undefined;
  /** `none`: it may not run. `off`: the operator takes the danger. */
  readonly sandbox: 'on' | 'off' | 'none';
}

export interface FlagsAsked {
  readonly ways: Pick<BrowserWays, 'sandbox'>;
  readonly folder: string;
  readonly proxyPort: number;
  readonly output: { readonly width: number; readonly height: number };
  readonly bounds: { readonly heapBytes: number; readonly cacheBytes: number };
}

/** The user and group without rights on Debian, Fedora and Arch. */
const NOBODY = 65_534;
/** A page takes what recordings leave: copying media needs little, but at once. */
const NICE = 10;
const CHECK_MS = 10_000;
const MEBIBYTE = 1_048_576;
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** What its sandbox does: namespaces of its own, and then no file is left to it. */
const SANDBOX = ['unshare', '--user', '--map-root-user', '--pid', '--net', '--fork', 'chroot', '/', 'true'];

/** Undefined: there is no Chromium. `path`: of the configuration; without it, one of PATH. Ask once per process. */
export async function findBrowser(
  { path, withoutSandbox }: { readonly path: string | undefined; readonly withoutSandbox: boolean },
  log: Pick<Logger, 'warn'>,
): Promise<BrowserWays | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = path ?? names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  if (found === undefined || !isProgram(found)) return undefined;
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  const drop =
    user === undefined
      ? []
      : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs', '--'];
  const hasSandbox = await works([...drop, ...SANDBOX]);
  if (!hasSandbox && withoutSandbox) log.warn({}, 'pages are recorded without the sandbox of Chromium: a danger');
  if (!hasSandbox && !withoutSandbox) log.warn({}, 'no pages are recorded: the sandbox of Chromium cannot work here');
  const sandbox = hasSandbox ? 'on' : withoutSandbox ? 'off' : 'none';
  return { path: found, wrapper: ['nice', '-n', String(NICE), ...drop], user, sandbox };
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

/** Its arguments. */
export function flagsOf({ ways, folder, proxyPort, output, bounds }: FlagsAsked): string[] {
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
    // Loopback too: it is looked at as every other address.
    ...[`--proxy-server=http://127.0.0.1:${proxyPort}`, '--proxy-bypass-list=<-loopback>'],
    ...(ways.sandbox === 'off' ? ['--no-sandbox'] : []),
    'about:blank',
  ];
}
