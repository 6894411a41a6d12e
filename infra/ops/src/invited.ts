// Record of the invited hosts and their public names, which the page admits, on the first server. It is beside the
// services' files, and so in every back-up.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writePublic } from './adapters/files.ts';
import { readConfig } from './config-files.ts';
import type { Context } from './context.ts';

const title = '# Hosts that this server has invited, written by `meridian node invite` and `forget`.\n';

export interface InvitedHost {
  readonly domain: string;
}

const fileIn = ({ folders }: Pick<Context, 'folders'>): string => join(folders.etc, 'invited.yaml');

/** Returns the invited hosts by id. */
export function invitedHosts(context: Pick<Context, 'folders'>): Map<string, InvitedHost> {
  const file = fileIn(context);
  if (!existsSync(file)) return new Map();
  return new Map(Object.entries((readConfig(file) ?? {}) as Record<string, InvitedHost>));
}

/** Records a host; undefined removes it. */
export function keepInvited(hostId: string, host: InvitedHost | undefined, context: Pick<Context, 'folders'>): void {
  const hosts = invitedHosts(context);
  if (host === undefined ? !hosts.delete(hostId) : hosts.get(hostId)?.domain === host.domain) return;
  if (host !== undefined) hosts.set(hostId, host);
  writePublic(fileIn(context), `${title}${stringify(Object.fromEntries(hosts), { lineWidth: 0 })}`);
}
