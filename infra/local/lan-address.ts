// Chooses the address at which phones in the local network reach this machine.

import { BlockList, isIPv4 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
export type LanAddress =
  | { readonly ok: true; readonly ip: string; readonly others: readonly string[] }
  | {
      readonly ok: false;
      readonly code: 'LAN_ADDRESS_NONE' | 'LAN_ADDRESS_UNKNOWN' | 'LAN_ADDRESS_NOT_PRIVATE';
      readonly message: string;
    };

/** Name constraints of the authority: `localNetworks` of base/runtime/src/pki/local-authority.ts; a test compares. */
const networks = new BlockList();
networks.addSubnet('10.0.0.0', 8);
networks.addSubnet('172.16.0.0', 12);
networks.addSubnet('192.168.0.0', 16);
networks.addSubnet('100.64.0.0', 10);
networks.addSubnet('169.254.0.0', 16);

/** Bridges and tunnels of containers and virtual machines, which phones cannot reach. */
const madeUp = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|tun|tap|wg|utun|zt|tailscale)/;

/** Returns whether a local authority may certify the address. */
export const isPrivate = (ip: string): boolean => isIPv4(ip) && networks.check(ip);

/**
 * Returns the named address if the machine has it; otherwise the first private one: real interfaces before those of
 * containers, link-local last.
 */
export function chooseLanAddress(interfaces: Interfaces, named?: string): LanAddress {
  const found = Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap((one) => (one.family === 'IPv4' && !one.internal ? [{ name, ip: one.address }] : [])),
  );
  const rank = ({ name, ip }: { name: string; ip: string }): number =>
    (madeUp.test(name) ? 2 : 0) + (ip.startsWith('169.254.') ? 1 : 0);
  const ips = [...new Set(found.sort((a, b) => rank(a) - rank(b)).map(({ ip }) => ip))];
  const knownText = ips.length === 0 ? 'it has none' : `it has ${ips.join(', ')}`;
  if (named !== undefined && !ips.includes(named))
    return {
      ok: false,
      code: 'LAN_ADDRESS_UNKNOWN',
      message: `this machine has no IPv4 address ${named}; ${knownText}`,
    };
  const ip = named ?? ips.find(isPrivate);
  if (ip === undefined) {
    const why = ips.length === 0 ? 'no IPv4 address but loopback' : `only public IPv4 addresses (${ips.join(', ')})`;
    return { ok: false, code: 'LAN_ADDRESS_NONE', message: `this machine has ${why}: join a local network first` };
  }
  if (!isPrivate(ip))
    return {
      ok: false,
      code: 'LAN_ADDRESS_NOT_PRIVATE',
      message: `${ip} is a public address; this is for local networks`,
    };
  return { ok: true, ip, others: ips.filter((other) => other !== ip && isPrivate(other)) };
}
