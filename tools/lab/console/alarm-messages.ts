// A receiver of the api's alarms: a real webhook on this machine, which keeps what comes.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SentItem } from './alarm-judge.ts';
import type { Stage } from './stage.ts';

interface Message {
  readonly event: string;
  readonly alarms: readonly Omit<SentItem, 'atMs'>[];
  readonly more: number;
}
export interface OpenAlarm {
  readonly id: string;
  readonly rule: string;
  readonly subject: string;
  readonly text: string;
  readonly inhibitedBy?: string;
}

export class AlarmMessages {
  /** In the order in which they came, with times of `performance.now()`. */
  readonly items: SentItem[] = [];
  readonly #stage: Pick<Stage, 'ask'>;
  readonly #server: Server;
  /** By webhook-id: one that is sent once more counts once. */
  readonly #ids = new Set<string>();

  private constructor(stage: Pick<Stage, 'ask'>, server: Server) {
    this.#stage = stage;
    this.#server = server;
  }

  /** Resolves when the api knows it, for alarms of all severities. */
  static async start(stage: Pick<Stage, 'ask'>): Promise<AlarmMessages> {
    const server = createServer();
    const messages = new AlarmMessages(stage, server);
    server.on('request', (request, response) => {
      void messages.#take(request).then(
        () => response.writeHead(200).end(),
        () => response.writeHead(400).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await stage.ask('POST', '/alarm-receivers', { kind: 'webhook', name: 'lab', severity: 'info', url });
    return messages;
  }

  /** What is wrong now, said or kept quiet. */
  async open(): Promise<readonly OpenAlarm[]> {
    return (await this.#stage.ask('GET', '/alarms'))['alarms'] as OpenAlarm[];
  }

  async #take(request: IncomingMessage): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const message = JSON.parse(Buffer.concat(parts).toString('utf8')) as Message;
    const id = String(request.headers['webhook-id']);
    if (this.#ids.has(id)) return;
    this.#ids.add(id);
    const atMs = performance.now();
    for (const { kind, rule, subject, text } of message.alarms) this.items.push({ atMs, kind, rule, subject, text });
    // They are messages too, though the body does not list them.
    if (message.more > 0)
      this.items.push({ atMs, kind: 'more', rule: '', subject: '', text: `${message.more} more in a message` });
  }

  /** Idempotent. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
