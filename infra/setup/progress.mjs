import { SetupError } from './error.mjs';

/** Interval of lines where a line cannot be redrawn (a log, CI). */
const LINE_INTERVAL_MS = 10_000;

/** Interval of redraws on a terminal. */
const REDRAW_INTERVAL_MS = 200;

/** Assumed width of a terminal; a longer line would wrap, and could not be redrawn. */
const DEFAULT_COLUMNS = 100;

/**
 * @typedef {{ done?: number, total?: number, detail?: string }} Position
 * @typedef {(position: Position) => void} Report
 * @typedef {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} Output
 * @typedef {{
 *   step<T>(title: string, work: (report: Report) => Promise<T>): Promise<T>,
 *   note(text: string): void,
 *   quiet(): void, }} Progress `quiet`: another program writes to the terminal from now on, so only the ends of steps
 *   are shown
 */

/**
 * Shows running steps with position and duration: a redrawn line each on a terminal, otherwise a line every 10 s. The
 * timer runs only during steps.
 * @param {{ output: Output, nowMs: () => number, lineIntervalMs?: number }} options
 * @returns {Progress}
 */
export function createProgress({ output, nowMs, lineIntervalMs = LINE_INTERVAL_MS }) {
  const terminal = output.isTTY === true;
  /** @type {Set<() => string>} lines of the running steps, in start order */
  const running = new Set();
  let linesShown = 1;
  let isQuiet = false;
  const erase = () => `\r\x1b[2K${'\x1b[1A\x1b[2K'.repeat(linesShown - 1)}`;
  const redraw = (lasting = '') => {
    const lines = [...running].map((line) => line().slice(0, (output.columns ?? DEFAULT_COLUMNS) - 1));
    output.write(`${erase()}${lasting}${lines.join('\n')}`);
    linesShown = Math.max(1, lines.length);
  };
  const say = (/** @type {string} */ text) => (terminal && !isQuiet ? redraw(`${text}\n`) : output.write(`${text}\n`));
  return {
    note: (text) => {
      say(text);
    },
    quiet: () => {
      if (terminal) output.write(erase());
      isQuiet = true;
    },
    step: async (title, work) => {
      const startedMs = nowMs();
      /** @type {Position} */
      let position = {};
      const line = () => progressLine(title, position, nowMs() - startedMs);
      running.add(line);
      const draw = () => {
        if (isQuiet) return;
        if (terminal) redraw();
        else output.write(`${line()}\n`);
      };
      draw();
      const timer = setInterval(draw, terminal ? REDRAW_INTERVAL_MS : lineIntervalMs);
      const end = (/** @type {string} */ how) => {
        clearInterval(timer);
        running.delete(line);
        say(`${title}: ${how} ${duration(nowMs() - startedMs)}`);
      };
      try {
        const result = await work((next) => {
          position = { ...position, ...next };
        });
        end('done in');
        return result;
      } catch (error) {
        end(error instanceof SetupError && error.code === 'INTERRUPTED' ? 'stopped after' : 'failed after');
        throw error;
      }
    },
  };
}

/**
 * @param {string} title
 * @param {Position} position
 * @param {number} elapsedMs
 */
export function progressLine(title, { done, total, detail }, elapsedMs) {
  const far = done === undefined ? '' : total === undefined ? ` [${done}]` : ` [${done}/${total}]`;
  return `${title}${far} ${duration(elapsedMs)}${detail ? `  ${detail}` : ''}`;
}

/**
 * @param {number} ms
 * @returns {string} `0.4 s`, `12 s` or `3 min 08 s`
 */
export function duration(ms) {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
