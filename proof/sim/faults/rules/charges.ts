// Compares the ledger of charges with the lists and sessions of nodes. A node is judged after each step that changes
// its charges, its list or its liveness; `scan` judges how long a state lasts.
import { limits } from '@meridian/protocol';
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import type { NodeRecord } from '../../../../scheduler/src/fleet/core/node.ts';
import type { Charge } from '../../../../scheduler/src/placing/core/ledger.ts';
import { provesAbsence } from '../../../../scheduler/src/placing/core/session-leases.ts';
import type { MediaNode } from '../media-node.ts';
import { type Fail, type JudgedWorld, LAPSE_SLACK_MS, REAPED_MS, REDIALLED_MS, REPORTED_MS } from './judged-world.ts';

export class ChargeRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;
  readonly #changedNodes = new Set<string>();
  /** Charges whose state must not last, by node. */
  #temporaryCharges = new Map<string, Charge[]>();
  #assumedOf = new Map<string, string>(); // decision by session
  /**
   * Time since which a node does not list a charge. The key is the charge, not its decision, since a charge that a late
   * list brings back for a moment is a new one.
   */
  #absentSinceMs = new WeakMap<Charge, number>();
  /** Time of a node's last accepted report, by the centre's clock. */
  #heardAtMs = new Map<string, number>();

  constructor(world: JudgedWorld, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  watch(centre: Centre): void {
    this.#changedNodes.clear();
    this.#temporaryCharges = new Map();
    this.#assumedOf = new Map();
    this.#absentSinceMs = new WeakMap();
    this.#heardAtMs = new Map();
    for (const { nodeId } of centre.ledger.list()) this.#changedNodes.add(nodeId);
    this.#watchLedger(centre);
    this.#watchFleet(centre);
  }

  /** Judges the changes of this step; later, if the centre is starting or was just disturbed. */
  afterStep(): void {
    if (this.#changedNodes.size === 0) return;
    const { centre } = this.#world;
    if (centre === undefined || !this.#world.centreIsWell(LAPSE_SLACK_MS)) return;
    for (const nodeId of this.#changedNodes) this.#judgeNode(centre, nodeId);
    this.#changedNodes.clear();
  }

  scan(centre: Centre): void {
    this.afterStep();
    for (const [nodeId, charges] of this.#temporaryCharges) {
      const node = centre.fleet.get(nodeId);
      for (const charge of charges) this.#judge(centre, node, charge);
    }
  }

  /** Validates the indices of the whole ledger. Call it rarely, since it is slow. */
  scanWhole(centre: Centre): void {
    try {
      centre.ledger.validate();
    } catch (error) {
      this.#fail('ledger-is-whole', String(error));
    }
  }

  atEnd(centre: Centre, node: MediaNode, quietMs: number): void {
    const { nodeId } = node.spec;
    if (quietMs < REPORTED_MS + REAPED_MS) return;
    const confirmed = centre.ledger.list(nodeId).filter((charge) => charge.state === 'confirmed');
    const charged = new Set(confirmed.map((charge) => charge.decisionId));
    for (const { decisionId, roomKey, sessionId } of confirmed) {
      if (!node.holdsDecision(decisionId) && !node.holdsSession(roomKey, sessionId))
        this.#fail('books-are-truth', `${decisionId} is charged to ${nodeId}, which does not hold it`);
    }
    for (const decisionId of node.decisionIds()) {
      if (!charged.has(decisionId))
        this.#fail('books-are-truth', `${nodeId} holds ${decisionId}, which is not charged`);
    }
  }

  #judgeNode(centre: Centre, nodeId: string): void {
    const node = centre.fleet.get(nodeId);
    const passing: Charge[] = [];
    for (const charge of centre.ledger.list(nodeId)) if (this.#judge(centre, node, charge)) passing.push(charge);
    if (passing.length === 0) this.#temporaryCharges.delete(nodeId);
    else this.#temporaryCharges.set(nodeId, passing);
  }

  #judge(centre: Centre, node: NodeRecord | undefined, charge: Charge): boolean {
    const { decisionId, nodeId, roomKey, sessionId } = charge;
    const nowMs = this.#world.centreNowMs;
    if (charge.state === 'assumed') {
      this.#assumed(centre, node, charge, nowMs);
      return true;
    }
    if (node === undefined || node.liveness === 'dead') {
      this.#fail('charges-end', `${decisionId} of the dead ${nodeId}`);
      return false;
    }
    const listed = node.rooms.get(roomKey);
    if (listed?.decisionIds.includes(decisionId) === true || listed?.sessionIds.includes(sessionId) === true) {
      this.#absentSinceMs.delete(charge);
      return false;
    }
    const sinceMs = this.#absentSinceMs.get(charge) ?? nowMs;
    this.#absentSinceMs.set(charge, sinceMs);
    const mediaNode = this.#world.nodes.get(nodeId);
    const isHeard = mediaNode !== undefined && this.#world.isUnharmed(mediaNode, REDIALLED_MS + REAPED_MS);
    if (nowMs - sinceMs > REAPED_MS && isHeard && provesAbsence(node, false))
      this.#fail('charges-end', `${decisionId} is confirmed and has left the list of ${nodeId}`);
    return true;
  }

  #assumed(centre: Centre, node: NodeRecord | undefined, charge: Charge, nowMs: number): void {
    const { decisionId, nodeId, roomKey, sessionId, expiresAtMs } = charge;
    if (nowMs - expiresAtMs > LAPSE_SLACK_MS) this.#fail('charges-end', `${decisionId} on ${nodeId} is past its time`);
    if (expiresAtMs - nowMs > limits.decisionConfirmMs + 1) this.#fail('charges-end', `${decisionId} lives too long`);
    const otherNodeId = this.#assumedOf.get(sessionId);
    if (otherNodeId !== undefined && otherNodeId !== decisionId && centre.ledger.get(otherNodeId)?.state === 'assumed')
      this.#fail('charged-once', `${sessionId} is charged by ${otherNodeId} and ${decisionId}`);
    this.#assumedOf.set(sessionId, decisionId);
    // A session that was placed while the centre did not answer may be charged twice until its node's next report,
    // however late that comes.
    const madeAtMs = expiresAtMs - limits.decisionConfirmMs;
    const isHeard = (this.#heardAtMs.get(nodeId) ?? Number.NEGATIVE_INFINITY) > madeAtMs;
    if (isHeard && node?.rooms.get(roomKey)?.sessionIds.includes(sessionId) === true)
      this.#fail('charged-once', `${decisionId}: ${nodeId} lists ${sessionId}, and it is assumed too`);
  }

  #watchLedger({ ledger }: Centre): void {
    const touch = ({ nodeId }: Charge): void => void this.#changedNodes.add(nodeId);
    const assume = ledger.assume.bind(ledger);
    ledger.assume = (charge) => {
      this.#changedNodes.add(charge.nodeId);
      const answer = assume(charge);
      if (answer.dropped !== undefined) touch(answer.dropped);
      return answer;
    };
    const release = ledger.release.bind(ledger);
    ledger.release = (decisionId) => {
      const charge = release(decisionId);
      if (charge === undefined) return undefined;
      touch(charge);
      // A signaling node cannot release a charge that the node has confirmed; only the node's report ends it.
      if (charge.state === 'confirmed') this.#chargeReleased(charge.nodeId, charge);
      else this.#forget(charge);
      return charge;
    };
    const expire = ledger.expire.bind(ledger);
    ledger.expire = (nowMs) => {
      const lapsed = expire(nowMs);
      for (const charge of lapsed) {
        touch(charge);
        this.#forget(charge);
      }
      return lapsed;
    };
    const reported = ledger.reported.bind(ledger);
    ledger.reported = (nodeId, held) => {
      const answer = reported(nodeId, held);
      if (answer.confirmed.length + answer.released.length > 0) this.#changedNodes.add(nodeId);
      for (const charge of answer.confirmed) this.#forget(charge);
      for (const charge of answer.released) this.#chargeReleased(nodeId, charge);
      return answer;
    };
  }

  #watchFleet({ fleet }: Centre): void {
    const listOf = (nodeId: string): number | undefined => fleet.get(nodeId)?.listVersion;
    const during = <T>(nodeId: string, fn: () => T): T => {
      const before = listOf(nodeId);
      const answer = fn();
      if (listOf(nodeId) !== before) this.#changedNodes.add(nodeId);
      return answer;
    };
    const { register, report, fullReport, exclude } = fleet;
    fleet.register = (o, nowMs) => during(o.description.nodeId, () => register.call(fleet, o, nowMs));
    fleet.report = (nodeId, said, nowMs) => {
      const answer = during(nodeId, () => report.call(fleet, nodeId, said, nowMs));
      if (answer !== 'ignored') this.#heardAtMs.set(nodeId, nowMs);
      return answer;
    };
    fleet.fullReport = (nodeId, ...rest) => during(nodeId, () => fullReport.call(fleet, nodeId, ...rest));
    fleet.exclude = (nodeId) => during(nodeId, () => exclude.call(fleet, nodeId));
    const tick = fleet.tick.bind(fleet);
    fleet.tick = (...args) => {
      const change = tick(...args);
      for (const nodeId of change.died) {
        this.#changedNodes.add(nodeId);
        this.#world.timing.detected(nodeId);
        this.#world.note(() => `${nodeId} is dead for the centre`);
      }
      for (const { description } of change.forgotten) this.#changedNodes.add(description.nodeId);
      return change;
    };
  }

  #forget({ sessionId, decisionId }: Charge): void {
    if (this.#assumedOf.get(sessionId) === decisionId) this.#assumedOf.delete(sessionId);
  }

  /** Checks that the session of a released charge is gone. */
  #chargeReleased(nodeId: string, charge: Charge): void {
    this.#forget(charge);
    const { decisionId, roomKey, sessionId } = charge;
    const node = this.#world.nodes.get(nodeId);
    // A node that lies about both its list and its load cannot be verified.
    if (node?.process.isAlive !== true || node.lie?.loadFactor === 0) return;
    // A session that has returned under another decision has another charge, so this charge may end.
    const stay = node.held.held(roomKey, sessionId);
    if (node.holdsDecision(decisionId) || stay?.decisionId === '')
      this.#fail('no-live-session-reaped', `${decisionId} lives at ${nodeId}, and its charge is taken back`);
  }
}
