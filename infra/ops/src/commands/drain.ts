// `meridian node drain`: moves calls and shows off this host before it is switched off or updated. Its media nodes,
// gateway and recorder end when they are empty; other services stay.
import { nodeKind } from '@meridian/protocol';
import { hasSystemd, systemctl } from '../adapters/processes.ts';
import { servicesHere } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { unitOf } from '../core/services.ts';

const drainedKinds = [nodeKind.media, nodeKind.gateway, nodeKind.recorder];

/** Stops all units that drain when stopped, and waits for them; `isOff` starts them again. HostError. */
export async function drain(isOff: boolean, context: Context): Promise<void> {
  const media = servicesHere(context).filter(({ kind }) => drainedKinds.some((one) => one === kind));
  if (media.length === 0)
    throw new HostError('HOST_MISSING', 'this host has no media node, gateway or recorder', 'nothing is to be drained');
  if (!hasSystemd())
    throw new HostError(
      'SYSTEMD_MISSING',
      'systemd does not run here',
      'send SIGTERM to the service: it drains, then ends',
    );
  const units = media.map(unitOf);
  if (isOff) {
    await systemctl('start', ...units);
    context.out(`${units.join(', ')}: take calls again`);
    return;
  }
  context.out(`draining ${units.join(', ')}: they end when they are empty, at the latest after their drainLimitMs`);
  await systemctl('stop', ...units);
  context.out('this host has no media any more; to undo: meridian node drain --off, or the next boot');
}
