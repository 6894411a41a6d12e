// The autoscaler around its pure decision: looks at fleet and machines, saves the load of every minute, hands the
// orders to the driver. No state has to reach a successor: machines and drains are observed, and a repeated order is
// harmless. Its memory belongs to a single term of leading, because only a process that has watched all the time knows
// since when something is so.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import { AUTOSCALER_DRAIN, REPLACEMENT_DRAIN } from '../fleet/core/fleet.ts';
import { isCrowdSilent } from '../fleet/core/silences.ts';
import type { WarmUp } from '../fleet/warm-up.ts';
import type { Bookings } from '../placing/core/bookings.ts';
import { utilisation } from '../placing/core/filters/capacity.ts';
import type { PlacementIndex } from '../placing/core/placement-index.ts';
import type { NodeView } from '../placing/core/view.ts';
import type { AutoscaleConfig } from './config.ts';
import { decide, noMemory } from './core/decide.ts';
import type { HistoryHour, LoadHistory } from './core/history.ts';
import type {
  Machine,
  RegionInput,
  RegionScale,
  ScaleAction,
  ScaleMemory,
  ScaleNode,
  ScaleView,
} from './core/types.ts';
import type { Unserved } from './core/unserved.ts';
import type { ScaleDriver } from './scale-driver.ts';

const MINUTE_MS = 60_000;
/** Time at which no node is in slow start, because the later capacity of a node counts. */
const AFTER_SLOW_START_MS = Number.POSITIVE_INFINITY;
/** Problem while most of the fleet is silent: placement panics, and silence kills no node (fleet/core/liveness.ts). */
const LOCAL_FAULT =
  'most of the fleet is silent at once, so this centre itself is probably at fault: nothing is ordered';
const ACTIONS_SHOWN = 200;

/** Parts of the centre that the autoscaler reads, and where it records the load. */
export interface ScaledCentre {
  readonly fleet: Pick<Fleet, 'list' | 'commandsAhead'>;
  readonly placementIndex: PlacementIndex;
  readonly unserved: Unserved;
  readonly bookings: Bookings;
  readonly loads: LoadHistory;
  /** The autoscaler waits for the end of the warm-up, because returning nodes look missing until then. */
  readonly warmUp: Pick<WarmUp, 'isOver'>;
}

export interface AutoscalerOptions {
  readonly config: AutoscaleConfig | undefined;
  readonly centre: () => ScaledCentre;
  readonly driver: ScaleDriver | undefined;
  readonly saveLoad?: (hour: HistoryHour) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  /** Epoch of this leader, which may rise within a term; undefined: the centre does not lead and orders nothing. */
  readonly epoch: () => number | undefined;
}

/** Term of leading, with what the autoscaler has observed in it. */
interface Term {
  readonly centre: ScaledCentre;
  memory: ScaleMemory;
  savedMinute: number | undefined;
}

export class Autoscaler {
  readonly #o: AutoscalerOptions;
  #term: Term | undefined;
  #regions: readonly RegionScale[] = [];
  #actions: readonly (ScaleAction & { outcome: string })[] = [];
  #problem: string | undefined;
  #timer: Timer | undefined;
  #busy = false;
  #isClosed = false;

  constructor(o: AutoscalerOptions) {
    this.#o = o;
  }

