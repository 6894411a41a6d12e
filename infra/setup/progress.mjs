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
 * }} Progress
 */

/**
 * Shows long steps: what, how far, how long so far. One updating line on a terminal, a line every 10 s elsewhere.
 * It owns its timer only while a step runs.
 * @param {{ output: Output, nowMs: () => number, lineIntervalMs?: number }} options
 * @returns {Progress}
 */
export function createProgress({ output, nowMs, lineIntervalMs = LINE_INTERVAL_MS }) {
  const terminal = output.isTTY === true;
  return {
    note: (text) => {
      output.write(`${terminal ? '\r\x1b[2K' : ''}${text}\n`);
    },
    step: async (title, work) => {
      const startedMs = nowMs();
      /** @type {Position} */
      let position = {};
      const draw = () => {
        const line = progressLine(title, position, nowMs() - startedMs);
        output.write(terminal ? `\r\x1b[2K${line.slice(0, (output.columns ?? DEFAULT_COLUMNS) - 1)}` : `${line}\n`);
      };
      draw();
      const timer = setInterval(draw, terminal ? REDRAW_INTERVAL_MS : lineIntervalMs);
      const end = (/** @type {string} */ how) => {
        clearInterval(timer);
        output.write(`${terminal ? '\r\x1b[2K' : ''}${title}: ${how} ${duration(nowMs() - startedMs)}\n`);
      };
      try {
        const result = await work((next) => {
          position = { ...position, ...next };
        });
        end('done in');
        return result;
      } catch (error) {
        end('failed after');
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
