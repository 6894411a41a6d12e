// Receivers without a process of their own: regions, S3, SFTP, platforms that pull. The library nodes of a region share
// them by leases.
import {
  type ContentFolder,
  Inbox,
  type InboxParts,
  memoryLedger,
  type ReceiverKind,
  receiverKinds,
  releaseRegions,
  type Sink,
} from '@meridian/distribution';
import type { InboxId, InboxPort } from '@meridian/distribution/streams';
import type { ApiLinks } from '@meridian/node-shell';
import { rpc } from '@meridian/protocol';
import { type Clock, type Logger, parseJson, type Timer } from '@meridian/runtime';
import type { Polls } from './polls.ts';
import { hostedSourcesOf } from './sources.ts';
import type { Surroundings } from './surroundings.ts';
import { TransferPlaces } from './transfer-places.ts';

const LIST_MS = 30_000;
const LIST_ANSWER_MS = 10_000;
/** A lease lapses after three periods. */
const LEASE_EVERY_MS = 5000;
const RECEIVERS_MAX = 10_000;
/** Leases renewed at once: ten thousand renewals one after another would take longer than a lease. */
const LEASES_AT_ONCE = 100;
/** Concurrent files of one receiver; `TransferPlaces` bounds those of all. */
const PARALLEL = 2;

export interface HostedReceiver {
  readonly id: string;
  readonly tenant: string;
  readonly kind: ReceiverKind;
  readonly settings: unknown;
  readonly version: number;
}

export interface HostedOptions {
  readonly api: Pick<ApiLinks, 'call'>;
  readonly port: InboxPort;
  readonly polls: Polls;
  readonly surroundings: Surroundings;
  readonly folder: ContentFolder;
  readonly clock: Clock;
  readonly log: Logger;
  makeSink(receiver: HostedReceiver): Sink;
  onEnded(code: string): void;
}

interface Running {
  readonly version: number;
  readonly inboxId: InboxId;
  readonly inbox: Inbox;
  readonly sink: Sink;
}

