// This node's copy of the api's revocations: received over every link of an api, fetched when incomplete, and kept on
// disk, because a revoked token must not return while the api is down.
import { note, onNote, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ApiLinks } from './api-links.ts';
import { RevocationList, type StoredRevocations, type TokenOrigin } from './core/revocation-list.ts';
import type { SealedFile } from './sealed-file.ts';

const FETCH_TIMEOUT_MS = 5000;
/** Bound on the delay after a failed answer, or a message that a full link dropped. */
const FETCH_INTERVAL_MS = 60_000;
/** Time between two lines on forgotten entries, which a flood of links forgets with each message. */
const FORGOTTEN_LOG_MS = 60_000;

const number = Type.Number({ minimum: 0 });
const stored = Type.Object({ version: number, revoked: Type.Array(Type.Tuple([Type.String(), number, number])) });

export interface RevocationsOptions {
  readonly api: Pick<ApiLinks, 'call' | 'onLink' | 'isLinked'>;
  readonly file: SealedFile;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Revocations {
  readonly #o: RevocationsOptions;
  readonly #list: RevocationList;
  readonly #listeners: (() => void)[] = [];
  readonly #timer: Timer;
  #isFetching = false;
  #forgotten = 0;
  #forgottenLogMs: number | undefined;
  #isClosed = false;

  constructor(o: RevocationsOptions) {
    this.#o = o;
    const loaded = o.file.load();
    const isList = Value.Check(stored, loaded);
    this.#list = isList ? RevocationList.from(loaded as StoredRevocations) : new RevocationList();
    o.api.onLink((link) => {
      onNote(link, note.revoked, (message) => this.#receive(message));
      this.#fetch();
    });
    this.#timer = o.clock.every(FETCH_INTERVAL_MS, () => this.#fetch());
  }

  /** Version up to which the list is complete; 0: empty. */
  get version(): number {
    return this.#list.version;
  }

  isRevoked(origin: TokenOrigin): boolean {
    return this.#list.isRevoked(origin, this.#o.clock.wallMs());
  }

  /** Calls the listener after every change, so that it judges open sessions again. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer.cancel();
  }

  #receive(message: wire.Revocations): void {
    if (this.#apply(message)) this.#fetch();
  }

  #apply(message: wire.Revocations): boolean {
    if (this.#isClosed) return false;
    const { isGap, isChanged, forgotten } = this.#list.take(message, this.#o.clock.wallMs());
    this.#warnOf(forgotten);
    if (isChanged) {
      this.#o.file.save(() => this.#list.stored());
      for (const listener of this.#listeners) listener();
    }
    return isGap;
  }

  #warnOf(forgotten: number): void {
    this.#forgotten += forgotten;
    const { clock, log } = this.#o;
    const nowMs = clock.nowMs();
    const isDue = this.#forgottenLogMs === undefined || nowMs - this.#forgottenLogMs >= FORGOTTEN_LOG_MS;
    if (this.#forgotten === 0 || !isDue) return;
    const code = 'REVOCATIONS_FORGOTTEN';
    log.error({ code, forgotten: this.#forgotten }, 'too many revocations: some in force are forgotten');
    this.#forgotten = 0;
    this.#forgottenLogMs = nowMs;
  }

  #fetch(): void {
    if (this.#isFetching || this.#isClosed || !this.#o.api.isLinked) return;
    this.#isFetching = true;
    this.#fetchAll()
      .catch((error: unknown) => this.#o.log.warn({ err: error }, 'revocations could not be fetched'))
      .finally(() => {
        this.#isFetching = false;
      });
  }

  /** Fetches parts until one brings nothing new. The first part of a restored list may lower the version. */
  async #fetchAll(): Promise<void> {
    for (;;) {
      const before = this.#list.version;
      this.#apply(await this.#o.api.call(rpc.revocations, { version: before }, FETCH_TIMEOUT_MS));
      if (this.#isClosed || this.#list.version === before) return;
    }
  }
}
