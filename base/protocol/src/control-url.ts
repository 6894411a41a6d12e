// Address at which a node takes links of other nodes.
import { bracketed } from './client-address.ts';

interface AddressOfNode {
  readonly purpose?: string | null | undefined;
  readonly ip?: string | null | undefined;
  readonly announced?: string | null | undefined;
  readonly port?: number | null | undefined;
}

/** Limit of a URL: the longest host name of DNS, with room to spare. */
const URL_CHARACTERS_MAX = 300;

/** Returns the wss:// address of a node's control port, IPv6 in brackets; undefined without such a port. */
export function controlUrlOf(addresses: readonly AddressOfNode[] | null | undefined): string | undefined {
  const address = addresses?.find(({ purpose }) => purpose === 'control');
  const host = address?.announced || address?.ip;
  if (!host || !address?.port) return undefined;
  return `wss://${bracketed(host)}:${address.port}`;
}

/** Whether the text has the form of `controlUrlOf`: a host and a port, without path, query or user. */
export function isControlUrl(text: string): boolean {
  return text.length <= URL_CHARACTERS_MAX && /^wss:\/\/(\[[0-9a-f:.]+\]|[0-9a-z._-]+):[0-9]{1,5}$/i.test(text);
}
