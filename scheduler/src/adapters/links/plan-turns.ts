// Schedules when each node gets the plan (routing/core/plan.ts). A burst of changes becomes a single plan. A large
// fleet gets a plan some nodes at a time, and the node that was served last is also last the next time. A node whose
// link was too full is retried. The caller builds and sends the plan.
import type { Clock, Timer } from '@meridian/runtime';

const PLAN_DEBOUNCE_MS = 20;
/**
 * A whole plan names every node that its receiver may use, so sending it to all nodes costs the square of their number:
 * 1,000 plans of 1,000 nodes are 200 MB; later plans hold only the changes (base/core/versioned-map.ts). Beyond this
 * many links a registration is answered without a plan, plans wait until the fleet is back after a takeover, and go out
 * some at a time: all of 1,000 within 10 s.
 */
export const CROWD_LINKS = 100;
const PLANS_PER_TURN = 25;
const PLAN_TURN_MS = 250;
/** Pause after a link was too full to take a plan. */
const PLAN_RETRY_MS = 500;

export interface PlanTurnsOptions {
  readonly clock: Clock;
  /** Returns the present version of the plan; undefined: this centre sends no plans now. */
  version(): number | undefined;
  /** Returns the number of open links, by which the fleet counts as large. */
  links(): number;
  isWarmingUp(): boolean;
  /** Sends the plan to a node that has version `held` (0: none). False: the node's link is too full. */
  send(nodeId: string, held: number): boolean;
}

export class PlanTurns {
  readonly #o: PlanTurnsOptions;
  readonly #sentVersions = new Map<string, number>(); // sent version by node id, the least recently served node first
  #timer: Timer | undefined;
  #closed = false;

  constructor(o: PlanTurnsOptions) {
    this.#o = o;
  }

  /** Adds a node. `version`: version of the plan in the answer to its registration; undefined: no plan was in it. */
  registered(nodeId: string, version: number | undefined): void {
    this.#sentVersions.set(nodeId, version ?? 0);
  }

  /** Makes a node that has missed a part of the plan get the whole plan again. */
  planMissed(nodeId: string): void {
    if (!this.#sentVersions.has(nodeId)) return;
    this.#sentVersions.set(nodeId, 0);
    this.changed();
  }

  gone(nodeId: string): void {
    this.#sentVersions.delete(nodeId);
  }

  get isCrowd(): boolean {
    return this.#o.links() > CROWD_LINKS;
  }

  /** Soon sends the plan to every node that has an older version. */
  changed(): void {
    this.#arm(PLAN_DEBOUNCE_MS);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #arm(delayMs: number): void {
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = this.#o.clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#sendTurn();
    });
  }

  #sendTurn(): void {
    const version = this.#o.version();
    if (version === undefined) return;
    if (this.isCrowd && this.#o.isWarmingUp()) {
      this.#arm(PLAN_RETRY_MS);
      return;
    }
    let isLeft = false;
    let plansLeft = this.isCrowd ? PLANS_PER_TURN : Number.POSITIVE_INFINITY;
    for (const [nodeId, sent] of this.#sentVersions) {
      if (sent >= version) continue;
      if (plansLeft === 0) {
        this.#arm(PLAN_TURN_MS);
        return;
      }
      plansLeft -= 1;
      if (!this.#o.send(nodeId, sent)) {
        isLeft = true;
        continue;
      }
      // The node moves to the end of the order; otherwise the first nodes would get every change, and the last none.
      this.#sentVersions.delete(nodeId);
      this.#sentVersions.set(nodeId, version);
    }
    if (isLeft) this.#arm(PLAN_RETRY_MS);
  }
}
