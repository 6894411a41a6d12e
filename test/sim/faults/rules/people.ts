// People: everybody who wants a seat has one in the end, and the node where somebody sits knows them.
import type { Fail, JudgedWorld } from './judged.ts';

export class PeopleRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;

  constructor(world: JudgedWorld, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  /** After healing. */
  atEnd(): void {
    const nowMs = this.#world.clock.nowMs();
    for (const person of this.#world.people) {
      if (!person.wants) continue;
      const { index, roomKey, sessionId, nodeId, waitingSinceMs = nowMs } = person;
      if (!person.isSeated) {
        if (nowMs - waitingSinceMs > this.#world.size.seatedWithinMs)
          this.#fail('everybody-is-placed', `person ${index} waits for ${roomKey} since ${waitingSinceMs}`);
        continue;
      }
      if (this.#world.nodes.get(nodeId)?.holds(roomKey, sessionId) !== true)
        this.#fail('no-live-session-reaped', `${sessionId} of person ${index} is gone from ${nodeId}`);
    }
  }
}
