// `meridian node run`: runs the services of this host as children of one process, for machines and containers without
// systemd. A service that dies or freezes is restarted.
import process from 'node:process';
import { Child } from '@meridian/runtime/child';
import { commandOf, environmentOf } from '../adapters/processes.ts';
import { dropRemovedKeys, readConfig, servicesHere } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { configFilesOf, type Service } from '../core/services.ts';

const CLOSE_LIMIT_MS = 15_000;

/** Runs until SIGTERM or SIGINT, then ends all in order, drains first. HostError HOST_MISSING. */
export async function run(context: Context, signal: AbortSignal): Promise<void> {
  const services = servicesHere(context);
  if (services.length === 0)
    throw new HostError(
      'HOST_MISSING',
      `there is no service in ${context.folders.etc}`,
      'begin with `meridian node init` or `meridian node join`',
    );
  dropRemovedKeys(context);
  const children = services.map((service) => childOf(service, context));
  for (const child of children) await child.start();
  context.out(`${services.length} services run: ${services.map(({ name }) => name).join(', ')}`);
  const killAll = (): void => {
    for (const child of children) child.kill();
  };
  process.once('exit', killAll);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  context.out('ending all services');
  // Services end before the services that they depend on.
  const groups = [['gateway', 'recorder', 'sfu'], ['web', 'api', 'signaling', 'edge-probe', 'library'], ['scheduler']];
  for (const group of groups)
    await Promise.all(
      children.filter((_, at) => group.includes(services[at]?.kind ?? '')).map((child) => child.stop()),
    );
  process.off('exit', killAll);
}

function childOf(service: Service, context: Context): Child {
  const { name } = service;
  const env = environmentOf(context);
  return new Child(name, {
    stopLimitMs: drainLimitMs(service, context) + CLOSE_LIMIT_MS,
    command: async () => ({ ...commandOf(service, context), env }),
    onLine: (line) => context.out(`${name} ${line}`),
    onEvent: (text) => context.err(`${name} ${text}`),
    onPid: () => undefined,
    onDeath: () => undefined,
  });
}

function drainLimitMs(service: Service, { folders }: Context): number {
  const value = readConfig(configFilesOf(service, folders).at(-1) ?? '')['drainLimitMs'];
  return typeof value === 'number' ? value : 0;
}
