// The clients that wait in front of a room, as its owner said last to this signaling node, which has hosts of the room.
import type { wire } from '@meridian/protocol';

export class LobbyView {
  readonly #show: (lobby: wire.Lobby.$Properties) => void;
  #epoch = 0;
  #last: wire.Lobby.$Properties | undefined;

  constructor(show: (lobby: wire.Lobby.$Properties) => void) {
    this.#show = show;
  }

  /** Undefined: the owner has said nothing, or that no client waits. */
  get last(): wire.Lobby.$Properties | undefined {
    return this.#last;
  }

  /** An owner's word; that of an earlier owner does not count. */
  take(epoch: number, lobby: wire.Lobby.$Properties): void {
    if (epoch < this.#epoch) return;
    this.#epoch = epoch;
    const isEmpty = (lobby.waiters ?? []).length === 0;
    if (isEmpty && this.#last === undefined) return;
    this.#last = isEmpty ? undefined : lobby;
    this.#show(lobby);
  }

  /** A new owner hears from the waiting clients; what the one before said is forgotten. */
  ownerIs(epoch: number): void {
    if (epoch > this.#epoch) this.take(epoch, {});
  }
}
