// Terms of this process's centre. While it leads: a Centre filled from the copy. Otherwise: an empty Centre that no
// node or administrator can reach. Only the denials, drains and cordons outlive a term, for a store that has lost its
// memory.
import type { Clock, KeyValue, Logger, Rng } from '@meridian/runtime';
import type { CentreMetrics } from '../base/metrics.ts';
import { Centre } from '../centre/centre.ts';
import type { CentreOptions } from '../centre/options.ts';
import { Copy } from '../copying/copy.ts';
import { kvStore, storeKey } from '../copying/kv-store.ts';
import type { Store } from '../copying/store.ts';
import type { Denial } from '../fleet/core/denied.ts';
import type { NodeCommands } from '../fleet/core/fleet.ts';
import type { Locator } from '../locating/locate.ts';
import type { Mover } from '../moving/mover.ts';
import type { RoomModes } from '../moving/room-modes.ts';
import { EpochJumps } from './core/epoch-jumps.ts';
import { Election, type KnownLeader } from './election.ts';

/** Checks for links and the administrator's API before they act. */
export interface Terms {
  readonly centre: Centre;
  readonly copy: Copy;
  /** Whether a decision is allowed at this moment; call at every decision, and again before its answer goes out. */
  mayDecide(): boolean;
  /** Epoch of the present term; 0: not leading, or before the first term. */
  readonly epoch: number;
  /** The centre that leads when this centre does not; undefined: unknown. */
  readonly leader: KnownLeader | undefined;
  /** Raises the present epoch above one that a node has obeyed, before the promise resolves if possible. */
  noteEpoch(epoch: number, incarnation: string): Promise<void>;
  /** Returns whether a node is shut out, also at a centre that does not lead. */
  isDenied(nodeId: string): Promise<boolean>;
  close(cause: string): Promise<void>;
}

export interface TermParts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  readonly locator: Locator;
  readonly routing?: NonNullable<CentreOptions['routing']>;
  readonly mover?: Mover;
  readonly regions?: NonNullable<CentreOptions['regions']>;
  readonly leaderData?: NonNullable<CentreOptions['leaderData']>;
  readonly modes?: RoomModes;
}

interface KeptOrders {
  readonly denials: Denial[];
  readonly drains: NodeOrder[];
  readonly cordons: NodeOrder[];
}

interface NodeOrder {
  readonly nodeId: string;
  readonly reason: string;
}

interface Term {
  readonly centre: Centre;
  readonly copy: Copy;
}

const EPOCH_KEY = 'centre-epoch';

/** Returns the only term of a lone centre, which leads from its start to its end, also while its store fails. */
export async function aloneTerms(o: TermParts & { store: Store }): Promise<Terms> {
  const { store, log } = o;
  const jumps = new EpochJumps();
  const storedEpoch = new Map(await store.load()).get(EPOCH_KEY);
  let epoch = (Number.isSafeInteger(Number(storedEpoch)) ? Number(storedEpoch ?? 0) : 0) + 1;
  const save = (): void => {
    store
      .put(EPOCH_KEY, String(epoch))
      .catch((error: unknown) => log.error({ err: error }, 'the epoch could not be stored'));
  };
  save();
  const { centre, copy } = newTerm(o, store, undefined);
  await centre.restore();
  return {
    centre,
    copy,
    mayDecide: () => true,
    get epoch() {
      return epoch;
    },
    leader: undefined,
    async noteEpoch(reportedEpoch, incarnation) {
      const isOwn = incarnation === centre.incarnation && reportedEpoch === epoch;
      if (reportedEpoch < epoch || isOwn) return;
      const lifted = jumps.raise(epoch, reportedEpoch + 1, o.clock.nowMs());
      if (lifted === epoch) return;
      epoch = lifted;
      log.warn({ epoch }, 'the epoch was raised above one that a node has obeyed');
      centre.warmUp.waitFullTime();
      save();
    },
    isDenied: async (nodeId) => centre.denied.has(nodeId),
    close: async () => centre.end(),
  };
}

/** Returns the epoch under which orders may go out now; undefined: none may, whatever the last term's number. */
export const leadingEpoch = (terms: Pick<Terms, 'mayDecide' | 'epoch'>): number | undefined =>
  terms.mayDecide() ? terms.epoch : undefined;

export interface ElectedTermsOptions extends TermParts {
  readonly kv: KeyValue;
  readonly id: string;
  url(): string;
  onChange(): void;
  onOtherLeads(): void;
}

/** Terms of a centre among several over a common store: it leads when elected, with the copy of that moment. */
export class ElectedTerms implements Terms {
  readonly #o: ElectedTermsOptions;
  readonly #election: Election;
  readonly #idleTerm: Term;
  #term: Term | undefined;
  /** Denials, drains and cordons by the last read of the copy, or by this centre's last term. */
  #keptOrders: KeptOrders = { denials: [], drains: [], cordons: [] };
  #refreshTimer: { cancel(): void } | undefined;
  #takeover: Promise<void> | undefined;

