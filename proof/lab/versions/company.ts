// A company that uses a cloud of two versions. It sends requests to both apis in turn and receives webhooks; at the end
// it checks that all changes, events and records are there, once and in order.
import { setTimeout as pause } from 'node:timers/promises';
import { seededRng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import { tenantScopes } from '../../../product/api/src/access/core/scopes.ts';
import { Operations } from '../../../product/api/test/support/killed/operations.ts';
import type { Say } from '../../support/case.ts';
import { faultsOfLife, faultsOfReceived, type ReceivedEvent } from '../../support/received-events.ts';
import { type Receiver, startReceiver } from '../../support/webhook-receiver.ts';
import { until } from '../../test/support/poll.ts';

const everyMs = 1500;
const settledMsMax = 120_000;

type Row = Record<string, unknown>;

export class Company {
  readonly #url: string;
  readonly #key: { readonly key: string; readonly secret: string };
  readonly #receiver: Receiver;
  readonly #operations: Operations;
  /** Titles of meetings and ids of links made by `bookMeeting`, which the random operations do not know. */
  readonly #bookedNames = new Set<string>();
  #isOver = false;
  #loop: Promise<void> = Promise.resolve();

  private constructor(url: string, key: { key: string; secret: string }, receiver: Receiver) {
    this.#url = url;
    this.#key = key;
    this.#receiver = receiver;
    const token = (): Promise<string> => this.#token();
    this.#operations = new Operations({ url: () => url, token, rng: seededRng('versions') });
  }

  /** Starts a company that sends requests to the API at `url`. */
  static async start(url: string, key: { key: string; secret: string }): Promise<Company> {
    const company = new Company(url, key, await startReceiver(seededRng('receiver')));
    const { secret } = await company.ask('POST', '/webhooks', { url: company.#receiver.url });
    company.#receiver.trust(String(secret));
    company.#loop = company.#sendRequests();
    company.#loop.catch(() => undefined); // `faultsAtEnd` rejects with the error
    return company;
  }

  get requests(): number {
    return this.#operations.sent;
  }

  get webhooks(): number {
    return this.#receiver.received.length;
  }

  async #sendRequests(): Promise<void> {
    for (let index = 0; !this.#isOver; index += 1) {
      await this.#operations.next(index);
      await pause(everyMs);
    }
  }

  async ask(method: string, path: string, body?: object): Promise<Row> {
    const headers = Object.assign(
      { authorization: `Bearer ${await this.#token()}` },
      body && { 'content-type': 'application/json' },
    );
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Row;
  }

  /** Books a meeting by one api, reads it by the other, and makes a guest's link. Resolves with the link. */
  async bookMeeting(title: string): Promise<string> {
    const localStart = new Date(Date.now() + 60_000).toISOString().slice(0, 19);
    const { id } = await this.ask('POST', '/meetings', { title, localStart });
    const { room } = await this.ask('GET', `/meetings/${id}`);
    const guest = { room, identity: `guest-${id}`, name: 'Guest' };
    const link = await this.ask('POST', '/join-links', guest);
    for (const own of [title, String(link['id'])]) this.#bookedNames.add(own);
    return String(link['url']);
  }

  /**
   * Ends the requests. Call it when all people have left. Returns sentences about faults in acknowledged changes,
   * events, webhooks, and records of participants.
   */
  async faultsAtEnd(identities: readonly string[], say: Say): Promise<string[]> {
    this.#isOver = true;
    await this.#loop;
    const isOwn = (fault: string): boolean => [...this.#bookedNames].some((own) => fault.includes(own));
    const faults = (await this.#operations.faults()).filter((fault) => !isOwn(fault));
    const lives = await this.#endedLives(say);
    const events = (await this.#all('/events')) as unknown as ReceivedEvent[];
    const left = (): ReceivedEvent[] => {
      const heard = new Set(this.#receiver.received.map(({ id }) => id));
      return events.filter(({ id }) => !heard.has(id));
    };
    await until('the receiver has all events', () => left().length === 0, settledMsMax).catch(() => undefined);
    for (const sid of lives) {
      const ofLife = events.filter(({ room }) => room?.sid === sid).sort((a, b) => a.sequence - b.sequence);
      faults.push(...faultsOfLife(sid, ofLife));
    }
    faults.push(...faultsOfReceived(this.#receiver.received, events));
    if (this.#receiver.forged() > 0) faults.push(`${this.#receiver.forged()} webhooks had no good signature`);
    return [...faults, ...(await this.#recordFaults(lives, identities))];
  }

  async #endedLives(say: Say): Promise<string[]> {
    let openLives: Row[] = [];
    try {
      return await until(
        'every room is over',
        async () => {
          const lives = await this.#all('/room-lives');
          openLives = lives.filter(({ endedAt }) => endedAt === undefined);
          return openLives.length === 0 && lives.map(({ sid }) => String(sid));
        },
        settledMsMax,
      );
    } catch (error) {
      say(`not over: ${JSON.stringify(openLives)}`);
      throw error;
    }
  }

  /** Checks that each participant has a record that ends, with times not in the future. */
  async #recordFaults(lives: readonly string[], identities: readonly string[]): Promise<string[]> {
    const stays = (await Promise.all(lives.map((sid) => this.#all(`/room-lives/${sid}/stays`)))).flat();
    const recordedIdentities = new Set(stays.map(({ identity }) => String(identity)));
    return [
      ...identities
        .filter((identity) => !recordedIdentities.has(identity))
        .map((identity) => `no record of ${identity}`),
      ...stays
        .filter(({ joinedAt, leftAt }) => !(Date.parse(String(leftAt)) >= Date.parse(String(joinedAt))))
        .map((stay) => `a record without an end: ${JSON.stringify(stay)}`),
    ];
  }

  async #all(path: string): Promise<Row[]> {
    const rows: Row[] = [];
    let cursor: unknown;
    do {
      const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
      const page = await this.ask('GET', `${path}?limit=100${more}`);
      rows.push(...(page['data'] as Row[]));
      cursor = page['nextCursor'];
    } while (cursor !== undefined);
    return rows;
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#receiver.close();
  }

  #token(): Promise<string> {
    return new SignJWT({ scope: tenantScopes.join(' ') })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(this.#key.key)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(Buffer.from(this.#key.secret));
  }
}
