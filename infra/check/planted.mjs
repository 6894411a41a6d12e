import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { secondsSince } from './vitest.mjs';

/**
 * Plants every fault of test/planted in a copy of the tree: `npm run lab -- planted`.
 * @param {string} root the work tree
 * @param {(line: string) => void} onLine
 * @returns {Promise<{ result: import('./report.mjs').LaneResult, failures: string[] }>} `passed`: faults that were
 *   found
 */
export async function runPlanted(root, onLine) {
  const startedMs = performance.now();
  const args = [join(root, 'tools/lab/main.ts'), 'planted', '--json'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  /** @type {string[]} */
  const failures = [];
  let last = '{}';
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = line;
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    onLine(line);
    if (line.startsWith('missed: ')) failures.push(line.replace('missed', 'planted'));
  });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const { planted = 0, found = 0 } = JSON.parse(last).metrics ?? {};
  if (code !== 0 && failures.length === 0) failures.push(`planted: ended with ${code}`);
  const failed = Math.max(planted - found, failures.length);
  return { result: { name: 'planted', seconds: secondsSince(startedMs), passed: found, failed }, failures };
}
