// What must never be true of the simulated world, and what must be true when it has healed: the rules of rules/, each
// of which docs/design/fault-simulator.md lists by its name. What a step changes is judged when the step is over; what
// may last for some time every SCAN_MS; what the centre's indices say of themselves every WHOLE_MS, and at the end.
import type { Centre } from '../../../scheduler/src/centre/centre.ts';
import type { RoomLeaseSeen } from '../../../sfu/src/core/index.ts';
import type { MediaNode } from './media-node.ts';
import type { Person } from './people.ts';
import type { Process } from './process.ts';
import { ChargeRules } from './rules/charges.ts';
import { CommandRules } from './rules/commands.ts';
import { DecisionRules } from './rules/decisions.ts';
import { HomeRules } from './rules/homes.ts';
import { type Fail, type JudgedWorld, LAPSE_SLACK_MS, type RuleName, WHOLE_MS } from './rules/judged.ts';
import { MoveRules } from './rules/moves.ts';
import { NodeRules } from './rules/nodes.ts';
import { OwnerRules } from './rules/owners.ts';
import { PeopleRules } from './rules/people.ts';
import type { SimStore } from './store.ts';

export const SCAN_MS = 250;

export interface Violation {
  readonly rule: RuleName;
  readonly text: string;
  readonly atMs: number;
}

export class Judge {
  readonly #world: JudgedWorld;
  readonly commands: CommandRules;
  readonly #decisions: DecisionRules;
  readonly #owners: OwnerRules;
  readonly #charges: ChargeRules;
  readonly #nodes: NodeRules;
  readonly #people: PeopleRules;
  readonly #homes: HomeRules;
  readonly moves: MoveRules;
  #wholeAtMs = 0;
  #homesAtMs = 0;
  violation: Violation | undefined;

  constructor(world: JudgedWorld) {
    this.#world = world;
    const fail: Fail = (rule, text) => this.fail(rule, text);
    this.commands = new CommandRules(fail);
    this.#decisions = new DecisionRules(world, fail, this.commands);
    this.#owners = new OwnerRules(world, fail);
    this.#charges = new ChargeRules(world, fail);
    this.#nodes = new NodeRules(world, fail, { commands: this.commands, owners: this.#owners });
    this.#people = new PeopleRules(world, fail);
    this.#homes = new HomeRules(world, fail);
    this.moves = new MoveRules(world, fail);
  }

  /** Decisions that name a node, and of how many of these it is judged whether it has room. */
  get placed(): { readonly count: number; readonly judged: number } {
    const { made, refused, capacityJudged } = this.#decisions;
    return { count: made - refused, judged: capacityJudged };
  }

  get decisions(): number {
    return this.#decisions.made;
  }

  fail(rule: RuleName, text: string): void {
    if (this.violation !== undefined) return;
    this.violation = { rule, text, atMs: this.#world.clock.nowMs() };
    this.#world.note(() => `VIOLATION ${rule}: ${text}`);
  }

  /** A new centre is about to start from this store, which had trouble last at this time. */
  survive(store: SimStore, troubleAtMs: number): void {
    this.commands.survive(store, troubleAtMs);
    this.moves.survive(store, troubleAtMs);
  }

  /** A new centre's process: it is watched from its first word on. */
  watch(centre: Centre): void {
    this.#decisions.watch(centre);
    this.#owners.watch(centre);
    this.#charges.watch(centre);
    this.#nodes.watch(centre);
    this.moves.watch(centre);
  }

  /** A media node obeys an owner. */
  obeyed(node: MediaNode, roomKey: string, lease: RoomLeaseSeen): void {
    this.#owners.obeyed(node, roomKey, lease);
  }

  /** A person with a seat must begin another stay, through this signaling node. */
  rejoins(person: Person, through: Process, why: string): void {
    this.#people.rejoins(person, through, why);
  }

  /** A signaling node has moved a person to another node. */
  moved(person: Person): void {
    this.#homes.moved(person);
    this.moves.moved(person);
  }

  /** After every step: whatever it has changed. */
  afterStep(): void {
    this.#charges.afterStep();
  }

  /** Every SCAN_MS. */
  scan(): void {
    const nowMs = this.#world.clock.nowMs();
    if (nowMs - this.#homesAtMs >= WHOLE_MS) {
      this.#homesAtMs = nowMs;
      this.#homes.scanHomes();
      this.moves.scan();
    }
    const { centre } = this.#world;
    if (centre === undefined || !this.#world.centreIsWell(LAPSE_SLACK_MS)) return;
    this.#charges.scan(centre);
    this.commands.scan(centre);
    this.#nodes.scan(centre);
    if (nowMs - this.#wholeAtMs >= WHOLE_MS) this.#scanWhole(centre, nowMs);
  }

  /** After healing and a time of quiet. */
  atEnd(): void {
    const { centre } = this.#world;
    if (centre === undefined) {
      this.fail('centre-back', 'there is no centre');
      return;
    }
    this.scan();
    this.#scanWhole(centre, this.#world.clock.nowMs());
    this.#people.atEnd();
    this.#owners.atEnd(centre);
    this.#nodes.atEnd(centre, this.#charges);
  }

  #scanWhole(centre: Centre, nowMs: number): void {
    this.#wholeAtMs = nowMs;
    this.#owners.scan(centre);
    this.#charges.scanWhole(centre);
    this.#homes.scan(centre.moves, this.#world.centreNowMs);
  }
}
