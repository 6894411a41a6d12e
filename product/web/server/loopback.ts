import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Returns whether a numeric address is loopback (IPv4-mapped IPv6 included). */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Returns whether a URL's host certainly names this machine: a loopback number or `localhost`. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return bare.toLowerCase() === 'localhost' || isLoopbackAddress(bare);
}

/** Returns whether a `Host` header (name, optionally port) names this machine. A rebound DNS name does not. */
export function isLoopbackHostHeader(header: string | undefined): boolean {
  const found = /^(\[[0-9a-fA-F:.]+\]|[^:\s/@]+)(:\d{1,5})?$/.exec(header ?? '');
  return found?.[1] !== undefined && isLoopbackHost(found[1]);
}

/** Returns whether an `Origin` header names a page of this machine; `null` and other words do not. */
export function isLoopbackOrigin(header: string): boolean {
  const url = URL.canParse(header) ? new URL(header) : undefined;
  return url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:') && isLoopbackHost(url.hostname);
}
