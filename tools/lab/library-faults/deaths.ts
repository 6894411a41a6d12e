// Did a process die that was not killed by the lab? Pure.
import type { Death } from '../../../infra/local/state.ts';

/** What `runService` says of a process that could not start. */
const START_FAILED = '"cause":"start failed"';
const LAST_LINES = 3;
/** From the line of a death to its record. */
const SAME_MS = 1000;

export interface Deaths {
  /** In words: what died by itself. */
  readonly findings: string[];
  /** Starts that ended at once as a store or the centre was away: their supervisor tries again. */
  readonly failedStarts: number;
}

/** `killed`: how often the lab has killed it; `log`: its lines, with those of its supervisor. */
export function strangeDeaths(
  deaths: readonly Death[],
  o: { killed(id: string): number; log(id: string): readonly string[] },
): Deaths {
  const findings: string[] = [];
  let failedStarts = 0;
  for (const { id, atMs, how } of deaths.filter((death) => death.how !== 'SIGKILL')) {
    const last = linesBefore(o.log(id), atMs);
    if (last.at(-1)?.includes(START_FAILED) === true) failedStarts += 1;
    else findings.push(`${id} died by itself at ${new Date(atMs).toISOString()}: ${how} ${last.join(' ')}`);
  }
  for (const id of new Set(deaths.map((death) => death.id))) {
    const count = deaths.filter((death) => death.id === id && death.how === 'SIGKILL').length;
    const more = count - o.killed(id);
    if (more > 0) findings.push(`${id} was killed ${more} times more than by the lab`);
  }
  return { findings, failedStarts };
}

/** Its last words before that death. */
function linesBefore(lines: readonly string[], atMs: number): readonly string[] {
  const at = lines.findIndex((line) => {
    const [, timeMs] = /"time":(\d+),"msg":"\[supervisor\] (?:died|ended)/.exec(line) ?? [];
    return timeMs !== undefined && Math.abs(Number(timeMs) - atMs) <= SAME_MS;
  });
  return at < 0 ? [] : lines.slice(Math.max(0, at - LAST_LINES), at);
}
