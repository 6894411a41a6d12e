// Finds the owner of a room while the centre is away. The other instances of the last plan are asked; only when none
// knows an owner does this instance take the room, provisionally. Among instances that ask each other at the same
// moment the lowest id wins. A split network may still lead to two provisional owners, which the centre resolves on its
// return (owner/owned-rooms.ts).
import type { Lease } from '../ports.ts';

export interface KnownOwner {
  readonly ownerId: string;
  readonly epoch: number;
  readonly provisional: boolean;
  /** The instance is about to take the room, unless one with a lower id wants it at the same moment. */
  readonly claiming: boolean;
}

interface Claim {
  readonly lease: Promise<Lease>;
  /** Lowest id of the instances that want to take the room at the same time. */
  rivalId: string | undefined;
}

export interface OwnerSearchOptions {
  selfId: string;
  /** Returns the answers of other instances that arrive in time. Never fails. */
  ask(roomKey: string, claiming: boolean): Promise<readonly KnownOwner[]>;
}

/** Epoch of a room that is taken without the centre. The centre's epochs begin here too, so later ones are higher. */
const PROVISIONAL_EPOCH = 1;

export class OwnerSearch {
  readonly #o: OwnerSearchOptions;
  readonly #claims = new Map<string, Claim>();

  constructor(o: OwnerSearchOptions) {
    this.#o = o;
  }

  /** Returns the owner of a higher epoch than given that another instance knows, or that a running search finds. */
  async find(roomKey: string, aboveEpoch: number): Promise<Lease | undefined> {
    const claim = await this.#claims.get(roomKey)?.lease;
    if (claim !== undefined && claim.epoch > aboveEpoch) return claim;
    const known = preferredOwner(await this.#o.ask(roomKey, false), aboveEpoch);
    return known && leaseOf(roomKey, known);
  }

  /** Returns the owner that another instance knows, else this one. Concurrent joins of a room share a search. */
  claim(roomKey: string): Promise<Lease> {
    const runningClaim = this.#claims.get(roomKey);
    if (runningClaim !== undefined) return runningClaim.lease;
    const claim: Claim = {
      rivalId: undefined,
      lease: this.#o
        .ask(roomKey, true)
        .then((answers) => {
          const known = preferredOwner(
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

  /** Answers another instance: names this one if it is about to take the room and precedes the asker. */
  precedingClaim(roomKey: string, askerId: string, claiming: boolean): KnownOwner | undefined {
    const claim = this.#claims.get(roomKey);
    if (claim === undefined) return undefined;
    if (!claiming || this.#o.selfId < askerId) return claimOf(this.#o.selfId);
    if (claim.rivalId === undefined || askerId < claim.rivalId) claim.rivalId = askerId;
    return undefined;
  }
}

/** Returns the owner that all choose: highest epoch, then real before provisional, then lowest id. */
function preferredOwner(answers: readonly KnownOwner[], aboveEpoch: number): KnownOwner | undefined {
  return answers
    .filter((answer) => answer.ownerId !== '' && Number.isSafeInteger(answer.epoch) && answer.epoch > aboveEpoch)
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
