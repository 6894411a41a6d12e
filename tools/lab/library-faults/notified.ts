// A system of a site that hears of each file (`notifyUrl` of receivers).
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Notified {
  readonly url: string;
  /** Ids of deliveries, in the order of coming; one may come again after a crash. */
  readonly deliveries: readonly string[];
  close(): Promise<void>;
}

export async function startNotified(): Promise<Notified> {
  const deliveries: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { delivery } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { delivery: string };
      deliveries.push(delivery);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`,
    deliveries,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
