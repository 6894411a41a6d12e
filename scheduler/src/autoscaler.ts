// The autoscaler around its pure decision: looks at fleet and machines, has the load of every minute written down, hands the orders to the driver.
// It holds no state that a successor needs: machines and drains are observed, what was ordered a moment ago is ordered again, harmlessly.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { AutoscaleConfig } from './config.ts';
import type { Bookings } from './core/autoscale/bookings.ts';
import { decide, noMemory } from './core/autoscale/decide.ts';
import type { HistoryHour, LoadHistory } from './core/autoscale/history.ts';
import {
  AUTOSCALER_DRAIN,
  type RegionInput,
  type RegionScale,
  type ScaleAction,
  type ScaleMemory,
  type ScaleNode,
  type ScaleView,
} from './core/autoscale/types.ts';
import type { Unserved } from './core/autoscale/unserved.ts';
import type { Board } from './core/board.ts';
import { utilisation } from './core/filters/capacity.ts';
import type { NodeView } from './core/view.ts';
import type { CentreMetrics } from './metrics.ts';
import type { ScaleDriver } from './ports.ts';

const MINUTE_MS = 60_000;
/** A time at which nobody is in slow start: what a node will carry counts. */
const SETTLED = Number.POSITIVE_INFINITY;
/** Orders of the last round that the administrator sees. */
const ACTIONS_SHOWN = 200;

/** What it reads, and where it writes down the load. */
export interface ScaledCentre {
  readonly board: Board;
  readonly unserved: Unserved;
  readonly bookings: Bookings;
  readonly loads: LoadHistory;
}

export interface AutoscalerOptions {
  readonly config: AutoscaleConfig | undefined;
  /** Another one in every term of leading. */
  readonly centre: () => ScaledCentre;
  readonly driver: ScaleDriver | undefined;
  /** Writes an hour of load down, for who leads next. */
  readonly saveLoad?: (hour: HistoryHour) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  /** Of several centres one orders. */
  readonly isLeading?: () => boolean;
}

export class Autoscaler {
  readonly #o: AutoscalerOptions;
  #memory: ScaleMemory = noMemory;
  #regions: readonly RegionScale[] = [];
  #actions: readonly (ScaleAction & { outcome: string })[] = [];
  #problem: string | undefined;
  #timer: Timer | undefined;
  #savedMinute: number | undefined;
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

  /** For the administrator. */
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

  /** One look and its orders. A round that outlasts the period lets the next one pass. */
  async round(): Promise<void> {
    const { config, driver, isLeading, log, metrics } = this.#o;
    if (config === undefined || driver === undefined || this.#busy || this.#isClosed || isLeading?.() === false) return;
    this.#busy = true;
    try {
      const view = await this.#look(config, driver);
      // The driver may have taken as long as a change of leader does.
      if (this.#isClosed || isLeading?.() === false) return;
      const decided = decide(view, this.#memory, config);
      this.#memory = decided.memory;
      this.#regions = decided.regions;
      this.#actions = (await Promise.all(decided.actions.map((action) => this.#carryOut(action, driver)))).slice(
        0,
        ACTIONS_SHOWN,
      );
      this.#problem = undefined;
      this.#show();
    } catch (error) {
      // Nothing is ordered on a guess: what the driver has is unknown, so everything stays.
      this.#problem = error instanceof Error ? error.message : String(error);
      metrics.scaleFailures.inc();
      log.warn({ err: error, driver: driver.name }, 'the autoscaler cannot ask its driver; nothing is ordered');
    } finally {
      this.#busy = false;
    }
  }

  async #look(config: AutoscaleConfig, driver: ScaleDriver): Promise<ScaleView> {
    const { clock } = this.#o;
    const machines = await driver.list();
    const centre = this.#o.centre();
    const nodes = centre.board.nodes(clock.nowMs()).map(scaleNode);
    const names = new Set([
      ...config.regions,
      ...[...nodes, ...machines, ...centre.bookings.list()].map((one) => one.region),
    ]);
    const refused = centre.unserved.counts(clock.nowMs());
    const wallMs = clock.wallMs();
    const minute = Math.floor(wallMs / MINUTE_MS);
    const regions = [...names].sort().map((region): RegionInput => {
      const perNode = config.sessionsPerNode;
      const carried = nodes.filter((node) => node.region === region).reduce((sum, node) => sum + node.load, 0);
      const load = carried + (refused.get(region) ?? 0) / perNode;
      return {
        region,
        history: centre.loads.note(region, minute, load),
        bookedNow: centre.bookings.now(region, wallMs) / perNode,
        bookedNext: centre.bookings.next(region, wallMs, config.horizonMinutes * MINUTE_MS) / perNode,
      };
    });
    centre.loads.keepOnly(names);
    this.#save(centre.loads, names, minute);
    return { nowMs: clock.nowMs(), nodes, machines, regions };
  }

  /** Once a minute, when the minute before is complete. */
  #save(loads: LoadHistory, regions: Iterable<string>, minute: number): void {
    if (minute === this.#savedMinute) return;
    this.#savedMinute = minute;
    for (const region of regions) {
      const hour = loads.hourOf(region, minute - 1);
      if (hour !== undefined) this.#o.saveLoad?.(hour);
    }
  }

  async #carryOut(action: ScaleAction, driver: ScaleDriver): Promise<ScaleAction & { outcome: string }> {
    const { log, metrics } = this.#o;
    const { verb, nodeId, region, reason } = action;
    let outcome = 'ordered';
    try {
      if (verb === 'start') await driver.start(nodeId, region);
      else if (verb === 'stop') await driver.stop(nodeId);
      else await driver.drain(nodeId, verb === 'drain' ? `${AUTOSCALER_DRAIN}${reason}` : undefined);
      if (driver.name !== 'log') log.info({ verb, nodeId, region, reason }, 'autoscaler ordered');
    } catch (error) {
      outcome = 'failed';
      log.warn({ verb, nodeId, region, reason, err: error }, 'an order of the autoscaler failed');
    }
    metrics.scaleActions.inc({ verb, outcome });
    return { ...action, outcome };
  }

  #show(): void {
    const { metrics } = this.#o;
    for (const scale of this.#regions) {
      const { region } = scale;
      metrics.scaleNeed.set({ region }, scale.need);
      for (const state of ['serving', 'starting', 'draining'] as const)
        metrics.scaleHave.set({ region, state }, scale[state]);
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
    // Without the seats that are kept: the bookings say the same, and earlier.
    load: utilisation({ ...node, sessionsExpected: node.sessionsExpected - node.sessionsReserved }, SETTLED),
    sessions: sessionsSeen + sessionsAssumed,
    state: stateOf(node),
    isDrainOurs: node.drainReason?.startsWith(AUTOSCALER_DRAIN) === true,
  };
}

function stateOf(node: NodeView): ScaleNode['state'] {
  if (node.liveness !== 'alive' || !node.isLinked || node.distrust !== undefined || node.state === 'failing')
    return 'away';
  return node.drainReason !== undefined || node.state === 'draining' ? 'draining' : 'serving';
}
