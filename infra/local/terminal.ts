// Selects the children's lines that the terminal shows; log files have all.
import { levelOf } from './format.ts';

export type Phase = 'starting' | 'running' | 'ending';

const ranks = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/**
 * Returns whether the terminal shows a line: important lines during the start, all lines while running, and only
 * failures during the end, when neighbours leave as expected. The levels `debug` and `trace` show everything. A line
 * that is not JSON (a crash of Node itself) is always shown. A process that lacks software that is still being
 * installed (`coming`) is unimportant, since the welcome names that software.
 */
export function isShown(line: string, o: { phase: Phase; coming: string; logLevel: string }): boolean {
  if (o.phase === 'starting' && o.coming !== '' && line.includes(`"lacking":"${o.coming}"`)) return false;
  if (o.phase === 'running' || o.logLevel === 'debug' || o.logLevel === 'trace') return true;
  const level = levelOf(line);
  return level === undefined || ranks.indexOf(level) >= ranks.indexOf(o.phase === 'starting' ? 'warn' : 'error');
}
