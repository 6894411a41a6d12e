// `meridian node doctor`: shows the state of this host and remedies.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeKind } from '@meridian/protocol';
import { centreReached } from '../checks/centre.ts';
import { certificatesGood } from '../checks/certificates.ts';
import { type Finding, fail, lineOf, ok } from '../checks/check.ts';
import { configsGood } from '../checks/configs.ts';
import { domainServed } from '../checks/domain.ts';
import { diskRoom, ffmpegThere, isRoot, jailWorks, workerStarts } from '../checks/machine.ts';
import { servicesServe } from '../checks/services.ts';
import { stopLimitsFit } from '../checks/stop-limits.ts';
import { readConfig, servicesHere } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { runsFfmpeg } from '../core/services.ts';
import { damagesOf } from '../release-manifest.ts';

/** Prints all findings. HostError DOCTOR_FAILED when the host cannot serve. */
export async function doctor(context: Context): Promise<void> {
  const services = servicesHere(context);
  if (services.length === 0)
    throw new HostError(
      'HOST_MISSING',
      `there is no service in ${context.folders.etc}`,
      'begin with `meridian node init` or `meridian node join`',
    );
  const findings: Finding[] = [versionHere(context), isRoot(), diskRoom(context)];
  findings.push(...(await configsGood(services, context)));
  findings.push(...(await stopLimitsFit(services, context)));
  if (services.some(({ kind }) => kind === nodeKind.media)) findings.push(await workerStarts(context));
  if (services.some(({ kind }) => kind === nodeKind.gateway)) findings.push(await ffmpegThere());
  if (services.some(runsFfmpeg)) findings.push(await jailWorks(context));
  const host = readConfig(join(context.folders.etc, 'host.yaml'));
  const centres = String(host['centreUrl']).split(',');
  findings.push(...(await centreReached(centres.map((url) => url.replace(/^wss:\/\//, '')))));
  findings.push(...certificatesGood(services, context, Date.now()));
  findings.push(...(await servicesServe(services, context)));
  findings.push(...(await domainServed(services, context)));
  for (const finding of findings) context.out(lineOf(finding));
  const failed = findings.filter(({ level }) => level === 'fail').length;
  if (failed > 0)
    throw new HostError('DOCTOR_FAILED', `${failed} of ${findings.length} checks failed`, 'mend them in this order');
}

function versionHere({ root }: Context): Finding {
  const file = join(root, 'VERSION');
  if (!existsSync(file)) return ok('runs from a clone, not from a release');
  const version = readFileSync(file, 'utf8').trim();
  const damages = damagesOf(root);
  if (damages.length === 0) return ok(`version ${version}, as it was released`);
  const what = `version ${version} is not as it was released: ${damages.slice(0, 3).join(', ')} (${damages.length} files)`;
  return fail(what, "run its archive's install.sh again");
}
