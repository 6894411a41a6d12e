// In which order a media node offers its addresses: mediasoup takes a little off a candidate's priority with each.

/** What looks like https to a firewall. */
const httpsPort = 443;

interface Entry {
  readonly port: number;
}

export interface Offered<E> {
  readonly protocol: 'udp' | 'tcp';
  readonly entry: E;
}

/**
 * UDP on all addresses, then TCP; each in the order of the configuration, but port 443 last: it is for clients that
 * nothing else reaches.
 */
export function candidateOrder<E extends Entry>(entries: readonly E[]): Offered<E>[] {
  const isLast = ({ port }: E): number => Number(port === httpsPort);
  const ordered = entries.toSorted((a, b) => isLast(a) - isLast(b));
  return (['udp', 'tcp'] as const).flatMap((protocol) => ordered.map((entry) => ({ protocol, entry })));
}
