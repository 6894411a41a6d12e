// A company's server for webhooks. It verifies each, answers some with an error, and stores the accepted ones.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Rng } from '@meridian/runtime';
import type { ReceivedEvent } from './received-events.ts';

/** The receiver answers one in so many requests with status 500. */
const REFUSED_ONE_IN = 25;

export interface Receiver {
  readonly url: string;
  readonly received: readonly ReceivedEvent[];
  readonly forged: () => number;
  /** Sets the secret once the webhook exists; earlier requests are refused. */
  trust(secret: string): void;
  close(): Promise<void>;
}

export async function startReceiver(rng: Rng): Promise<Receiver> {
  const received: ReceivedEvent[] = [];
  let forged = 0;
  let key: Buffer | undefined;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers;
      const signed = createHmac('sha256', key ?? '')
        .update(`${id}.${time}.${body}`)
        .digest('base64');
      const isOurs = key !== undefined && signature === `v1,${signed}`;
      if (!isOurs) forged += 1;
      const isTaken = isOurs && rng.int(REFUSED_ONE_IN) !== 0;
      if (isTaken) received.push(JSON.parse(body) as ReceivedEvent);
      response.writeHead(isTaken ? 200 : 500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    forged: () => forged,
    trust: (secret) => {
      key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