  constructor(o: ElectedTermsOptions) {
    this.#o = o;
    this.#idleTerm = newTerm(o, emptyStore, undefined);
    this.#election = new Election({
      ...o,
      onLead: (term) => {
        this.#lead(term).catch((error: unknown) => {
          o.log.error({ err: error }, 'the copy cannot be taken over; another centre may try');
          this.#election.resign('the copy cannot be taken over');
        });
      },
      onStop: (_why, stopped) => {
        this.#end();
        o.onChange();
        stopped();
      },
    });
  }

  /** Resolves when it is known whether another centre leads already. */
  async start(): Promise<void> {
    this.#refreshTimer ??= this.#o.clock.every(REFRESH_MS, () => void this.#readDenials());
    await this.#election.start();
    await this.#takeover;
  }

  get centre(): Centre {
    return (this.#term ?? this.#idleTerm).centre;
  }
  get copy(): Copy {
    return (this.#term ?? this.#idleTerm).copy;
  }
  get epoch(): number {
    return this.#term === undefined ? 0 : this.#election.epoch;
  }
  get leader(): KnownLeader | undefined {
    return this.#election.otherLeader;
  }

  mayDecide(): boolean {
    return this.#term !== undefined && this.#election.mayDecide();
  }

  noteEpoch(epoch: number, incarnation: string): Promise<void> {
    return this.#election.noteEpoch(epoch, incarnation);
  }

  async isDenied(nodeId: string): Promise<boolean> {
    if (this.#term !== undefined) return this.#term.centre.denied.has(nodeId);
    return (await this.#o.kv.get(storeKey(`deny/${nodeId}`))) !== undefined;
  }

  resign(why: string): void {
    this.#election.resign(why);
  }

  async close(cause: string): Promise<void> {
    this.#refreshTimer?.cancel();
    await this.#election.close(cause);
    this.#idleTerm.centre.end();
  }

  #lead(term: { epoch: number; incarnation: string; forgotten: boolean }): Promise<void> {
    this.#takeover = this.#takeOver(term);
    return this.#takeover;
  }

  async #takeOver({ incarnation, forgotten }: { incarnation: string; forgotten: boolean }): Promise<void> {
    const { kv, log, clock, onChange } = this.#o;
    const sinceMs = clock.nowMs();
    const fence = this.#election.fence();
    const store = kvStore(kv, {
      fence: () => ({ ...this.#election.fence(), holder: fence.holder }),
      onRefused: () => this.#election.fenced(fence.holder),
    });
    const term = newTerm(this.#o, store, incarnation);
    await term.centre.restore();
    // A different centre may have taken the lease while the copy was read.
    if (!this.#election.mayDecide() || this.#election.fence().holder !== fence.holder) {
      term.centre.end();
      return;
    }
    if (forgotten) await this.#restoreCommands(term);
    this.#term = term;
    term.centre.listening();
    if (forgotten) term.centre.warmUp.waitFullTime();
    log.info({ epoch: this.#election.epoch, tookMs: Math.round(clock.nowMs() - sinceMs) }, 'leadership taken over');
    onChange();
  }

  #end(): void {
    const term = this.#term;
    this.#term = undefined;
    if (term === undefined) return;
    this.#keptOrders = ordersOf(term.centre);
    term.centre.end();
  }

  /** Keeps shut-out nodes shut out, even when the store has forgotten the denials. */
  async #restoreCommands({ centre, copy }: Term): Promise<void> {
    for (const denial of this.#keptOrders.denials) {
      centre.denied.add(denial);
      await copy.saveDenial(denial.nodeId, denial);
    }
    for (const { nodeId, reason } of this.#keptOrders.drains) {
      centre.fleet.setCommandsAhead(nodeId, { drainReason: reason });
      await copy.saveDrain(nodeId, reason);
    }
    for (const { nodeId, reason } of this.#keptOrders.cordons) {
      centre.fleet.setCommandsAhead(nodeId, { cordonReason: reason });
      await copy.saveCordon(nodeId, reason);
    }
  }

  /** Refreshes the denials while this centre does not lead, because no node would bring them back. */
  async #readDenials(): Promise<void> {
    if (this.#term !== undefined) return;
    try {
      const found = await this.#o.kv.entries('copy/deny/', { limit: DENIALS_READ_MAX });
      // An empty answer may be a store that has lost its memory: known denials stay, until a leader changes them.
      if (found.length === 0) return;
      const denials = found.map(([, text]) => JSON.parse((JSON.parse(text) as [string, string])[1]) as Denial);
      this.#keptOrders = { ...this.#keptOrders, denials };
    } catch (error) {
      this.#o.log.debug({ err: error }, 'the denials were not read; the last ones stay');
    }
  }
}

/** Interval in which a centre that does not lead reads the denials. */
const REFRESH_MS = 10_000;
const DENIALS_READ_MAX = 10_000;

const emptyStore: Store = {
  load: async () => [],
  put: async () => undefined,
  remove: async () => undefined,
  close: async () => undefined,
};

function newTerm(o: TermParts, store: Store, incarnation: string | undefined): Term {
  const { clock, log, metrics } = o;
  const isShared = incarnation !== undefined;
  const copy = new Copy({ store, clock, log, onFailure: () => metrics.copyFailures.inc(), isShared });
  return { copy, centre: new Centre({ ...o, copy, ...(incarnation === undefined ? {} : { incarnation }) }) };
}

function ordersOf(centre: Centre): KeptOrders {
  const nodeEntries = centre.fleet.list().map((node) => [node.description.nodeId, node] as const);
  const commands: (readonly [nodeId: string, NodeCommands])[] = [...nodeEntries, ...centre.fleet.commandsAhead];
  const withReason = (of: 'drainReason' | 'cordonReason'): NodeOrder[] =>
    commands.flatMap(([nodeId, { [of]: reason }]) => (reason === undefined ? [] : [{ nodeId, reason }]));
  return { denials: centre.denied.list(), drains: withReason('drainReason'), cordons: withReason('cordonReason') };
}
