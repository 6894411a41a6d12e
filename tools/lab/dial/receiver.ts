// Where alarms arrive: a webhook of an operator, and what is open by what it was sent.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import type { TestCloud } from '../../../test/support/cloud.ts';

export interface Arrived {
  /** On the clock of `performance`. */
  readonly atMs: number;
  readonly kind: 'fired' | 'repeated' | 'cleared' | 'tested';
  readonly alarm: string;
  readonly rule: string;
  readonly subject: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly text: string;
}

export class AlarmReceiver {
  /** In the order of coming. */
  readonly arrived: Arrived[] = [];
  readonly #onArrived: (one: Arrived) => void;
  readonly #server = createServer(async (request, reply) => {
    const { alarms } = JSON.parse(await text(request)) as { alarms: Omit<Arrived, 'atMs'>[] };
    for (const one of alarms) {
      const arrived = { ...one, atMs: performance.now() };
      this.arrived.push(arrived);
      this.#onArrived(arrived);
    }
    reply.writeHead(204).end();
  });

  private constructor(onArrived: (one: Arrived) => void) {
    this.#onArrived = onArrived;
  }

  /** Listens, and has the cloud send it every alarm at once. */
  static async start(cloud: TestCloud, onArrived: (one: Arrived) => void): Promise<AlarmReceiver> {
    const receiver = new AlarmReceiver(onArrived);
    await once(receiver.#server.listen(0, '127.0.0.1'), 'listening');
    const { port } = receiver.#server.address() as AddressInfo;
    const body = { kind: 'webhook', name: 'lab', url: `http://127.0.0.1:${port}/alarms`, severity: 'info' };
    const answer = await fetch(`${cloud.pageUrl}/api/v1/alarm-receivers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await operatorToken(cloud)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`no receiver of alarms: ${answer.status} ${await answer.text()}`);
    return receiver;
  }

  /** What has fired since then, once each. */
  firedSince(sinceMs: number): Arrived[] {
    return this.arrived.filter(({ atMs, kind }) => kind === 'fired' && atMs >= sinceMs);
  }

  clearedAtMs(alarm: string): number | undefined {
    return this.arrived.find((one) => one.kind === 'cleared' && one.alarm === alarm)?.atMs;
  }

  /** All that has fired is over. */
  isQuiet(): boolean {
    return this.firedSince(0).every(({ alarm }) => this.clearedAtMs(alarm) !== undefined);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function operatorToken(cloud: TestCloud): Promise<string> {
  const { key, secret } = cloud.secrets().operatorKey;
  return new SignJWT({ scope: 'operator' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(key)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
}
