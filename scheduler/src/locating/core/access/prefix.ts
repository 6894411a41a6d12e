// Keys of the networks of an address. Private and reserved addresses have none: they say nothing about a place.
import { isPublic, parseAddress } from '../../../base/core/ip.ts';

const LINK = '::/64';

export interface NetworkKeys {
  readonly address: string;
  /** Key under which the address votes: the address, or its /64 in IPv6, which is a single link or phone (RFC 7421). */
  readonly voter: string;
  /** /24 or /48: the prefix whose sessions count for this address. */
  readonly prefix: string;
  /** /16 or /32: stand-in for an unknown autonomous system. */
  readonly network: string;
}

export function networkKeysOf(ip: string): NetworkKeys | undefined {
  const address = parseAddress(ip);
  if (address === undefined || !isPublic(address)) return undefined;
  const { family, text } = address;
  if (family === 4) {
    const lastDot = text.lastIndexOf('.');
    const middle = text.lastIndexOf('.', lastDot - 1);
    return {
      address: text,
      voter: text,
      prefix: `${text.slice(0, lastDot)}.0/24`,
      network: `${text.slice(0, middle)}.0.0/16`,
    };
  }
  const groups = text.split(':');
  const head = (count: number): string => groups.slice(0, count).join(':');
  return { address: text, voter: `${head(4)}${LINK}`, prefix: `${head(3)}::/48`, network: `${head(2)}::/32` };
}

/**
 * Returns the customer of a voter: the /56 of a /64, which a home is delegated (RIPE-690), otherwise the voter itself.
 * Cuts the last two digits of the fourth group in place, because a full record calls this for hundreds of votes at
 * every new vote.
 */
export function customerOf(voter: string): string {
  if (!voter.endsWith(LINK)) return voter;
  const end = voter.length - LINK.length;
  return voter.slice(0, Math.max(end - 2, voter.lastIndexOf(':', end - 1) + 1));
}
