// `meridian node versions` and `use`: list the installed releases, and choose the release of the next start.
import { dirname } from 'node:path';
import { hasSystemd, systemctl } from '../adapters/processes.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { listVersions, useVersion } from './use.ts';

/** Returns the folder of all releases. HostError RELEASE_MISSING in a clone. */
function prefixOf({ root, releaseFolder }: Context): string {
  if (releaseFolder === root)
    throw new HostError('RELEASE_MISSING', 'this program is not of an installed release', 'install one: ./install.sh');
  return dirname(releaseFolder);
}

export function versions(context: Context): void {
  for (const { version, isCurrent, isPrevious } of listVersions({ prefix: prefixOf(context) }))
    context.out(`${version}${isCurrent ? '  current' : isPrevious ? '  before it' : ''}`);
}

/**
 * `version` is undefined with `isBack`. Running services continue until they are restarted. HostError, VersionError.
 */
export async function use(version: string | undefined, isBack: boolean, context: Context): Promise<void> {
  const prefix = prefixOf(context);
  const chosen = isBack ? listVersions({ prefix }).find(({ isPrevious }) => isPrevious)?.version : version;
  if (chosen === undefined)
    throw new HostError('VERSION_MISSING', 'no version was named', '`meridian node versions` shows which there are');
  const { before, changedUnits } = useVersion({ prefix, version: chosen });
  if (changedUnits.length > 0 && hasSystemd()) await systemctl('daemon-reload');
  context.out(`${chosen} is the current version${before === undefined ? '' : `, before it ${before}`}`);
  context.out('restart the services, so that they run it: meridian node restart');
}
