import type { Facts } from '../../setup/system.mjs';

/** Returns facts of a Debian 12 machine that lacks nothing, with root; tests change some. */
export function someFacts(changes: Partial<Facts> = {}): Facts {
  return {
    platform: 'linux',
    arch: 'x64',
    glibc: true,
    distribution: debian('12', 'bookworm'),
    root: true,
    nodeVersion: 'v20.19.0',
    memoryAvailableMb: 8000,
    processors: 2,
    ...changes,
  };
}

export function debian(version: string, codename: string) {
  return { id: 'debian', like: [], version, codename, name: `Debian GNU/Linux ${version} (${codename})` };
}
