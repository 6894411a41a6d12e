// Measures how smoothly a page moves during a drag: the gaps between its animation frames.
import type { Page } from 'playwright-core';

export interface FrameTimes {
  readonly frames: number;
  readonly seconds: number;
  /** Mean over the whole time, so that a second without frames counts. */
  readonly framesPerSecond: number;
  readonly gapMs: { readonly p50: number; readonly p95: number; readonly max: number };
}

export interface FrameTimesOptions {
  readonly selector: string;
  readonly seconds: number;
}

const STEP_MS = 16;

/**
 * Drags an element back and forth with the mouse. Zoom into a map first, since the whole world cannot move. Rejects
 * when the window shows no such element.
 */
export async function frameTimes(page: Page, { selector, seconds }: FrameTimesOptions): Promise<FrameTimes> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`the page does not show ${selector}`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate(watchFrames);
  const beganMs = performance.now();
  for (let step = 0; performance.now() - beganMs < seconds * 1000; step++) {
    const dueMs = beganMs + step * STEP_MS;
    await page.mouse.move(x + (box.width / 3) * Math.sin(step / 30), y + (box.height / 4) * Math.sin(step / 47));
    const restMs = dueMs + STEP_MS - performance.now();
    if (restMs > 0) await new Promise((done) => setTimeout(done, restMs));
  }
  const at = await page.evaluate(takeFrames);
  await page.mouse.up();
  return timesOf(at);
}

/** Returns the frame rate and the gaps between frames. `at`: start times of the frames in milliseconds. */
export function timesOf(at: readonly number[]): FrameTimes {
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? time));
  const sorted = [...gaps].sort((a, b) => a - b);
  const part = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const seconds = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / 1000;
  return {
    frames: gaps.length,
    seconds,
    framesPerSecond: seconds === 0 ? 0 : gaps.length / seconds,
    gapMs: { p50: part(0.5), p95: part(0.95), max: sorted.at(-1) ?? 0 },
  };
}

interface Watched {
  meridianFrames?: { at: number[]; isOver: boolean };
}

/** Runs in the page. */
function watchFrames(): void {
  const watched = { at: [] as number[], isOver: false };
  (globalThis as Watched).meridianFrames = watched;
  const next = (): void => {
    watched.at.push(performance.now());
    if (!watched.isOver) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

/** Runs in the page. */
function takeFrames(): number[] {
  const { meridianFrames } = globalThis as Watched;
  if (meridianFrames !== undefined) meridianFrames.isOver = true;
  return meridianFrames?.at ?? [];
}