  /** Starts the rounds, if there is a configuration. */
  start(): void {
    const { clock, config } = this.#o;
    if (config === undefined || this.#isClosed) return;
    this.#timer ??= clock.every(config.tickMs, () => {
      this.round().catch((error: unknown) => this.#o.log.error({ err: error }, 'autoscaler round failed'));
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  view() {
    const driver = this.#o.driver?.name ?? null;
    const bookings = this.#o
      .centre()
      .bookings.list()
      .map(({ startsAtMs, endsAtMs, ...rest }) => {
        return { ...rest, startsAt: new Date(startsAtMs).toISOString(), endsAt: new Date(endsAtMs).toISOString() };
      });
    return { driver, problem: this.#problem ?? null, regions: this.#regions, lastActions: this.#actions, bookings };
  }

  /** Observes the fleet, decides, and sends the orders. While a round outlasts the period, the next is skipped. */
  async round(): Promise<void> {
    const { config, driver } = this.#o;
    if (config === undefined || driver === undefined || this.#busy || this.#isClosed) return;
    const epoch = this.#o.epoch();
    const term = this.#currentTerm();
    if (epoch === undefined || !term.centre.warmUp.isOver) return;
    this.#busy = true;
    try {
      const machines = await driver.list(epoch);
      // The driver may have taken as long as a change of leader does; its answer would then belong to another term.
      if (this.#isClosed || this.#o.epoch() !== epoch || this.#currentTerm() !== term) return;
      if (isCrowdSilent(term.centre.fleet.list(), this.#o.clock.nowMs())) {
        this.#localFault();
        return;
      }
      const decided = decide(this.#observe(term, config, machines, driver), term.memory, config);
      term.memory = decided.memory;
      this.#regions = decided.regions;
      // All orders go out before any other code runs here, so they go out under this epoch.
      const outcomes = await Promise.all(decided.actions.map((action) => this.#carryOut(action, driver, epoch)));
      if (term !== this.#term) return;
      this.#actions = outcomes.slice(0, ACTIONS_SHOWN).map(({ action, outcome }) => ({ ...action, outcome }));
      const stale = outcomes.find(({ error }) => error instanceof MeridianError && error.code === 'EPOCH_STALE');
      if (stale !== undefined) throw stale.error;
      this.#problem = undefined;
      this.#updateMetrics();
    } catch (error) {
      this.#failed(error, term, driver);
    } finally {
      this.#busy = false;
    }
  }

  /** Starts a new term, with an empty memory, when the centre is another object. */
  #currentTerm(): Term {
    const centre = this.#o.centre();
    if (this.#term?.centre === centre) return this.#term;
    this.#regions = [];
    this.#actions = [];
    this.#problem = undefined;
    this.#term = { centre, memory: noMemory, savedMinute: undefined };
    return this.#term;
  }

  /** Orders nothing: most of the fleet may be silent for this centre alone, and needs no second fleet beside it. */
  #localFault(): void {
    if (this.#problem !== LOCAL_FAULT) this.#o.log.warn(LOCAL_FAULT);
    this.#problem = LOCAL_FAULT;
    this.#actions = [];
  }

  /** Orders nothing while the driver's machines are unknown. */
  #failed(error: unknown, term: Term, driver: ScaleDriver): void {
    const { metrics, log } = this.#o;
    if (term === this.#term) this.#problem = error instanceof Error ? error.message : String(error);
    metrics.scaleFailures.inc();
    log.warn({ err: error, driver: driver.name }, 'the autoscaler cannot ask its driver; nothing is ordered');
  }

  #observe(term: Term, config: AutoscaleConfig, machines: readonly Machine[], driver: ScaleDriver): ScaleView {
    const { clock } = this.#o;
    const { centre } = term;
    const mediaNodes = centre.placementIndex.nodes(clock.nowMs());
    const nodes = mediaNodes.map(scaleNode);
    // The sessions of a dead node are at other nodes by now, and counted there.
    const living = mediaNodes.filter(({ liveness }) => liveness !== 'dead').map(scaleNode);
    const names = new Set([
      ...config.regions,
      ...[...nodes, ...machines, ...centre.bookings.list()].map((one) => one.region),
    ]);
    const refused = centre.unserved.counts(clock.nowMs());
    const wallMs = clock.wallMs();
    const minute = Math.floor(wallMs / MINUTE_MS);
    const regions = [...names].sort().map((region): RegionInput => {
      const perNode = config.sessionsPerNode;
      const carried = living.filter((node) => node.region === region).reduce((sum, node) => sum + node.load, 0);
      const load = carried + (refused.get(region) ?? 0) / perNode;
      return {
        region,
        history: centre.loads.record(region, minute, load),
        bookedNow: centre.bookings.sessionsNow(region, wallMs) / perNode,
        bookedNext: centre.bookings.peakAhead(region, wallMs, config.horizonMinutes * MINUTE_MS) / perNode,
      };
    });
    centre.loads.keepOnly(names);
    this.#save(term, names, minute);
    const reservedNames = [...centre.fleet.commandsAhead.keys()];
    const { freeNames } = driver;
    return { nowMs: clock.nowMs(), nodes, machines, regions, reservedNames, ...(freeNames && { freeNames }) };
  }

  /** Saves the load of the last minute when the minute is complete. */
  #save(term: Term, regions: Iterable<string>, minute: number): void {
    if (minute === term.savedMinute) return;
    term.savedMinute = minute;
    for (const region of regions) {
      const hour = term.centre.loads.hourOf(region, minute - 1);
      if (hour !== undefined) this.#o.saveLoad?.(hour);
    }
  }

  async #carryOut(action: ScaleAction, driver: ScaleDriver, epoch: number) {
    const { log, metrics } = this.#o;
    const { verb, nodeId, region, reason } = action;
    let outcome = 'ordered';
    let error: unknown;
    try {
      if (verb === 'start') await driver.start(nodeId, region, epoch);
      else if (verb === 'stop') await driver.stop(nodeId, epoch);
      else if (verb === 'replace') await replace(driver, nodeId, epoch);
      else await driver.drain(nodeId, verb === 'drain' ? drainReason(action) : undefined);
      if (driver.name !== 'log') log.info({ verb, nodeId, region, reason }, 'autoscaler ordered');
    } catch (thrown) {
      outcome = 'failed';
      error = thrown;
      log.warn({ verb, nodeId, region, reason, err: error }, 'an order of the autoscaler failed');
    }
    metrics.scaleActions.inc({ verb, outcome });
    return { action, outcome, error };
  }

  #updateMetrics(): void {
    const { metrics } = this.#o;
    for (const scale of this.#regions) {
      const { region } = scale;
      metrics.scaleNeed.set({ region }, scale.need);
      for (const state of ['serving', 'starting', 'draining'] as const)
        metrics.scaleHave.set({ region, state }, scale[state]);
      metrics.scaleHave.set({ region, state: 'silent' }, scale.silent.length);
      metrics.scaleAtBound.set({ region }, Number(scale.isAtBound));
      metrics.scaleOverdue.set({ region }, scale.overdue.length);
    }
  }
}

function scaleNode(node: NodeView): ScaleNode {
  const { nodeId, hostId, region, sessionsSeen, sessionsAssumed } = node;
  return {
    nodeId,
    hostId,
    region,
    // Leaves out kept seats, because the bookings count them already, and earlier, and the sessions that young rooms
    // expect, because history and forecast cover them.
    load: utilisation(node, AFTER_SLOW_START_MS, -node.sessionsExpected),
    sessions: sessionsSeen + sessionsAssumed,
    state: stateOf(node),
    isLate: node.liveness === 'suspect' || !node.isLinked,
    isDrainOurs: node.drainReason?.startsWith(AUTOSCALER_DRAIN) === true,
    isReplaced: node.drainReason?.startsWith(REPLACEMENT_DRAIN) === true,
  };
}

const drainReason = ({ reason, isReplaced }: ScaleAction): string =>
  `${isReplaced === true ? REPLACEMENT_DRAIN : AUTOSCALER_DRAIN}${reason}`;

async function replace(driver: ScaleDriver, nodeId: string, epoch: number): Promise<void> {
  if (driver.replace === undefined) throw new Error(`the driver ${driver.name} replaces nothing`);
  await driver.replace(nodeId, epoch);
}

function stateOf(node: NodeView): ScaleNode['state'] {
  if (node.liveness === 'dead' || node.distrust !== undefined || node.state === 'failing') return 'away';
  return node.drainReason !== undefined || node.state === 'draining' ? 'draining' : 'serving';
}
