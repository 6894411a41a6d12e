// Judges the simulated world by the rules of rules/, which docs/design/fault-simulator.md lists by name. Some
// conditions must never occur, others must hold after healing. The judge checks effects of a step after the step,
// lasting conditions every SCAN_MS, and the centre's own indices every WHOLE_MS and at the end.
import type { Centre } from '../../../scheduler/src/centre/centre.ts';
import type { OwnerLease } from '../../../sfu/src/core/index.ts';
import type { MediaNode } from './media-node.ts';
import type { Person } from './people.ts';
import type { Process } from './process.ts';
import { ChargeRules } from './rules/charges.ts';
import { CommandRules } from './rules/commands.ts';
import { DecisionRules } from './rules/decisions.ts';
import { HomeRules } from './rules/homes.ts';
import { type Fail, INDICES_EVERY_MS, type JudgedWorld, LAPSE_SLACK_MS, type RuleName } from './rules/judged-world.ts';
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
  #indicesScannedMs = 0;
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

  /** Numbers of decisions that name a node, and of those among them whose capacity rule was judged. */
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

  survive(store: SimStore, troubleAtMs: number): void {
    this.commands.survive(store, troubleAtMs);
    this.moves.survive(store, troubleAtMs);
  }

  watch(centre: Centre): void {
    this.#decisions.watch(centre);
    this.#owners.watch(centre);
    this.#charges.watch(centre);
    this.#nodes.watch(centre);
    this.moves.watch(centre);
  }

  obeyed(node: MediaNode, roomKey: string, lease: OwnerLease): void {
    this.#owners.obeyed(node, roomKey, lease);
  }

  rejoins(person: Person, through: Process, why: string): void {
    this.#people.rejoins(person, through, why);
  }

  moved(person: Person): void {
    this.#homes.moved(person);
    this.moves.moved(person);
  }

  afterStep(): void {
    this.#charges.afterStep();
  }

  scan(): void {
    const nowMs = this.#world.clock.nowMs();
    if (nowMs - this.#homesAtMs >= INDICES_EVERY_MS) {
      this.#homesAtMs = nowMs;
      this.#homes.scanHomes();
      this.moves.scan();
    }
    const { centre } = this.#world;
    if (centre === undefined || !this.#world.centreIsWell(LAPSE_SLACK_MS)) return;
    this.#charges.scan(centre);
    this.commands.scan(centre);
    this.#nodes.scan(centre);
    if (nowMs - this.#indicesScannedMs >= INDICES_EVERY_MS) this.#scanIndices(centre, nowMs);
  }

  atEnd(): void {
    const { centre } = this.#world;
    if (centre === undefined) {
      this.fail('centre-back', 'there is no centre');
      return;
    }
    this.scan();
    this.#scanIndices(centre, this.#world.clock.nowMs());
    this.#people.atEnd();
    this.#owners.atEnd(centre);
    this.#nodes.atEnd(centre, this.#charges);
  }

  #scanIndices(centre: Centre, nowMs: number): void {
    this.#indicesScannedMs = nowMs;
    this.#owners.scan(centre);
    this.#charges.scanWhole(centre);
    this.#homes.scan(centre.moves, this.#world.centreNowMs);
  }
}
