// Order in which a media node offers its addresses. mediasoup lowers the priority of each later candidate a little.

/** A firewall that lets only HTTPS out lets this port pass. */
const httpsPort = 443;

interface PortEntry {
  readonly port: number;
}

export interface ListenCandidate<E> {
  readonly protocol: 'udp' | 'tcp';
  readonly entry: E;
}

/** Returns UDP before TCP, and port 443 last: only clients that reach nothing else need it. */
export function candidateOrder<E extends PortEntry>(entries: readonly E[]): ListenCandidate<E>[] {
  const isLast = ({ port }: E): number => Number(port === httpsPort);
  const ordered = entries.toSorted((a, b) => isLast(a) - isLast(b));
  return (['udp', 'tcp'] as const).flatMap((protocol) => ordered.map((entry) => ({ protocol, entry })));
}
