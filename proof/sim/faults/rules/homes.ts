// Checks the homes of sessions while people are moved: the new home exists, the old one ends, and every move ends.
import { limits } from '@meridian/protocol';
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import { ANSWER_MS, SHOWN_MS } from '../../../../scheduler/src/moving/moves.ts';
import { bounds } from '../../../../signaling/src/limits.ts';
import type { MediaNode } from '../media-node.ts';
import type { HeldSession } from '../node-rooms.ts';
import type { Person } from '../people.ts';
import { type Fail, INDICES_EVERY_MS, type JudgedWorld, UNHARMED_MS } from './judged-world.ts';

/** Time limit of a move: for the answer to the order, the node's report, and the tick that handles it. */
const MOVE_MS_MAX = ANSWER_MS + SHOWN_MS + 2000;
/**
 * Time limit of a home that no person uses. Signaling nodes name their sessions periodically, and a session that is not
 * named for its lease ends. A link that breaks meanwhile adds the time of an orphan.
 */
const STRAY_MS_MAX = limits.sessionLeaseMs + limits.orphanSessionMs + 2 * limits.sessionRenewMs;

/** Time in which the node's answer reaches the signaling node. */
const ANSWERED_MS = 2000;

/** Time limit for the end of an old home: for the signaling node's message, the departure, and two scans. */
const LET_GO_MS_MAX = bounds.moveLetGoMs + 2 * INDICES_EVERY_MS;
/** Time limit of a home at a move's target: for the move, and for the cleanup if it fails. */
const TARGET_MS_MAX = bounds.moveMs + LET_GO_MS_MAX;

export class HomeRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;
  #straySinceMs: ReadonlyMap<HeldSession, number> = new Map();

  constructor(world: JudgedWorld, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  /**
   * Checks that the target of a move is the session's home, unless the node has died since or was disturbed: a new
   * process under its id, started before the signaling node got the answer, does not know the session.
   */
  moved({ sessionId, roomKey, nodeId }: Person): void {
    const node = this.#world.nodes.get(nodeId);
    if (node?.process.isAlive !== true || !this.#world.isLeftAlone(node, ANSWERED_MS)) return;
    if (!node.isHomeOf(roomKey, sessionId))
      this.#fail('moved-to-a-home', `${sessionId} was moved to ${nodeId}, which is not its home`);
  }

  scan(moves: Centre['moves'], centreNowMs: number): void {
    try {
      moves.queue.validate();
    } catch (error) {
      this.#fail('moves-are-whole', String(error));
    }
    for (const { move, startedAtMs } of moves.queue.running.values()) {
      const forMs = centreNowMs - startedAtMs;
      if (forMs > MOVE_MS_MAX)
        this.#fail('moves-end', `the move of ${move.sessionId} runs for ${Math.round(forMs)} ms`);
    }
  }

  /**
   * Finds stray homes, whose person has left, has rejoined, or has a home elsewhere. Each must end in time unless a
   * fault goes on. No centre is needed, since homes end without it.
   */
  scanHomes(): void {
    const nowMs = this.#world.clock.nowMs();
    const before = this.#straySinceMs;
    const strays = new Map<HeldSession, number>();
    const seats = new Map<string, string>();
    for (const { wantsSession, isSeated, sessionId, nodeId } of this.#world.people)
      if (wantsSession && isSeated) seats.set(sessionId, nodeId);
    for (const node of this.#world.nodes.values()) {
      if (!node.process.isAlive) continue;
      for (const { sessions } of node.held.rooms.values()) {
        for (const [sessionId, held] of sessions) {
          if (seats.get(sessionId) === node.spec.nodeId) continue;
          const sinceMs = before.get(held) ?? nowMs;
          strays.set(held, sinceMs);
          this.#stray(node, sessionId, held, nowMs - sinceMs);
        }
      }
    }
    this.#straySinceMs = strays;
  }

  #stray(node: MediaNode, sessionId: string, held: HeldSession, heldForMs: number): void {
    const isLate = this.#isPrompt(node, held, heldForMs)
      ? heldForMs > (this.#isTarget(node, sessionId, held) ? TARGET_MS_MAX : LET_GO_MS_MAX)
      : heldForMs > STRAY_MS_MAX && this.#world.isUnharmed(node, STRAY_MS_MAX);
    if (isLate)
      this.#fail(
        'second-homes-end',
        `${sessionId} is ${held.state} at ${node.spec.nodeId} for ${heldForMs} ms, and belongs to no person`,
      );
  }

  /**
   * Returns whether the signaling node can end a home at once: both run, and no fault has disturbed them since before
   * the home was stray. The signaling process of an orphan is gone; if its person leaves before another process adopts
   * it, the home ends only by its own time limit.
   */
  #isPrompt(node: MediaNode, { signalingId, orphanedAtMs }: HeldSession, heldForMs: number): boolean {
    if (orphanedAtMs !== undefined) return false;
    const signalingProcess = this.#world.signalingNodes.get(signalingId)?.process;
    const sinceMs = heldForMs + UNHARMED_MS;
    if (signalingProcess === undefined || !this.#world.isWhole(signalingProcess, sinceMs)) return false;
    return this.#world.isLeftAlone(node, sinceMs) && this.#world.isServing(node, signalingProcess, sinceMs);
  }

  #isTarget({ spec }: MediaNode, sessionId: string, { signalingId }: HeldSession): boolean {
    return this.#world.signalingNodes.get(signalingId)?.moves.targetOf(sessionId) === spec.nodeId;
  }
}
