// Counts the bytes of files that a proxy in front sends itself: it reports answers by syslog over UDP.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressRange, isAmong } from '@meridian/protocol';

export interface ProxyBytesOptions {
  readonly ip: string;
  readonly port: number;
  /** Addresses whose reports count. */
  readonly from: readonly AddressRange[];
  onBytes(bytes: number): void;
}

/** The last words of a report: for how many answers of as many bytes it stands, and the bytes. */
const REPORT = / (\d{1,2}) (\d{1,15})$/;

/** Resolves with the function that ends it, when it receives reports. Rejects when the port is taken. */
export async function receiveProxyBytes({ ip, port, from, onBytes }: ProxyBytesOptions): Promise<() => void> {
  const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (report, { address }) => {
    const [, times, bytes] = REPORT.exec(report.toString('latin1')) ?? [];
    if (bytes !== undefined && isAmong(address, from)) onBytes(Number(times) * Number(bytes));
  });
  socket.bind({ address: ip, port });
  await once(socket, 'listening');
  return () => void socket.close();
}
