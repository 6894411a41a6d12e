// Tests the arguments and bounds of a page's browser; a script replaces Chromium.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, ManualClock, systemClock } from '@meridian/runtime';
import { expect, it, onTestFinished, vi } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { findBrowser, flagsOf } from '../../src/pages/browser-launch.ts';
import { Pages, type PagesOptions } from '../../src/pages/pages.ts';
import { Profiles } from '../../src/pages/profiles.ts';
import { folderBytes, memoryOf } from '../../src/pages/usage.ts';

const log = createLogger({ name: 'recorder', level: 'silent' });

/** Makes a folder that users without rights can enter. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'meridian-test-'));
  chmodSync(made, 0o755);
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}
function program(place: string, name: string, text: string): string {
  writeFileSync(join(place, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return join(place, name);
}
function namespaces(place: string, given: boolean): void {
  program(place, 'unshare', given ? 'exit 0' : 'exit 1');
  vi.stubEnv('PATH', `${place}:${process.env['PATH']}`);
  onTestFinished(() => void vi.unstubAllEnvs());
}
async function pagesOf(place: string, o: Partial<PagesOptions> = {}): Promise<Pages> {
  const browser = program(place, 'chromium', 'echo "$@" > "$HOME/args"; exec sleep 600');
  const limits = { memoryBytes: 2 ** 32, diskBytes: 2 ** 30 };
  const all = { browser, withoutSandbox: false, allowed: [], limits, spoolDir: place, clock: systemClock(), log, ...o };
  const pages = await Pages.open(all);
  onTestFinished(() => pages.close());
  return pages;
}
const hooks = { onOpen: () => undefined, onData: () => undefined, onEnd: () => undefined };

it.each([
  [true, false, 'on'],
  [true, true, 'on'],
  [false, true, 'off'],
  [false, false, 'none'],
] as const)(
  'with namespaces %s and pagesWithoutSandbox %s the sandbox is %s',
  async (given, withoutSandbox, sandbox) => {
    const place = folder();
    namespaces(place, given);
    const pages = await pagesOf(place, { withoutSandbox });
    if (sandbox === 'none') {
      expect(() => pages.check()).toThrow(expect.objectContaining({ code: 'NO_SANDBOX' }));
      expect(() => pages.show('https://example.org', hooks)).toThrow(expect.objectContaining({ code: 'NO_SANDBOX' }));
    } else expect(pages.check().sandbox).toBe(sandbox);
  },
);

it('without a Chromium there are no pages', async () => {
  const pages = await pagesOf(folder(), { browser: '/none' });
  expect(() => pages.check()).toThrow(expect.objectContaining({ code: 'NO_BROWSER' }));
});

it('each browser has its own bounds, folder and proxy, and removes its folder', async () => {
  const place = folder();
  const pages = await pagesOf(place, { withoutSandbox: true });
  const browsers = [pages.show('https://a.example', hooks), pages.show('https://b.example', hooks)];
  const args = (at: number): string => {
    const file = join(browsers[at]?.folder ?? '', 'args');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  await until('both have begun', () => args(0) !== '' && args(1) !== '');
  const ports = [args(0), args(1)].map((text) => /--proxy-server=http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1]);
  expect(new Set(ports).size).toBe(2);
  expect(args(0)).toContain('--js-flags=--max-old-space-size=2048');
  expect(args(0)).toContain('--disk-cache-size=268435456 --media-cache-size=268435456');
  expect(getPriority(browsers[0]?.pid)).toBe(Math.min(19, getPriority() + 10));
  await pages.close();
  expect(browsers.map((browser) => existsSync(browser.folder))).toEqual([false, false]);
});

it('no browser has a way past its proxy', () => {
  const asked = {
    folder: '/x',
    proxyPort: 7,
    output: { width: 2, height: 2 },
    bounds: { heapBytes: 1, cacheBytes: 1 },
  };
  expect(flagsOf({ ...asked, launch: { sandbox: 'on' } })).toEqual(
    expect.arrayContaining([
      '--proxy-server=http://127.0.0.1:7',
      '--proxy-bypass-list=<-loopback>',
      '--webrtc-ip-handling-policy=disable_non_proxied_udp',
      '--disable-quic',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ]),
  );
});

it('only the operator can disable the sandbox', async () => {
  const asked = {
    folder: '/x',
    proxyPort: 1,
    output: { width: 2, height: 2 },
    bounds: { heapBytes: 1, cacheBytes: 1 },
  };
  const flags = (sandbox: 'on' | 'off' | 'none') => flagsOf({ ...asked, launch: { sandbox } });
  const has = (['on', 'none', 'off'] as const).map((sandbox) => flags(sandbox).includes('--no-sandbox'));
  expect(has).toEqual([false, false, true]);
  expect(await findBrowser({ path: '/none', withoutSandbox: true }, log)).toBeUndefined();
});

it('a browser whose folder exceeds its bound is ended', async () => {
  const clock = new ManualClock();
  const pages = await pagesOf(folder(), {
    clock,
    withoutSandbox: true,
    limits: { memoryBytes: 2 ** 32, diskBytes: 8e6 },
  });
  const ended: unknown[] = [];
  const browser = pages.show('https://a.example', { ...hooks, onEnd: (...of) => void ended.push(of[1]) });
  await until('it has begun', () => existsSync(join(browser.folder, 'args')));
  writeFileSync(join(browser.folder, 'much'), Buffer.alloc(9e6));
  await until('it is ended', () => {
    clock.advance(1000);
    return ended.length > 0;
  });
  expect(ended).toEqual(['PAGE_TOO_LARGE']);
});

it('a start removes the browser folders of a killed recorder with the same spool, and of no other recorder', () => {
  const [own, other] = [folder(), folder()];
  const left = new Profiles({ spoolDir: own, user: undefined }).make();
  const others = new Profiles({ spoolDir: other, user: undefined }).make();
  const foreign = new Profiles({ spoolDir: own, user: process.getuid?.() === 0 ? 1 : undefined }).make();
  onTestFinished(() => others.remove());
  onTestFinished(() => foreign.remove());
  mkdirSync(join(left.folder, 'profile'));
  void new Profiles({ spoolDir: own, user: undefined });
  expect([existsSync(left.folder), existsSync(others.folder)]).toEqual([false, true]);
  if (process.getuid?.() === 0) expect(existsSync(foreign.folder)).toBe(true);
});

it('memory is measured by process group, and disk use by folder', async () => {
  const place = folder();
  writeFileSync(join(place, 'file'), Buffer.alloc(1e6, 1));
  expect(await folderBytes(place)).toBeGreaterThanOrEqual(1e6);
  expect(await folderBytes(join(place, 'none'))).toBe(0);
  const pages = await pagesOf(place, { withoutSandbox: true });
  const browser = pages.show('https://a.example', hooks);
  await until('it has begun', () => existsSync(join(browser.folder, 'args')));
  // During exec the shell has no memory for a moment.
  await vi.waitFor(
    async () => {
      const sums = await memoryOf([browser.pid ?? 0, 2 ** 30]);
      expect(sums.get(browser.pid ?? 0)).toBeGreaterThan(0);
      expect(sums.get(2 ** 30)).toBe(0);
    },
    { timeout: 10_000 },
  );
});
