// Checks that services may drain as long as their files say, before systemd or the container engine kills them.
import { hasSystemd, systemctl } from '../adapters/processes.ts';
import { readConfig } from '../config-files.ts';
import type { Context } from '../context.ts';
import { configFilesOf, type Service, unitOf } from '../core/services.ts';
import { timeSpanMs } from '../core/time-span.ts';
import { type Finding, ok, warn } from './check.ts';

/** Default of `closeLimitMs`. */
const CLOSE_LIMIT_MS = 10_000;
const SPARE_MS = 5000;
/** `stop_grace_period` of media nodes, gateways and recorders in infra/container/compose.yaml. */
const CONTAINER_LIMIT_MS = 135_000;

/** Returns the stop limit of a unit; undefined where no systemd runs. Tests replace it. */
export type LimitOf = (unit: string) => Promise<number | undefined>;

const bySystemd: LimitOf = async (unit) =>
  hasSystemd() ? timeSpanMs(await systemctl('show', '--property=TimeoutStopUSec', '--value', unit)) : undefined;

export async function stopLimitsFit(
  services: readonly Service[],
  { folders }: Pick<Context, 'folders'>,
  limitOf: LimitOf = bySystemd,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const service of services) {
    const values = readConfig(configFilesOf(service, folders).at(-1) ?? '');
    const [drainMs, closeMs] = [numberOf(values['drainLimitMs'], 0), numberOf(values['closeLimitMs'], CLOSE_LIMIT_MS)];
    if (drainMs === 0) continue;
    const limitMs = await limitOf(unitOf(service));
    if (drainMs + closeMs > (limitMs ?? CONTAINER_LIMIT_MS))
      findings.push(tooLong(service, { drainMs, closeMs, limitMs }));
  }
  return findings.length > 0 ? findings : [ok('services that drain have the time that their files give them')];
}

const numberOf = (value: unknown, other: number): number => (typeof value === 'number' ? value : other);

function tooLong(
  service: Service,
  { drainMs, closeMs, limitMs }: { drainMs: number; closeMs: number; limitMs: number | undefined },
): Finding {
  const needed = Math.ceil((drainMs + closeMs + SPARE_MS) / 1000);
  const drainText = `${service.name} drains up to ${drainMs / 1000} s (drainLimitMs)`;
  const container = `in containers \`stop_grace_period: ${needed}s\``;
  if (limitMs === undefined)
    return warn(
      `${drainText}; its supervisor must wait as long, and our compose.yaml waits ${CONTAINER_LIMIT_MS / 1000} s`,
      `${container}; or a smaller drainLimitMs`,
    );
  return warn(
    `${drainText}, and systemd kills it after ${limitMs / 1000} s`,
    `\`systemctl edit ${unitOf(service)}\`, with \`[Service]\` and \`TimeoutStopSec=${needed}\`; ${container}`,
  );
}