export class Hosted {
  readonly #o: HostedOptions;
  readonly #timers: readonly Timer[];
  readonly #places = new TransferPlaces();
  readonly #running = new Map<string, Running>();
  /** Versions of unusable settings, by receiver. */
  readonly #refused = new Map<string, number>();
  #receivers: readonly HostedReceiver[] = [];
  #lastTurn: Promise<void> = Promise.resolve();
  #refreshing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(o: HostedOptions) {
    this.#o = o;
    this.#timers = [
      o.clock.every(LIST_MS, () => void this.refresh()),
      o.clock.every(LEASE_EVERY_MS, () => void this.updateLeases()),
    ];
  }

  get size(): number {
    return this.#running.size;
  }

  /** Asks the api for the region's receivers; without an answer the previous list stays. Never rejects. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(() => this.#refresh());
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const listed = new Set<string>();
    let isWhole = false;
    try {
      const receivers: HostedReceiver[] = [];
      for (let after = '', more = true; more && receivers.length < RECEIVERS_MAX; ) {
        const answer = await this.#o.api.call(rpc.hostedReceivers, { after }, LIST_ANSWER_MS);
        for (const row of answer.receivers) {
          const { receiver = '', tenant = '', kind, settings, version = 0 } = row;
          listed.add(receiver ?? '');
          // An empty kind means that the receiver is disabled.
          const knownKind = receiverKinds.find((one) => one === kind);
          if (knownKind === undefined) continue;
          receivers.push({
            id: receiver ?? '',
            tenant: tenant ?? '',
            kind: knownKind,
            settings: parseJson(settings ?? ''),
            version: version ?? 0,
          });
        }
        const last = answer.receivers.at(-1)?.receiver;
        more = answer.more && last !== undefined;
        after = last ?? '';
        isWhole = answer.more !== true;
      }
      this.#receivers = receivers;
    } catch (error) {
      this.#o.log.info({ err: error }, 'the list of hosted receivers could not be fetched');
      return;
    }
    await this.updateLeases();
    if (isWhole && !this.#isClosed) await this.#releaseOthers(listed);
  }

  async #releaseOthers(present: ReadonlySet<string>): Promise<void> {
    try {
      await releaseRegions(this.#o.folder, present);
    } catch (error) {
      this.#o.log.warn({ err: error }, 'contents of removed receivers could not be released');
    }
  }

  /** Renews and takes leases, one turn after another. Never rejects. */
  updateLeases(): Promise<void> {
    this.#lastTurn = this.#lastTurn.then(async () => {
      if (this.#isClosed) return;
      try {
        await this.#updateLeases();
      } catch (error) {
        this.#o.log.error({ err: error }, 'the leases of hosted receivers could not be renewed: the next turn retries');
      }
    });
    return this.#lastTurn;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    await this.#lastTurn;
    await Promise.all([...this.#running.keys()].map((id) => this.#stop(id, true)));
  }

  async #updateLeases(): Promise<void> {
    const byId = new Map(this.#receivers.map((one) => [one.id, one]));
    for (const id of this.#refused.keys()) if (!byId.has(id)) this.#refused.delete(id);
    await this.#renewLeases(byId);
    const { surroundings } = this.#o;
    const nodes = (await surroundings.hubs()).filter(({ region }) => region === surroundings.self.region).length;
    await this.#takeLeases(Math.ceil(this.#receivers.length / Math.max(1, nodes)) + 1);
  }

  /** Renews leases. Stops a receiver that is unwanted, has new settings, or is leased to another node. */
  async #renewLeases(byId: ReadonlyMap<string, HostedReceiver>): Promise<void> {
    const { port, surroundings } = this.#o;
    const keepOne = async ([id, { version, inboxId }]: [string, Running]): Promise<void> => {
      const isWanted = byId.get(id)?.version === version;
      const isOurs = isWanted && (await port.lease(inboxId, surroundings.self.id));
      if (!isOurs) await this.#stop(id, isWanted === false);
    };
    const running = [...this.#running];
    while (running.length > 0) await this.#each(running.splice(0, LEASES_AT_ONCE), keepOne);
  }

  /** Starts unleased receivers until this node has its share. */
  async #takeLeases(share: number): Promise<void> {
    const open = this.#receivers.filter((one) => !this.#running.has(one.id) && !this.#isRefused(one));
    while (open.length > 0 && this.#running.size < share && !this.#isClosed) {
      const batch = open.splice(0, Math.min(LEASES_AT_ONCE, share - this.#running.size));
      await this.#each(batch, (receiver) => this.#takeOne(receiver));
    }
  }

  /** Runs `work` for all entries. A failure does not hold up the others; the next turn retries it. */
  async #each<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(list.map(work));
    for (const result of results)
      if (result.status === 'rejected')
        this.#o.log.error({ err: result.reason }, 'a lease of a hosted receiver failed: the next turn retries');
  }

  async #takeOne(receiver: HostedReceiver): Promise<void> {
    const { port, surroundings, log } = this.#o;
    const inboxId = inboxIdOf(receiver);
    if (!(await port.lease(inboxId, surroundings.self.id))) return;
    try {
      await this.#start(receiver);
    } catch (error) {
      log.error({ err: error, receiver: receiver.id }, 'a hosted receiver could not be started');
      this.#refused.set(receiver.id, receiver.version);
      await port.release(inboxId, surroundings.self.id);
    }
  }

  #isRefused({ id, version }: HostedReceiver): boolean {
    return this.#refused.get(id) === version;
  }

  async #start(receiver: HostedReceiver): Promise<void> {
    const { folder, clock, log, makeSink, onEnded } = this.#o;
    const sink = makeSink(receiver);
    const inbox = new Inbox({
      hub: this.#hubOf(receiver),
      folder,
      sink,
      ledger: memoryLedger({ clock }),
      clock,
      log: log.child({ receiver: receiver.id }),
      options: {
        parallel: PARALLEL,
        place: (current, signal) => this.#places.take(current, signal),
        onRestated: () => this.#places.reconsider(),
        presence: () => ({ site: '', freeBytes: folder.freeBytes, version: receiver.kind }),
        onEnded: (code) => onEnded(code),
      },
    });
    this.#running.set(receiver.id, { version: receiver.version, inboxId: inboxIdOf(receiver), inbox, sink });
    await inbox.start();
  }

  async #stop(id: string, isReleased: boolean): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    await running.inbox.close();
    await running.sink.close();
    if (isReleased) await this.#o.port.release(running.inboxId, this.#o.surroundings.self.id);
  }

  /** Announces this node as a holder, so that others of the region fetch the content here. */
  async #hold(content: string, tenant: string): Promise<void> {
    const { id, region, publicUrl } = this.#o.surroundings.self;
    await this.#o.port.addHolder(content, { id, kind: 'library', base: publicUrl, region, site: '', tenant });
  }

  #hubOf({ id, tenant, kind }: HostedReceiver): InboxParts['hub'] {
    const { polls, port, surroundings } = this.#o;
    // The api assigns this region only receivers whose tenant's fence includes it.
    const session = { tenant, receiver: id, region: surroundings.self.region, fence: '' };
    return {
      poll: ({ holding, revisions, handed, presence, signal }) =>
        polls.poll(session, { holding: [...holding], revisions: [...revisions], presence }, signal, handed),
      record: async (receipts) => {
        for (const { code, content } of receipts)
          if (kind === 'region' && code === '' && content !== undefined) await this.#hold(content, tenant);
        const owned = receipts.map((receipt) => Object.assign({}, receipt, { tenant, receiver: id }));
        return (await port.record(owned)).map(({ delivery }) => delivery);
      },
      sources: async (content) => hostedSourcesOf(await surroundings.candidatesFor({ content, tenant, fence: '' })),
    };
  }
}

const inboxIdOf = ({ tenant, id }: HostedReceiver): InboxId => ({ tenant, receiver: id });
