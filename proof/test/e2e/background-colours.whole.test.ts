// The compositor of backgrounds in Chromium: a blur keeps the colour of an even picture, however sure the mask is.
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as Effects from '../../../sdk-web/src/effects/compositor.ts';
import { launchChromium } from '../support/browser.ts';

const entry = fileURLToPath(new URL('../../../sdk-web/src/effects/compositor.ts', import.meta.url));
const colour = [120, 60, 30] as const;
/** Values of the mask from background to person; between them the model is uncertain. */
const levels = [0, 100, 140, 155, 170, 255];

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

it('a blur keeps the colours of the picture where the mask is uncertain, also in the corners', async () => {
  const page = await browser.newPage();
  await page.addScriptTag({ content: await scriptOf(entry) });
  const drawn = await page.evaluate(coloursAfterBlur, { levels, colour: [...colour] });
  await page.close();
  expect(drawn.length).toBe(2 * levels.length);
  for (const [at, one] of drawn.entries())
    for (const [channel, value] of colour.entries())
      expect(Math.abs((one[channel] ?? 0) - value), `${at}: ${one.join()}`).toBeLessThanOrEqual(2);
});

/** Returns a script that keeps the file's exports in `compositor`. */
async function scriptOf(file: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry: file, formats: ['iife'], name: 'compositor' } },
  });
  const [bundle] = [built].flat();
  if (bundle === undefined || !('output' in bundle)) throw new Error('nothing was built');
  return bundle.output[0].code;
}

/** Returns the colours in a corner and in the middle for each value of an even mask; runs in the page. */
function coloursAfterBlur(o: { levels: number[]; colour: number[] }): number[][] {
  const { Compositor } = (globalThis as unknown as { compositor: typeof Effects }).compositor;
  const size = { width: 640, height: 360 };
  return o.levels.flatMap((level) => {
    const compositor = new Compositor({ kind: 'blur', radius: 0.03 });
    const picture = new OffscreenCanvas(size.width, size.height);
    const paint = picture.getContext('2d');
    const read = new OffscreenCanvas(size.width, size.height).getContext('2d');
    if (paint === null || read === null) throw new Error('no canvas');
    paint.fillStyle = `rgb(${o.colour.join()})`;
    paint.fillRect(0, 0, size.width, size.height);
    compositor.take(picture.transferToImageBitmap());
    compositor.draw({ width: 256, height: 144, bytes: new Uint8Array(256 * 144).fill(level) });
    read.drawImage(compositor.canvas, 0, 0);
    compositor.close();
    return [
      [...read.getImageData(2, size.height - 3, 1, 1).data],
      [...read.getImageData(size.width / 2, size.height / 2, 1, 1).data],
    ];
  });
}
