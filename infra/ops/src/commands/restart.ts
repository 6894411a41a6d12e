// `meridian node restart`: restarts the services of this host one after the other, during calls, after an update.
import { hasSystemd, systemctl } from '../adapters/processes.ts';
import { dropRemovedKeys, servicesHere } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { type Service, unitOf } from '../core/services.ts';

/** Operations on the host's units; tests replace them. */
export interface Restarting {
  /** Resolves when the unit has ended in order and is ready again (`Type=notify`); rejects when it does not start. */
  restart(unit: string): Promise<unknown>;
  isActive(unit: string): Promise<boolean>;
}

const bySystemd: Restarting = {
  restart: (unit) => systemctl('restart', unit),
  isActive: async (unit) => (await systemctl('show', '--property=ActiveState', '--value', unit)).trim() === 'active',
};

/**
 * Restarts the named services, or all, one at a time in start order. Media nodes, gateways and recorders drain first,
 * and other nodes of the region take over. Stopped services stay stopped. A service that does not start ends the
 * command, and later ones keep running. HostError HOST_MISSING, SERVICE_UNKNOWN, SYSTEMD_MISSING, SERVICE_FAILED.
 */
export async function restart(names: readonly string[], context: Context, ports?: Restarting): Promise<void> {
  const services = selectServices(servicesHere(context), names);
  if (ports === undefined && !hasSystemd())
    throw new HostError('SYSTEMD_MISSING', 'systemd does not run here', 'end `meridian node run`, and start it again');
  dropRemovedKeys(context);
  const { restart: restartUnit, isActive } = ports ?? bySystemd;
  for (const [at, service] of services.entries()) {
    const unit = unitOf(service);
    if (!(await isActive(unit))) {
      context.out(`${service.name}: is stopped, and stays so`);
      continue;
    }
    const startedMs = performance.now();
    try {
      await restartUnit(unit);
    } catch (error) {
      const others = services.slice(at + 1).map(({ name }) => name);
      context.out(`stopped at ${service.name}; not restarted: ${others.join(', ') || 'none'}`);
      throw error;
    }
    context.out(`${service.name}: again after ${Math.round(performance.now() - startedMs)} ms`);
  }
}

function selectServices(hostServices: readonly Service[], names: readonly string[]): readonly Service[] {
  if (hostServices.length === 0)
    throw new HostError('HOST_MISSING', 'this host has no services', 'begin with `meridian node init` or `join`');
  const unknown = names.find((name) => !hostServices.some((service) => service.name === name));
  if (unknown !== undefined) {
    const known = hostServices.map(({ name }) => name).join(', ');
    throw new HostError('SERVICE_UNKNOWN', `this host has no service ${unknown}`, `it has: ${known}`);
  }
  return names.length === 0 ? hostServices : hostServices.filter(({ name }) => names.includes(name));
}
