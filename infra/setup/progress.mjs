import { SetupError } from './error.mjs';

/** Between two lines where a line cannot change in place (a log, CI). */
const LINE_INTERVAL_MS = 10_000;

/** Between two redraws of the one line of a terminal. */
const REDRAW_INTERVAL_MS = 200;

/** Width to assume where the terminal does not say; a longer line would wrap and no longer be redrawn in place. */
const DEFAULT_COLUMNS = 100;

/**
 * @typedef {{ done?: number, total?: number, detail?: string }} Position
 * @typedef {(position: Position) => void} Report
 * @typedef {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} Output
 * @typedef {{
 *   step<T>(title: string, work: (report: Report) => Promise<T>): Promise<T>,
 *   note(text: string): void,
 *   quiet(): void,
 * }} Progress `quiet`: another program writes to the terminal from now on, so of a step only its end is said
 */

/**
 * Shows long steps: what, how far, how long so far. An updating line for each on a terminal, else a line every 10 s.
 * It owns its timer only while a step runs.
 * @param {{ output: Output, nowMs: () => number, lineIntervalMs?: number }} options
 * @returns {Progress}
 */
export function createProgress({ output, nowMs, lineIntervalMs = LINE_INTERVAL_MS }) {
  const terminal = output.isTTY === true;
  /** @type {Set<() => string>} the line of each step that runs, in the order they began */
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
