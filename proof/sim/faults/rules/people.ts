// Checks that every person who wants a session has one in the end, and that the person's node holds it.
import type { Person } from '../people.ts';
import type { Process } from '../process.ts';
import { type Fail, type JudgedWorld, UNHARMED_MS } from './judged-world.ts';

export class PeopleRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;

  constructor(world: JudgedWorld, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  /**
   * Fails if a person must rejoin although the media node serves and the signaling node reaches it. Late or lost
   * reports, suspicion, and the end of the centre or of a signaling node must not disturb people.
   */
  rejoins({ index, nodeId, nodeIncarnation }: Person, signalingProcess: Process, reason: string): void {
    const node = this.#world.nodes.get(nodeId);
    if (node === undefined || node.incarnation !== nodeIncarnation) return;
    if (this.#world.isServing(node, signalingProcess, UNHARMED_MS))
      this.#fail('healthy-stay', `person ${index} at ${nodeId} must rejoin through ${signalingProcess.id}: ${reason}`);
  }

  atEnd(): void {
    const nowMs = this.#world.clock.nowMs();
    for (const person of this.#world.people) {
      if (!person.wantsSession) continue;
      const { index, roomKey, sessionId, nodeId, waitingSinceMs = nowMs } = person;
      if (!person.isSeated) {
        if (nowMs - waitingSinceMs > this.#world.size.seatedWithinMs)
          this.#fail('everybody-is-placed', `person ${index} waits for ${roomKey} since ${waitingSinceMs}`);
        continue;
      }
      if (this.#world.nodes.get(nodeId)?.holdsSession(roomKey, sessionId) !== true)
        this.#fail('no-live-session-reaped', `${sessionId} of person ${index} is gone from ${nodeId}`);
    }
  }
}
