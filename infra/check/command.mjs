import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';

/**
 * Bound of a check's kept output, so that a broken tool does not fill the memory. The end is kept, as tools summarise
 * there.
 */
const OUTPUT_CHARACTERS_MAX = 200_000;

/** A check that exceeds this hangs. The longest takes 70 s beside the others, and more beside tests. */
const CHECK_LIMIT_MS = 2_400_000;

/**
 * @typedef {{ name: string, ok: boolean, durationMs: number, output: string }} CheckResult
 * @typedef {{ name: string, run: (niceness?: number) => Promise<CheckResult> }} Check `niceness` is that of a command
 */

/**
 * Makes a check of a command, which passes with exit code 0.
 * @param {string} name
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd: string, env?: Record<string, string | undefined>, shell?: boolean }} options
 * @returns {Check}
 */
export function commandCheck(name, file, args, options) {
  return {
    name,
    run: (niceness = 0) =>
      new Promise((resolve) => {
        const startedMs = performance.now();
        let output = '';
        const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: CHECK_LIMIT_MS });
        if (niceness > 0 && child.pid !== undefined) setPriority(child.pid, niceness);
        const collect = (/** @type {Buffer} */ chunk) => {
          output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
        };
        const finish = (/** @type {boolean} */ ok) =>
          resolve({ name, ok, durationMs: performance.now() - startedMs, output: output.trim() });
        child.stdout.on('data', collect);
        child.stderr.on('data', collect);
        child.on('error', (error) => {
          output += `\n${error.message}`;
          finish(false);
        });
        child.on('close', (code, signal) => {
          if (signal) output += `\nended by ${signal} (limit ${CHECK_LIMIT_MS / 1000} s)`;
          finish(code === 0);
        });
      }),
  };
}

/**
 * Makes a check of a function, which passes without findings.
 * @param {string} name
 * @param {() => Promise<string[]> | string[]} find one line per finding: place, problem and remedy
 * @returns {Check}
 */
export function functionCheck(name, find) {
  return {
    name,
    run: async () => {
      const startedMs = performance.now();
      try {
        const findings = await find();
        return {
          name,
          ok: findings.length === 0,
          durationMs: performance.now() - startedMs,
          output: findings.join('\n'),
        };
      } catch (error) {
        const output = error instanceof Error ? (error.stack ?? error.message) : String(error);
        return { name, ok: false, durationMs: performance.now() - startedMs, output };
      }
    },
  };
}

/**
 * Runs the checks, at most `parallel` at once, and reports each at its end.
 * @param {Check[]} checks
 * @param {{ parallel: number, niceness?: number, onResult: (result: CheckResult) => void }} options `niceness` is that
 *   of commands
 * @returns {Promise<CheckResult[]>} in the order of `checks`
 */
export async function runChecks(checks, { parallel, niceness = 0, onResult }) {
  /** @type {CheckResult[]} */
  const results = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < checks.length; index = next++) {
      const check = checks[index];
      if (!check) return;
      const result = await check.run(niceness);
      results[index] = result;
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results;
}
