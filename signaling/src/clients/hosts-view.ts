// What hosts of a room are shown besides the roster, as its owner said it last to this signaling node, which has hosts
// of the room: the clients that wait, or the hands of the crowd.

export interface HostsViewOptions<View> {
  /** When there is nothing to be seen. */
  readonly empty: View;
  isEmpty(view: View): boolean;
  show(view: View): void;
}

export class HostsView<View> {
  readonly #o: HostsViewOptions<View>;
  #epoch = 0;
  #last: View | undefined;

  constructor(o: HostsViewOptions<View>) {
    this.#o = o;
  }

  /** Undefined: the owner has said nothing, or that there is nothing to be seen. */
  get last(): View | undefined {
    return this.#last;
  }

  /** An owner's word; that of an earlier owner does not count. */
  take(epoch: number, view: View): void {
    if (epoch < this.#epoch) return;
    this.#epoch = epoch;
    const isEmpty = this.#o.isEmpty(view);
    if (isEmpty && this.#last === undefined) return;
    this.#last = isEmpty ? undefined : view;
    this.#o.show(view);
  }

  /** A new owner hears from the clients; what the one before said is forgotten. */
  ownerIs(epoch: number): void {
    if (epoch > this.#epoch) this.take(epoch, this.#o.empty);
  }
}
