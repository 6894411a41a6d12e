import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Protocol } from '../core/listening.ts';

/** Any internet address will do, since connecting a datagram socket sends nothing. */
const ELSEWHERE = { 4: '198.51.100.1', 6: '2001:db8::1' } as const;
const NO_ROUTE = ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EACCES', 'ENOTFOUND'];

/**
 * Returns the local addresses from which this machine reaches others, for each family with a route. `to` restricts to
 * the family of that host.
 */
export async function usualAddresses(to = ''): Promise<{ readonly 4?: string; readonly 6?: string }> {
  const isV6 = to.includes(':');
  const four = await localAddress('udp4', isV6 || to === '' ? ELSEWHERE[4] : to);
  const six = await localAddress('udp6', isV6 ? to : ELSEWHERE[6]);
  return Object.assign({}, four === undefined ? {} : { 4: four }, six === undefined ? {} : { 6: six });
}

async function localAddress(type: 'udp4' | 'udp6', to: string): Promise<string | undefined> {
  const socket = createSocket(type);
  try {
    return await new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(9, to, () => resolve(socket.address().address));
    });
  } catch (error) {
    if (NO_ROUTE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  } finally {
    socket.close();
  }
}

export interface Port {
  readonly protocol: Protocol;
  readonly ip: string;
  readonly port: number;
}

/** Returns the error code that opening the port gives, as EADDRINUSE; undefined when it is free. */
export function whyNotFree({ protocol, ip, port }: Port): Promise<string | undefined> {
  return protocol === 'tcp' ? whyNotFreeTcp(ip, port) : whyNotFreeUdp(ip, port);
}

const whyNotFreeTcp = (ip: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: ip, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

const whyNotFreeUdp = (ip: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code ?? error.message);
    });
    socket.bind({ address: ip, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
