// Checks what the centre knows of nodes without faults: that they live, their sessions, and the epochs that they obey.
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import type { NodeRecord } from '../../../../scheduler/src/fleet/core/node.ts';
import type { MediaNode } from '../media-node.ts';
import type { ChargeRules } from './charges.ts';
import type { CommandRules } from './commands.ts';
import { type Fail, type JudgedWorld, REPORTED_MS, UNHARMED_MS } from './judged-world.ts';
import type { OwnerRules } from './owners.ts';

/** Number of scans from one comparison of rooms to the next: a second, since reports come once a second. */
const SCANS_PER_COMPARISON = 4;

export class NodeRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;
  readonly #commands: CommandRules;
  readonly #owners: OwnerRules;
  /** State of the list and of the node at the last complete comparison of its rooms. */
  readonly #compared = new WeakMap<MediaNode, { readonly listVersion: number; readonly changedAtMs: number }>();

  #scans = 0;

  constructor(world: JudgedWorld, fail: Fail, o: { commands: CommandRules; owners: OwnerRules }) {
    this.#world = world;
    this.#fail = fail;
    this.#commands = o.commands;
    this.#owners = o.owners;
  }

  watch({ fleet }: Centre): void {
    const registered = new Set<string>();
    const register = fleet.register.bind(fleet);
    fleet.register = (o, nowMs) => {
      registered.add(o.description.incarnation);
      return register(o, nowMs);
    };
    const tick = fleet.tick.bind(fleet);
    fleet.tick = (...args) => {
      const change = tick(...args);
      for (const nodeId of change.died) {
        const { incarnation = '' } = fleet.get(nodeId)?.description ?? {};
        if (registered.has(incarnation)) this.#nodeDied(nodeId, incarnation);
      }
      return change;
    };
  }

  scan(centre: Centre): void {
    this.#scans += 1;
    const isRoomsTurn = this.#scans % SCANS_PER_COMPARISON === 0;
    for (const node of this.#world.nodes.values()) {
      const { nodeId } = node.spec;
      const record = centre.fleet.get(nodeId);
      if (!this.#world.isUnharmed(node, UNHARMED_MS) || this.#commands.isShutOut(centre, nodeId)) continue;
      if (record === undefined) this.#fail('no-false-death', `${nodeId} is unknown`);
      else if (record.liveness === 'dead') this.#fail('no-false-death', `${nodeId} is dead for the centre`);
      else if (!record.isLinked) this.#fail('no-false-death', `${nodeId} is not linked`);
      else if (record.description.incarnation !== node.incarnation) this.#fail('incarnation-is-present', nodeId);
      else if (isRoomsTurn) this.#rooms(centre, node, record);
    }
  }

  /**
   * Checks that a node that the centre declares dead had a fault. Trouble of the centre is no excuse, since reports
   * that it missed prove nothing. A process that has ended is dead even if another runs under its id.
   */
  #nodeDied(nodeId: string, incarnation: string): void {
    const node = this.#world.nodes.get(nodeId);
    if (node?.incarnation === incarnation && this.#world.isLeftAlone(node, UNHARMED_MS))
      this.#fail('no-false-death', `${nodeId} is taken for dead, and nothing has happened to it`);
  }

  /** Checks after healing that every node is in the fleet and believed, and that its list equals its sessions. */
  atEnd(centre: Centre, charges: ChargeRules): void {
    for (const node of this.#world.nodes.values()) {
      const { nodeId } = node.spec;
      if (this.#commands.isShutOut(centre, nodeId)) continue;
      const record = centre.fleet.get(nodeId);
      if (record?.liveness !== 'alive' || !record.isLinked)
        this.#fail('fleet-converges', `${nodeId} is ${record?.liveness}`);
      if (record?.distrust !== undefined) this.#fail('suspects-recover', `${nodeId}: ${record.distrust}`);
      const quietMs = this.#world.clock.nowMs() - node.held.changedAtMs;
      if (quietMs < REPORTED_MS || record === undefined) continue;
      if (record.listed.count !== node.homes)
        this.#fail('books-are-truth', `${nodeId} is home to ${node.homes}, the centre lists ${record.listed.count}`);
      // While a second home has not ended, no list proves that a session is absent (`provesAbsence`), since no list
      // contains second homes.
      if (node.sessionCount === node.homes) charges.atEnd(centre, node, quietMs);
    }
  }

  /** Compares every room of the node, unless neither list nor node changed since the last comparison. */
  #rooms(centre: Centre, node: MediaNode, record: NodeRecord): void {
    const nowMs = this.#world.clock.nowMs();
    const compared = this.#compared.get(node);
    if (compared?.listVersion === record.listVersion && compared.changedAtMs === node.held.changedAtMs) return;
    for (const [roomKey, room] of node.held.rooms) {
      const obeyed = this.#owners.obeyedBy(node, roomKey);
      if (obeyed === undefined || nowMs - obeyed.atMs < REPORTED_MS) continue;
      const knownEpoch = centre.leases.highest(roomKey);
      if (knownEpoch < obeyed.epoch)
        this.#fail(
          'next-epoch-above',
          `${node.spec.nodeId} obeys epoch ${obeyed.epoch} of ${roomKey}, the centre knows ${knownEpoch}`,
        );
      const listed = record.rooms.get(roomKey)?.sessionIds ?? [];
      for (const [sessionId, { sinceMs, state }] of room.sessions) {
        if (state === 'home' && nowMs - sinceMs >= REPORTED_MS && !listed.includes(sessionId))
          this.#fail('no-live-session-reaped', `${sessionId} at ${node.spec.nodeId} is not on the centre's list`);
      }
    }
    // After a recent change, the comparison above has skipped rooms and must be repeated.
    const isAll = nowMs - Math.max(node.held.changedAtMs, node.held.obeyedAtMs) >= REPORTED_MS;
    if (isAll) this.#compared.set(node, { listVersion: record.listVersion, changedAtMs: node.held.changedAtMs });
  }
}
