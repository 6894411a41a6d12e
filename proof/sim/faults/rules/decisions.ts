// Checks each decision when the centre makes it, before any node gets it.
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import type { Placed } from '../../../../scheduler/src/placing/placing.ts';
import type { MediaNode } from '../media-node.ts';
import type { Person } from '../people.ts';
import type { CommandRules } from './commands.ts';
import type { Fail, JudgedWorld } from './judged-world.ts';

export class DecisionRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;
  readonly #commands: CommandRules;
  /** Decisions whose charge was released. The centre knows no session under one of them until a node names it. */
  readonly #releasedDecisions = new Set<string>();
  readonly #ownDecisions = new Set<string>();
  made = 0;
  /** Number of decisions with a node whose true capacity is known. */
  capacityJudged = 0;
  refused = 0;

  constructor(world: JudgedWorld, fail: Fail, commands: CommandRules) {
    this.#world = world;
    this.#fail = fail;
    this.#commands = commands;
  }

  watch(centre: Centre): void {
    const { placing, ledger } = centre;
    this.#releasedDecisions.clear();
    this.#ownDecisions.clear();
    const release = ledger.release.bind(ledger);
    ledger.release = (decisionId) => {
      const charge = release(decisionId);
      if (charge !== undefined) this.#releasedDecisions.add(decisionId);
      return charge;
    };
    const assume = ledger.assume.bind(ledger);
    ledger.assume = (charge) => {
      const answer = assume(charge);
      if (answer.dropped !== undefined) this.#releasedDecisions.add(answer.dropped.decisionId);
      return answer;
    };
    const decide = placing.decide.bind(placing);
    placing.decide = (...args) => {
      const answer = decide(...args);
      this.#decided(centre, answer);
      return answer;
    };
    const decideMove = placing.decideMove.bind(placing);
    placing.decideMove = (ask) => {
      const answer = decideMove(ask);
      this.#decided(centre, answer);
      return answer;
    };
  }

  #decided(centre: Centre, { decision, want, decisionId }: Placed): void {
    this.made += 1;
    if (!decision.ok) {
      this.refused += 1;
      return;
    }
    this.#ownDecisions.add(decisionId);
    const { nodeId } = decision;
    const wrong = (text: string): void =>
      this.#fail('decision-names-fit-node', `${decisionId} names ${nodeId}: ${text}`);
    const node = centre.fleet.get(nodeId);
    if (node === undefined) {
      wrong('unknown');
      return;
    }
    if (node.liveness === 'dead') wrong('dead');
    if (!node.isLinked) wrong('not linked');
    if (this.#commands.denied.has(nodeId)) wrong('denied');
    if (this.#commands.drained.has(nodeId)) wrong('draining');
    if (node.drainReason !== undefined || node.state !== 'serving') wrong('not serving');
    if (node.distrust !== undefined) wrong('distrusted');
    if (node.liveness !== 'alive' && decision.mode !== 'panic')
      this.#fail('panic-is-said', `${nodeId} is ${node.liveness}`);
    if (want.avoidNodeIds.includes(nodeId)) wrong('avoided');
    const charge = centre.ledger.get(decisionId);
    if (charge?.nodeId !== nodeId || charge.sessionId !== want.sessionId) this.#fail('charged-at-once', decisionId);
    this.#withinCapacity(centre, nodeId);
  }

  /**
   * Counts sessions at the node that no person wants there: ended ones, those left over by moves, and those that their
   * signaling node has given up.
   */
  #unwantedAt(centre: Centre, node: MediaNode): number {
    const personBySession = new Map(
      this.#world.people.filter(({ wantsSession }) => wantsSession).map((person) => [person.sessionId, person]),
    );
    let count = 0;
    for (const [, sessionId, { decisionId }] of node.held.all()) {
      const person = personBySession.get(sessionId);
      const isTakenBack = this.#releasedDecisions.has(decisionId) && centre.ledger.get(decisionId) === undefined;
      if (person === undefined || isTakenBack || !this.#mayBeAt(person, node.spec.nodeId)) count += 1;
    }
    return count;
  }

  /** Counts sessions under a decision of an earlier centre that the store has lost and no list has named yet. */
  #forgottenAt(centre: Centre, node: MediaNode): number {
    const isForgotten = (id: string): boolean =>
      id !== '' && !this.#ownDecisions.has(id) && centre.ledger.get(id) === undefined;
    return node.decisionIds().filter(isForgotten).length;
  }

  /**
   * Returns whether a person may have a session at this node. A seated person has one at its node, and at the other
   * node of its move; a person without a seat may have been admitted anywhere.
   */
  #mayBeAt({ sessionId, isSeated, nodeId, signalingId }: Person, at: string): boolean {
    if (!isSeated || nodeId === at) return true;
    return this.#world.signalingNodes.get(signalingId)?.moves.otherNodeOf(sessionId) === at;
  }

  /** Checks the capacity by counting all sessions at the node and on their way to it, without the centre's counters. */
  #withinCapacity(centre: Centre, nodeId: string): void {
    const node = this.#world.nodes.get(nodeId);
    // The centre believes a node that lies, so it cannot know the sessions that the node hides.
    if (node === undefined || node.lie !== undefined) return;
    this.capacityJudged += 1;
    let sessions = node.sessionCount - node.placedAlone;
    for (const charge of centre.ledger.list(nodeId)) {
      if (charge.state === 'assumed' && !node.holdsSession(charge.roomKey, charge.sessionId)) sessions += 1;
    }
    // The centre cannot know sessions that their signaling node has given up, or that a failed move left behind: they
    // are no longer charged, but exist until the signaling node's message arrives.
    if (sessions > node.spec.sessionsMax) sessions -= this.#unwantedAt(centre, node);
    if (sessions > node.spec.sessionsMax && !this.#world.memoryIsWhole()) sessions -= this.#forgottenAt(centre, node);
    if (sessions > node.spec.sessionsMax)
      this.#fail('within-capacity', `${nodeId} carries ${node.spec.sessionsMax}, has and is sent ${sessions}`);
  }
}
