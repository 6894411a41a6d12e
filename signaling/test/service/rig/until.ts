/** Waits until `condition` holds, checking every few milliseconds; fails with `what` after the deadline. */
export async function until(condition: () => boolean, what: string, deadlineMs = 90_000): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
