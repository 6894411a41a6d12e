// Parses an address of Redis. This file does not load the client library, because every configuration check uses it.

const HOSTS_MAX = 32;

export interface RedisTarget {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly hosts: readonly { host: string; port: number }[];
  readonly group: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  readonly tls: boolean;
}

/**
 * Parses `redis://[user:password@]host[:port][/db]`, `redis+sentinel://[user:password@]host:port,…/group[/db]` (with
 * the credentials of the servers) or `redis+cluster://[user:password@]host:port,…`. `rediss` means TLS everywhere.
 * Throws RangeError, without the URL's text, which may hold a password.
 */
export function redisTarget(url: string): RedisTarget {
  const found = /^(rediss?)(\+sentinel|\+cluster)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^@/]+)((?:\/[^/]*){0,2})$/.exec(
    url,
  );
  if (found === null) throw new RangeError('the address of Redis cannot be read');
  const [, scheme, mode, username, password, list = '', path = ''] = found;
  const kind = mode === '+sentinel' ? 'sentinel' : mode === '+cluster' ? 'cluster' : 'single';
  const hosts = list.split(',').map((text) => hostFrom(text, kind === 'sentinel' ? 26_379 : 6_379));
  const parts = path.split('/').filter((part) => part !== '');
  const group = kind === 'sentinel' ? (parts.shift() ?? '') : '';
  const [dbText = '0'] = parts;
  const isKindRight =
    (kind === 'single' ? hosts.length === 1 : hosts.length <= HOSTS_MAX) && (kind !== 'sentinel' || group !== '');
  if (!isKindRight || !/^\d{1,5}$/.test(dbText) || parts.length > 1 || (kind === 'cluster' && parts.length > 0))
    throw new RangeError('the address of Redis has too many hosts, no group, or a database that is no number');
  const text = (part: string | undefined) => (part === undefined || part === '' ? undefined : decodeURIComponent(part));
  const user = { username: text(username), password: text(password) };
  return { kind, hosts, group, ...user, db: Number(dbText), tls: scheme === 'rediss' };
}

function hostFrom(text: string, portDefault: number): { host: string; port: number } {
  const found = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(text);
  const port = Number(found?.[2] ?? portDefault);
  if (found?.[1] === undefined || port < 1 || port > 65_535) throw new RangeError('a host of Redis cannot be read');
  return { host: found[1].replace(/^\[(.*)\]$/, '$1'), port };
}
