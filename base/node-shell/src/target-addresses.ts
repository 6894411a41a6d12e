// Decides which addresses a node may dial for others. A name is resolved once per connection, and the checked address
// is dialled: a name that resolves differently a moment later reaches nothing inside.
import { BlockList, isIP } from 'node:net';
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
    if (ipVersion === 0) return false;
    const family = ipVersion === 4 ? 'ipv4' : 'ipv6';
    if (this.#allowed.check(address, family)) return true;
    return !nonPublic.check(address, family) && (ipVersion === 4 || globalV6.check(address, family));
  }

  /**
   * Returns an address of the host that may be dialled; `attempt` chooses among several.
   * @throws MeridianError TARGET_REFUSED without one. The error does not reveal whether other addresses exist: a caller
   *   must not learn inside names.
   */
  async resolve(host: string, attempt: number): Promise<string> {
    const addresses = await this.#addressesOf(host);
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
