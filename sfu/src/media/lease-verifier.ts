// Checks owners of rooms with the centre. A signaling node may name an owner that this node does not know. Such a claim
// is accepted only when the centre confirms it, so that one stolen certificate of a signaling node can neither take
// over rooms nor raise epochs. The centre sends a room's lease to media nodes (`note.leases`) before the signaling node
// gets it; if the note is late, this node asks. A running call needs no centre: without the centre, and for rooms that
// the centre does not know, a claim is accepted if its epoch is at most `limits.epochJumpMax` above the accepted epoch,
// or above the first epoch of the centre's last term if that is higher.
import { limits, MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { compareWithCentre, type SeenLease } from '../core/index.ts';
import type { RoomRef } from './shapes.ts';

/** Limit on the rooms whose lease from the centre is stored; the oldest is forgotten and later fetched again. */
const leasesMax = limits.roomsPerNodeMax;
/** Limit on unanswered requests to the centre; a claim that would need another one is refused with RATE_LIMITED. */
const requestsMax = 1024;

export interface LeaseVerifierPorts {
  readonly log: Logger;
  leaseOf(roomKey: string): SeenLease | undefined;
  /** Returns epoch 0 when the centre does not know the room, undefined while the centre is away. Never rejects. */
  ask(roomKey: string): Promise<SeenLease | undefined>;
  /** Returns the epoch above which the centre's last accepted term starts new rooms (`roomEpochFloor`). */
  floor(): number;
}

export class LeaseVerifier {
  readonly #ports: LeaseVerifierPorts;
  readonly #leases = new Map<string, SeenLease>();
  readonly #requests = new Map<string, Promise<SeenLease | undefined>>();

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
    let word = await this.#askCentre(claimed.roomKey);
    // An earlier caller's request was already under way; the centre may have granted the claimed lease since.
    if (isShared && compareWithCentre(word, claimed) === 'ahead') word = await this.#askCentre(claimed.roomKey);
    if (compareWithCentre(word, claimed) === 'holds') return;
    if (word !== undefined && word.epoch > 0) {
      const says = `the centre says ${word.ownerId === '' ? 'no owner' : word.ownerId} under epoch ${word.epoch}`;
      this.#ports.log.warn({ ...claimed, says }, 'a claimed room lease was refused: another one is in force');
      throw new MeridianError('EPOCH_STALE', says);
    }
    if (claimed.epoch > Math.max(seen?.epoch ?? 0, this.#ports.floor()) + limits.epochJumpMax)
      throw new MeridianError('EPOCH_STALE', 'the epoch is too far above the last known one');
  }

  async #askCentre(roomKey: string): Promise<SeenLease | undefined> {
    const asked = this.#requests.get(roomKey);
    if (asked !== undefined) return asked;
    if (this.#requests.size >= requestsMax) throw new MeridianError('RATE_LIMITED');
    const asking = this.#ports.ask(roomKey).then((word) => {
      this.#requests.delete(roomKey);
      if (word !== undefined) this.learn({ roomKey, ...word });
      return word;
    });
    this.#requests.set(roomKey, asking);
    return asking;
  }
}
