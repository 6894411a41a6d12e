// The owner of a room while the centre is away. The other instances of the last plan are asked; only when none of them
// knows an owner does this one take the room, provisionally. Of several that ask each other at the same moment the one
// with the lowest id takes it. What a cut network lets happen all the same, two provisional owners, is settled by the
// centre when it is back (owner/owned-rooms.ts).
import type { Lease } from '../ports.ts';

export interface KnownOwner {
  readonly ownerId: string;
  readonly epoch: number;
  readonly provisional: boolean;
  /** About to take the room, unless an instance of a lower id wants it at the same moment. */
  readonly claiming: boolean;
}

interface Claim {
  readonly lease: Promise<Lease>;
  /** The lowest id of the instances that want to take the room at the same time. */
  rivalId: string | undefined;
}

export interface OwnerSearchOptions {
  selfId: string;
  /** The other instances' answers, as many as come in time. Never fails. */
  ask(roomKey: string, claiming: boolean): Promise<readonly KnownOwner[]>;
}

/** The epoch of a room that is taken without the centre: real ones begin here too, so the centre grants above it. */
const PROVISIONAL_EPOCH = 1;

export class OwnerSearch {
  readonly #o: OwnerSearchOptions;
  readonly #claims = new Map<string, Claim>();

  constructor(o: OwnerSearchOptions) {
    this.#o = o;
  }

  /** The owner that another instance knows of under an epoch above `above`, or that this one is about to find. */
  async find(roomKey: string, above: number): Promise<Lease | undefined> {
    const claim = await this.#claims.get(roomKey)?.lease;
    if (claim !== undefined && claim.epoch > above) return claim;
    const known = newest(await this.#o.ask(roomKey, false), above);
    return known && leaseOf(roomKey, known);
  }

  /** The owner that another instance knows of, else this one. Joins of one room search once. */
  claim(roomKey: string): Promise<Lease> {
    const begun = this.#claims.get(roomKey);
    if (begun !== undefined) return begun.lease;
    const claim: Claim = {
      rivalId: undefined,
      lease: this.#o
        .ask(roomKey, true)
        .then((answers) => {
          const known = newest(
            answers.filter((answer) => !answer.claiming),
            0,
          );
          if (known !== undefined) return leaseOf(roomKey, known);
          const claiming = answers.filter((answer) => answer.claiming).map((answer) => answer.ownerId);
          const ownerId = [...claiming, claim.rivalId ?? this.#o.selfId, this.#o.selfId].sort()[0] ?? this.#o.selfId;
          return { ...leaseOf(roomKey, claimOf(ownerId)), created: ownerId === this.#o.selfId };
        })
        .finally(() => this.#claims.delete(roomKey)),
    };
    this.#claims.set(roomKey, claim);
    return claim.lease;
  }

  /** For another instance that asks: this one, when it is about to take the room and goes before the asker. */
  claimedBefore(roomKey: string, askerId: string, claiming: boolean): KnownOwner | undefined {
    const claim = this.#claims.get(roomKey);
    if (claim === undefined) return undefined;
    if (!claiming || this.#o.selfId < askerId) return claimOf(this.#o.selfId);
    if (claim.rivalId === undefined || askerId < claim.rivalId) claim.rivalId = askerId;
    return undefined;
  }
}

/**
 * The newest; of one epoch a real owner before a provisional one, then the lowest id, so that all that ask choose the
 * same.
 */
function newest(answers: readonly KnownOwner[], above: number): KnownOwner | undefined {
  return answers
    .filter((answer) => answer.ownerId !== '' && Number.isSafeInteger(answer.epoch) && answer.epoch > above)
    .sort(
      (a, b) => b.epoch - a.epoch || Number(a.provisional) - Number(b.provisional) || (a.ownerId < b.ownerId ? -1 : 1),
    )[0];
}

const claimOf = (ownerId: string): KnownOwner => ({
  ownerId,
  epoch: PROVISIONAL_EPOCH,
  provisional: true,
  claiming: true,
});

const leaseOf = (roomKey: string, { ownerId, epoch, provisional }: KnownOwner): Lease => ({
  roomKey,
  ownerId,
  epoch,
  nodeIds: [],
  created: false,
  provisional,
});
