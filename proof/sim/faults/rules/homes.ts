// Where sessions live while people are moved: the home that a person is moved to is there, what is left behind ends,
// and every move ends.
import { limits } from '@meridian/protocol';
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import { ANSWER_MS, SHOWN_MS } from '../../../../scheduler/src/moving/moves.ts';
import { bounds } from '../../../../signaling/src/limits.ts';
import type { MediaNode } from '../media-node.ts';
import type { Held } from '../node-rooms.ts';
import type { Person } from '../people.ts';
import { type Fail, type JudgedWorld, UNHARMED_MS, WHOLE_MS } from './judged.ts';

/** An order's answer, the node's word, and the tick that sees it. */
const MOVE_MS_MAX = ANSWER_MS + SHOWN_MS + 2000;
/**
 * A signaling node that lives names its sessions this often; one that it has not named for a lease is gone. A link that
 * flaps gives the orphan's time on top.
 */
const STRAY_MS_MAX = limits.sessionLeaseMs + limits.orphanSessionMs + 2 * limits.sessionRenewMs;

/** The node's answer on its way to the signaling node. */
const HEARD_MS = 2000;

/** The word of the signaling node, the last departure, and two scans. */
const LET_GO_MS_MAX = bounds.moveLetGoMs + 2 * WHOLE_MS;
/** A move, and what comes after one that failed. */
const TARGET_MS_MAX = bounds.moveMs + LET_GO_MS_MAX;

export class HomeRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;
  #straySinceMs: ReadonlyMap<Held, number> = new Map();

  constructor(world: JudgedWorld, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  /**
   * A signaling node has moved a person to this node: the session can be found there, unless the node has
   * died since. Another process under its id, begun before the signaling node heard of the move, knows nothing of it.
   */
  moved({ sessionId, roomKey, nodeId }: Person): void {
    const node = this.#world.nodes.get(nodeId);
    if (node?.process.isAlive !== true || !this.#world.isLeftAlone(node, HEARD_MS)) return;
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
   * Stray homes: their person has left, has come anew, or lives elsewhere. Each ends in its time where nothing goes on
   * failing. Looked for whether there is a centre or not: ends need none.
   */
  scanHomes(): void {
    const nowMs = this.#world.clock.nowMs();
    const before = this.#straySinceMs;
    const strays = new Map<Held, number>();
    const seats = new Map<string, string>();
    for (const { wants, isSeated, sessionId, nodeId } of this.#world.people)
      if (wants && isSeated) seats.set(sessionId, nodeId);
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

  #stray(node: MediaNode, sessionId: string, held: Held, forMs: number): void {
    const isLate = this.#isPrompt(node, held, forMs)
      ? forMs > (this.#isTarget(node, sessionId, held) ? TARGET_MS_MAX : LET_GO_MS_MAX)
      : forMs > STRAY_MS_MAX && this.#world.isUnharmed(node, STRAY_MS_MAX);
    if (isLate)
      this.#fail(
        'second-homes-end',
        `${sessionId} is ${held.state} at ${node.spec.nodeId} for ${forMs} ms, and belongs to no person`,
      );
  }

  /**
   * Its signaling node can end it at once: both live, and nothing came between them since before it was stray. Not so
   * an orphan's: its process is gone, and a person that leaves before another process adopts it leaves it to its wait.
   */
  #isPrompt(node: MediaNode, { signalingId, orphanedAtMs }: Held, forMs: number): boolean {
    if (orphanedAtMs !== undefined) return false;
    const through = this.#world.signalingNodes.get(signalingId)?.process;
    const sinceMs = forMs + UNHARMED_MS;
    if (through === undefined || !this.#world.isWhole(through, sinceMs)) return false;
    return this.#world.isLeftAlone(node, sinceMs) && this.#world.isServing(node, through, sinceMs);
  }

  #isTarget({ spec }: MediaNode, sessionId: string, { signalingId }: Held): boolean {
    return this.#world.signalingNodes.get(signalingId)?.moves.targetOf(sessionId) === spec.nodeId;
  }
}
