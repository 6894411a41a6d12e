// Decides which addresses a node may dial for others. A name is resolved once per connection, and the checked address
// is dialled: a name that resolves differently a moment later reaches nothing inside.
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { MeridianError } from '@meridian/protocol';
import { type Clock, type ConfigIssue, type Logger, refuseErrors } from '@meridian/runtime';
import { createLookup, type Lookup } from './names.ts';

const LOOKUP_MS = 5000;

/** Addresses outside the internet (IANA's registry of special-purpose addresses), and multicast. */
const INSIDE_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;
/** Global addresses begin with these bits; the list below excludes ranges of protocols, some with IPv4 inside. */
const GLOBAL_V6 = ['2000::', 3] as const;
const INSIDE_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const nonPublic = new BlockList();
for (const [net, prefix] of INSIDE_V4) nonPublic.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of INSIDE_V6) nonPublic.addSubnet(net, prefix, 'ipv6');
const globalV6 = new BlockList();
globalV6.addSubnet(...GLOBAL_V6, 'ipv6');

export interface TargetAddressesOptions {
  /** Ranges in CIDR form that may be dialled though they are inside, and their configuration key. */
  readonly allowed: readonly string[];
  readonly key: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lookup?: Lookup;
}

/** Fault of a target, without the target itself, which may contain secrets. */
export interface TargetIssue {
  readonly code: 'REQUEST_INVALID' | 'TARGET_REFUSED';
  readonly detail: string;
}

export class TargetAddresses {
  readonly #allowed: BlockList;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #lookup: Lookup;

  /** Throws ConfigError for an invalid range. */
  constructor(o: TargetAddressesOptions) {
    this.#allowed = rangesOf(o.allowed, o.key);
    this.#clock = o.clock;
    this.#log = o.log;
    this.#lookup = o.lookup ?? createLookup();
  }

  /** Returns whether the address may be dialled; false for any other text. */
  isAllowed(address: string): boolean {
    const ipVersion = isIP(address);
    // A zone chooses an interface of this host, whatever the address is.
    if (ipVersion === 0 || address.includes('%')) return false;
    const family = ipVersion === 4 ? 'ipv4' : 'ipv6';
    if (this.#allowed.check(address, family)) return true;
    return !nonPublic.check(address, family) && (ipVersion === 4 || globalV6.check(address, family));
  }

  /**
   * Returns whether the text of a host, without a look-up, names an address that may not be dialled. Other names are
   * checked when they are dialled: a refusal before would reveal which inside names exist.
   */
  isRefusedHost(host: string): boolean {
    const address = literalAddress(host);
    return address !== undefined && !this.isAllowed(address);
  }

  /**
   * Returns a lookup for `net`, `http` and others that dials only a checked address. It is not called for a host that
   * is an address; `isRefusedHost` checks that one.
   */
  lookup(attempt: () => number): LookupFunction {
    return (name, { all }, done) => {
      this.resolve(name, attempt()).then(
        (address) => {
          const family = isIP(address);
          if (all === true) done(null, [{ address, family }]);
          else done(null, address, family);
        },
        (error: NodeJS.ErrnoException) => done(error, ''),
      );
    };
  }

  /**
   * Returns an address of the host that may be dialled; `attempt` chooses among several.
   * @throws MeridianError TARGET_REFUSED without one. The error does not reveal whether other addresses exist: a caller
   *   must not learn inside names.
   */
  async resolve(host: string, attempt: number): Promise<string> {
    const literal = literalAddress(host);
    const addresses = literal === undefined ? await this.#addressesOf(host) : [{ address: literal }];
    const allowed = addresses.map(({ address }) => address).filter((address) => this.isAllowed(address));
    const chosen = allowed[attempt % allowed.length];
    if (chosen === undefined) throw new MeridianError('TARGET_REFUSED');
    return chosen;
  }

  async #addressesOf(host: string): Promise<readonly { readonly address: string }[]> {
    const timeout = Promise.withResolvers<never[]>();
    const timer = this.#clock.after(LOOKUP_MS, () => timeout.resolve([]));
    try {
      return await Promise.race([this.#lookup(host), timeout.promise]);
    } catch (error) {
      this.#log.debug({ host, code: (error as NodeJS.ErrnoException).code }, 'a name is not found');
      return [];
    } finally {
      timer.cancel();
    }
  }
}

/**
 * Returns the address that a host's text is, in any spelling that a system's resolver reads: short, decimal, octal,
 * hex, in brackets, with final dots; `localhost` is one too (RFC 6761, section 6.3). Undefined for other names.
 */
export function literalAddress(host: string): string | undefined {
  const name = host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.+$/, '')
    .toLowerCase();
  if (/(^|\.)localhost$/.test(name)) return '127.0.0.1';
  if (isIP(name) !== 0) return name;
  // WHATWG's parser of hosts reads every spelling of IPv4 that `inet_aton` reads.
  const parsed = URL.parse(`http://${name}/`)?.hostname ?? '';
  return parsed === '' || parsed === name ? undefined : literalAddress(parsed);
}

/** Returns what is wrong with the URL of an HTTP target; undefined for a usable one. */
export function httpTargetIssue(
  text: string,
  addresses?: Pick<TargetAddresses, 'isRefusedHost'>,
): TargetIssue | undefined {
  const url = URL.parse(text);
  // The parser drops control characters and surrounding blanks, so that the text would not be the URL that is called.
  const isAsCalled = text === text.trim() && !/\p{Cc}/u.test(text);
  const isWhole = url !== null && isAsCalled && ['http:', 'https:'].includes(url.protocol) && url.hostname !== '';
  if (!isWhole || url.username + url.password + url.hash !== '' || url.port === '0')
    return {
      code: 'REQUEST_INVALID',
      detail:
        'must be http:// or https:// with a host, without user, password, fragment, line breaks and surrounding blanks',
    };
  return addresses && hostTargetIssue(url.hostname, addresses);
}

/** Returns the refusal of a host that is an address of the inside, in any spelling. */
export function hostTargetIssue(
  host: string,
  addresses: Pick<TargetAddresses, 'isRefusedHost'>,
): TargetIssue | undefined {
  if (!addresses.isRefusedHost(host)) return undefined;
  return { code: 'TARGET_REFUSED', detail: 'is not a public address, and not in a range that the operator allows' };
}

export function rangeIssues(texts: readonly string[], key: string): ConfigIssue[] {
  return texts.flatMap((text, index) =>
    netOf(text) === undefined
      ? [{ key: `${key}[${index}]`, value: text, allowed: 'a range in CIDR form', example: '10.0.0.0/8' }]
      : [],
  );
}

function rangesOf(texts: readonly string[], key: string): BlockList {
  refuseErrors(rangeIssues(texts, key));
  const ranges = new BlockList();
  for (const text of texts) {
    const range = netOf(text);
    if (range !== undefined) ranges.addSubnet(...range);
  }
  return ranges;
}

function netOf(text: string): [net: string, prefix: number, family: 'ipv4' | 'ipv6'] | undefined {
  const [, net = '', prefix = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(net);
  if (version === 0 || Number(prefix) > (version === 4 ? 32 : 128)) return undefined;
  return [net, Number(prefix), version === 4 ? 'ipv4' : 'ipv6'];
}
