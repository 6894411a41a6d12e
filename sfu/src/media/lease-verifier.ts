// Checks owners of rooms with the centre. A signaling node may name an owner that this node does not know. Such a claim
// is accepted only when the centre confirms it, so that one stolen certificate of a signaling node can neither take
// over rooms nor raise epochs. The centre sends a room's lease to media nodes (`note.leases`) before the signaling node
// gets it; if the note is late, this node asks. A running call needs no centre: without the centre, and for rooms that
// the centre does not know, a claim is accepted if its epoch is at most `limits.epochJumpMax` above the accepted epoch,
// or above the first epoch of the centre's last term if that is higher.
import { limits, MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { compareWithCentre, type OwnerLease } from '../core/index.ts';
import type { RoomRef } from './shapes.ts';

/** Limit on the rooms whose lease from the centre is stored; the oldest is forgotten and later fetched again. */
const leasesMax = limits.roomsPerNodeMax;
/** Limit on unanswered requests to the centre; a claim that would need another one is refused with RATE_LIMITED. */
const requestsMax = 1024;

export interface LeaseVerifierPorts {
  readonly log: Logger;
  leaseOf(roomKey: string): OwnerLease | undefined;
  /** Returns epoch 0 when the centre does not know the room, undefined while the centre is away. Never rejects. */
  ask(roomKey: string): Promise<OwnerLease | undefined>;
  /** Returns the epoch above which the centre's last accepted term starts new rooms (`roomEpochFloor`). */
  epochFloor(): number;
}

export class LeaseVerifier {
  readonly #ports: LeaseVerifierPorts;
  readonly #leases = new Map<string, OwnerLease>();
  readonly #requests = new Map<string, Promise<OwnerLease | undefined>>();

  constructor(ports: LeaseVerifierPorts) {
    this.#ports = ports;
  }

  /** Records a lease from the centre. Leases arrive in the order in which the centre decided them. */
  learn({ roomKey, ownerId, epoch }: RoomRef): void {
    this.#leases.delete(roomKey);
    if (epoch < 1) return;
    this.#leases.set(roomKey, { ownerId, epoch });
    for (const oldest of this.#leases.keys()) {
      if (this.#leases.size <= leasesMax) break;
      this.#leases.delete(oldest);
    }
  }

  forget(): void {
    this.#leases.clear();
  }

  /**
   * Checks a claimed lease that is newer than the lease seen. Rejects with EPOCH_STALE or RATE_LIMITED. Afterwards the
   * caller judges the claim by the lease seen (`judgeLease`).
   */
  async check(claimed: RoomRef): Promise<void> {
    const seen = this.#ports.leaseOf(claimed.roomKey);
    // `judgeLease` decides about a malformed, known or older lease without the centre.
    if (!Number.isSafeInteger(claimed.epoch) || claimed.epoch <= (seen?.epoch ?? 0)) return;
    if (compareWithCentre(this.#leases.get(claimed.roomKey), claimed) === 'holds') return;
    const isShared = this.#requests.has(claimed.roomKey);
    let centreLease = await this.#askCentre(claimed.roomKey);
    // An earlier caller's request was already under way; the centre may have granted the claimed lease since.
    if (isShared && compareWithCentre(centreLease, claimed) === 'ahead')
      centreLease = await this.#askCentre(claimed.roomKey);
    if (compareWithCentre(centreLease, claimed) === 'holds') return;
    if (centreLease !== undefined && centreLease.epoch > 0) {
      const says = `the centre says ${centreLease.ownerId === '' ? 'no owner' : centreLease.ownerId} under epoch ${centreLease.epoch}`;
      this.#ports.log.warn({ ...claimed, says }, 'a claimed room lease was refused: another one is in force');
      throw new MeridianError('EPOCH_STALE', says);
    }
    if (claimed.epoch > Math.max(seen?.epoch ?? 0, this.#ports.epochFloor()) + limits.epochJumpMax)
      throw new MeridianError('EPOCH_STALE', 'the epoch is too far above the last known one');
  }

  async #askCentre(roomKey: string): Promise<OwnerLease | undefined> {
    const pending = this.#requests.get(roomKey);
    if (pending !== undefined) return pending;
    if (this.#requests.size >= requestsMax) throw new MeridianError('RATE_LIMITED');
    const request = this.#ports.ask(roomKey).then((centreLease) => {
      this.#requests.delete(roomKey);
      if (centreLease !== undefined) this.learn({ roomKey, ...centreLease });
      return centreLease;
    });
    this.#requests.set(roomKey, request);
    return request;
  }
}
