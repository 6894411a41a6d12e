import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/** Time of the work on the quiet machine for which the gate's budgets are meant (2 × AMD EPYC). */
const REFERENCE_MS = 900;
const ROUNDS = 3;
const BLOCK = Buffer.alloc(1 << 20, 7);
const BLOCKS = 550;

/** Mixes hashing and object allocation about equally, like tests do. */
function work() {
  const hash = createHash('sha256');
  let text = '';
  for (let at = 0; at < BLOCKS; at += 1) {
    hash.update(BLOCK);
    const rows = Array.from({ length: 900 }, (_, row) => ({ id: `row ${row}`, at, text: text.slice(0, 20) }));
    text = JSON.stringify(JSON.parse(JSON.stringify(rows)));
  }
  return hash.digest('hex') + text.length;
}

/**
 * Measures how many times slower than the reference two processors of this machine are now; 1 for a faster machine.
 * Takes about four seconds.
 * @returns {Promise<number>}
 */
export async function slowness() {
  /** @type {number[]} */
  const tookMs = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const beganMs = performance.now();
    await Promise.all([inThread(), inThread()]);
    tookMs.push(performance.now() - beganMs);
  }
  const [, middleMs = REFERENCE_MS] = tookMs.sort((a, b) => a - b);
  return Math.max(1, middleMs / REFERENCE_MS);
}

/** @returns {Promise<void>} */
function inThread() {
  const code = `import(${JSON.stringify(import.meta.url)}).then(({ workOnce }) => workOnce())`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true });
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
}

/** Entry of the threads of `slowness`. */
export const workOnce = () => void work();
