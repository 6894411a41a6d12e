// Checks that run before anything is written or used up.
import { nodeKind } from '@meridian/protocol';
import type { Context } from '../context.ts';
import { type ConfigContext, valuesOf } from '../core/configs.ts';
import { HostError } from '../core/error.ts';
import type { Host } from '../core/host.ts';
import { runsFfmpeg, type Service } from '../core/services.ts';
import { centreReached } from './centre.ts';
import { type Finding, lineOf } from './check.ts';
import { addressesReached, diskRoom, ffmpegThere, isRoot, jailWorks, portsFree, workerStarts } from './machine.ts';

/** Placeholders, as ports do not depend on secrets. */
const noSecrets = {
  clusterToken: '',
  clusterSecret: '',
  sealSecret: '',
  operatorSecret: '',
  tenantKey: '',
  tenantSecret: '',
};

/**
 * Prints the findings. HostError PREFLIGHT_FAILED when the host could not serve. `centres` are other centres that must
 * be reachable.
 */
export async function preflight(o: {
  readonly host: Host;
  readonly services: readonly Service[];
  readonly centres?: readonly string[];
  readonly context: Context;
}): Promise<void> {
  const { host, services, centres = [], context } = o;
  const { folders, releaseFolder, hasPathd } = context;
  const config: ConfigContext = { host, folders, installed: releaseFolder, hasPathd, secrets: noSecrets };
  const findings: Finding[] = [
    isRoot(),
    diskRoom(context),
    ...addressesReached(host),
    ...(await portsFree(services.map((service) => ({ service, values: valuesOf(service, config) })))),
    ...(services.some(({ kind }) => kind === nodeKind.media) ? [await workerStarts(context)] : []),
    ...(services.some(({ kind }) => kind === nodeKind.gateway) ? [await ffmpegThere()] : []),
    ...(services.some(runsFfmpeg) ? [await jailWorks(context)] : []),
    ...(await centreReached(centres)),
  ];
  for (const finding of findings) context.out(lineOf(finding));
  const failed = findings.filter(({ level }) => level === 'fail').length;
  if (failed > 0)
    throw new HostError(
      'PREFLIGHT_FAILED',
      `${failed} of ${findings.length} checks failed; nothing was changed`,
      'mend them and run the command again',
    );
}
