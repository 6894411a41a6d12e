import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import type { TestCloud } from './cloud.ts';
import { until } from './poll.ts';
import { type SignedIn, signedInPage, signedInUser } from './users.ts';

export interface LibraryItem {
  readonly id: string;
  readonly renditions?: { readonly state: string };
}

export class LibraryPages {
  readonly ann: SignedIn;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly #cloud: TestCloud;
  readonly #browser: Browser;
  readonly #folder: string;

  /** Makes a user in a tenant of its own, and a file of `bytes`, or the file that `make` writes. */
  static async of(
    cloud: TestCloud,
    browser: Browser,
    o: { tenant: string; bytes: number; role?: 'host' | 'admin'; make?(file: string): Promise<string> },
  ): Promise<LibraryPages> {
    const ann = await signedInUser(cloud, { tenant: o.tenant, role: o.role ?? 'host' });
    const folder = mkdtempSync(join(tmpdir(), 'meridian-library-page-'));
    const file = join(folder, 'lesson.mp4');
    const sha256 = await (o.make?.(file) ?? makeVideo(file, o.bytes));
    return new LibraryPages({ cloud, browser, ann, folder, sha256, bytes: o.bytes });
  }

  private constructor(o: {
    readonly cloud: TestCloud;
    readonly browser: Browser;
    readonly ann: SignedIn;
    readonly folder: string;
    readonly sha256: string;
    readonly bytes: number;
  }) {
    this.#cloud = o.cloud;
    this.#browser = o.browser;
    this.#folder = o.folder;
    this.ann = o.ann;
    this.path = join(o.folder, 'lesson.mp4');
    this.sha256 = o.sha256;
    this.bytes = o.bytes;
  }

  /** Opens the page with a limited upload rate; 0: unlimited. */
  async open(uploadBytesPerS = 0): Promise<Page> {
    const page = await signedInPage(this.#browser, this.#cloud, this.ann);
    if (uploadBytesPerS > 0) await limitNetwork(page, { uploadBytesPerS });
    await page.goto(`${this.#cloud.pageUrl}/library`);
    await page.getByTestId('upload-button').waitFor();
    return page;
  }

  choose(page: Page): Promise<void> {
    return page.getByTestId('files').setInputFiles(this.path);
  }

  async items(): Promise<LibraryItem[]> {
    const [, { data }] = await this.ann.ask('GET', '/library/items?text=lesson');
    return data as LibraryItem[];
  }

  async link(item: string): Promise<{ url: string; playlistUrl: string }> {
    const [status, link] = await this.ann.ask('POST', `/library/items/${item}/links`, {});
    if (status !== 201) throw new Error(`no link: ${status}`);
    return link as { url: string; playlistUrl: string };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Writes a second of real video plus bytes that players ignore. Returns its SHA-256. */
async function makeVideo(file: string, bytes: number): Promise<string> {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=1'];
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...source, '-c:v', 'libx264', '-y', file]);
  const video = await readFile(file);
  const rest = bytes - video.length;
  const head = Buffer.alloc(8);
  head.writeUInt32BE(rest, 0);
  head.write('free', 4, 'latin1');
  const whole = Buffer.concat([video, head, randomBytes(rest - head.length)]);
  await writeFile(file, whole);
  return sha256Of(whole);
}

/** Cuts the page's network for a moment. Playwright's `setOffline` would also end the limit of the upload rate. */
export async function cutNetwork(page: Page, uploadBytesPerS: number): Promise<void> {
  await limitNetwork(page, { uploadBytesPerS, offline: true });
  await limitNetwork(page, { uploadBytesPerS });
}

/** Returns a list that gains the `upload-offset` of each request in which the page sends bytes of a part. */
export function uploadOffsets(page: Page): number[] {
  const offsets: number[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
  });
  return offsets;
}

async function limitNetwork(page: Page, o: { uploadBytesPerS: number; offline?: boolean }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const rates = { latency: 0, downloadThroughput: -1, uploadThroughput: o.uploadBytesPerS };
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { ...rates, offline: o.offline ?? false });
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Reads the upload as the page shows it now. A locator would wait for a bar that is away for a moment. */
const shownUpload = (page: Page): Promise<{ phase: string; share: number }> =>
  page.evaluate(() => {
    const row = document.querySelector('[data-testid="upload"]');
    return {
      phase: row?.getAttribute('data-phase') ?? '',
      share: row?.querySelector('progress')?.value ?? 0,
    };
  });

/** Resolves when the server has this share of the file, but not all of it. */
export async function untilSent(page: Page, least: number): Promise<void> {
  let last = '';
  const hasSent = async (): Promise<boolean> => {
    const { phase, share } = await shownUpload(page);
    last = `${phase} ${share}`;
    return phase === 'sending' && share >= least;
  };
  await until(`${least} of it is sent`, hasSent, 60_000).catch((error) => {
    throw new Error(`the upload is ${last}`, { cause: error });
  });
}
export const untilReady = (page: Page): Promise<unknown> =>
  until('it is ready', async () => (await shownUpload(page)).phase === 'ready', 60_000);
