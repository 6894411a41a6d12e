// Which lines of the children the terminal shows; their log files have all of them.
import { levelOf } from './format.ts';

export type Phase = 'starting' | 'running' | 'ending';

const ranks = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/**
 * While all start, what is of note; then everything; while all end, only what fails: that its neighbours leave is then
 * no news. With the level `debug` or `trace` everything is shown, always. What is no JSON (a crash of Node itself) is
 * shown always. That a process lacks what is still being installed (`coming`) is not of note: the welcome says it.
 */
export function isShown(line: string, o: { phase: Phase; coming: string; logLevel: string }): boolean {
  if (o.phase === 'starting' && o.coming !== '' && line.includes(`"lacking":"${o.coming}"`)) return false;
  if (o.phase === 'running' || o.logLevel === 'debug' || o.logLevel === 'trace') return true;
  const level = levelOf(line);
  return level === undefined || ranks.indexOf(level) >= ranks.indexOf(o.phase === 'starting' ? 'warn' : 'error');
}
