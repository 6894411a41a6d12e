// The built SDK in headless Chromium, and a page that logs every room event.
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const executablePath = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium';

/** Time limit that only ends a hang, so that a loaded machine does not fail the test. */
export const PAGE_LIMIT_MS = 60_000;

let built: Promise<string> | undefined;
/** Builds the library like `npm run build`, in memory, once for all files of a process. */
export function buildSdk(): Promise<string> {
  built ??= bundled();
  return built;
}
async function bundled(): Promise<string> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const result = await build({ root, logLevel: 'error', build: { write: false } });
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  const entry = outputs.find((output) => output.type === 'chunk' && output.name === 'index');
  if (entry === undefined || entry.type !== 'chunk') throw new Error('the build made no entry');
  return entry.code;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

/** Opens a page with `M` (the SDK), `room`, and `log` (event names with their plain arguments). */
export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction('window.M !== undefined');
  await page.evaluate(`
    window.log = [];
    window.room = new M.Room({ videoCaptureDefaults: { resolution: { width: 160, height: 90, frameRate: 10 } } });
    for (const event of Object.values(M.RoomEvent)) {
      room.on(event, (...args) => log.push([event, ...args.map((arg) => arg?.code ?? arg?.identity ?? arg?.text ?? (typeof arg === 'object' ? '' : arg))].join(' ').trim()));
    }
  `);
  return page;
}

/** Connects the page's room; returns 'connected', or the code of the rejection. */
export function connect(page: Page, url: string, options: Record<string, unknown> = {}): Promise<string> {
  return page.evaluate(
    `room.connect(${JSON.stringify(url)}, 'token', ${JSON.stringify(options)}).then(() => 'connected', (error) => error.code ?? String(error))`,
  );
}

export const logOf = (page: Page): Promise<string[]> => page.evaluate('log');

export async function logged(page: Page, entry: string, timeout = PAGE_LIMIT_MS): Promise<void> {
  await page.waitForFunction(`log.includes(${JSON.stringify(entry)})`, undefined, { timeout, polling: 25 });
}
