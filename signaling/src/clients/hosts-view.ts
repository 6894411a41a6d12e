// View for the hosts of a room at this node, as the owner last sent it: the waiting clients, or the hands of the crowd.

export interface HostsViewOptions<View> {
  /** View without entries. */
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

  /** Last view; undefined if the owner has sent none, or an empty one. */
  get last(): View | undefined {
    return this.#last;
  }

  /** Takes the view that an owner has sent; ignores a view of an earlier owner. */
  take(epoch: number, view: View): void {
    if (epoch < this.#epoch) return;
    this.#epoch = epoch;
    const isEmpty = this.#o.isEmpty(view);
    if (isEmpty && this.#last === undefined) return;
    this.#last = isEmpty ? undefined : view;
    this.#o.show(view);
  }

  /** Clears the view for a new owner, which learns its content from the clients. */
  onNewOwner(epoch: number): void {
    if (epoch > this.#epoch) this.take(epoch, this.#o.empty);
  }
}
