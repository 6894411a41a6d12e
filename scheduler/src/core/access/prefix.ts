// The networks an address belongs to, as keys. Private and reserved addresses belong to none: they say nothing about where somebody is.
import { isPublic, parseAddress } from '../ip.ts';

export interface NetworkKeys {
  /** The address in one spelling. */
  readonly address: string;
  /** /24 or /48: whose sessions count as this one's. */
  readonly prefix: string;
  /** /16 or /32, a stand-in for the autonomous system where no database names it. */
  readonly network: string;
}

export function networkKeysOf(ip: string): NetworkKeys | undefined {
  const address = parseAddress(ip);
  if (address === undefined || !isPublic(address)) return undefined;
  const { family, text } = address;
  const parts = text.split(family === 4 ? '.' : ':');
  const head = (count: number): string => parts.slice(0, count).join(family === 4 ? '.' : ':');
  return family === 4
    ? { address: text, prefix: `${head(3)}.0/24`, network: `${head(2)}.0.0/16` }
    : { address: text, prefix: `${head(3)}::/48`, network: `${head(2)}::/32` };
}
