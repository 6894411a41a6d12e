import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFaults } from '../../../product/web/test/page-faults.ts';
import { takeScreenshots } from '../../../product/web/test/screenshots.ts';

describe('faults of a page', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage({ viewport: { width: 400, height: 300 } });
  });
  afterAll(() => browser.close());
  const faultsOf = async (body: string): Promise<string[]> => {
    await page.setContent(`<!doctype html><html lang="en"><body style="background: #fff; color: #000">${body}</body>`);
    return await page.evaluate(findFaults);
  };

  it.each([
    ['of a page without faults are none', '<p>Plain text</p><button>Press</button>', []],
    [
      'name text with a low contrast, also by opacity of what is around it',
      '<p style="color: #999">Pale</p><div style="opacity: 0.3"><p>Faded</p></div>',
      ['p "Pale" has a contrast of 2.85', 'p "Faded" has a contrast of 2.11'],
    ],
    ['allow large text a contrast of 3', '<h1 style="color: #888; font-size: 32px">Large</h1>', []],
    ['leave out disabled controls', '<button disabled style="color: #bbb">Off</button>', []],
    [
      'measure text on the nearest colour behind it',
      '<div style="background: #111"><p style="color: #333">Dark</p></div>',
      ['p "Dark" has a contrast of 1.49'],
    ],
    [
      'name cut text without a title',
      `<p style="width: 40px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis">Much too long</p>`,
      ['p "Much too long" is cut off, without a title'],
    ],
    [
      'name a page that is too wide',
      '<div style="width: 500px">Wide</div>',
      ['the page is 108 px wider than its window'],
    ],
  ])('%s', async (_, body, faults) => expect(await faultsOf(body)).toEqual(faults));
});

it('a state that fails names itself, and the others are photographed', async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'meridian-screenshots-'));
  try {
    const only = { widths: [{ width: 390, height: 844 }], languages: ['en'], schemes: ['light'] } as const;
    const taken = await takeScreenshots({ outDir, states: ['no-such-state', 'waiting'], ...only });
    expect(taken.map(({ state, faults }) => [state, faults])).toEqual([
      ['no-such-state', [expect.stringContaining('there is no story no-such-state'), expect.any(String)]],
      ['waiting', []],
    ]);
    expect(readdirSync(outDir)).toEqual(['waiting-390-light-en.png']);
  } finally {
    rmSync(outDir, { recursive: true });
  }
});
