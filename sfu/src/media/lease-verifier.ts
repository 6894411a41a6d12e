// Whose a room is, as the centre says it. A signaling node may speak of an owner that this node has never heard of: it
// is then believed only when the centre says the same, so that one stolen certificate of a signaling node moves no room
// to itself and makes no epoch higher. The centre tells a node of a room before it tells the signaling node
// (`note.leases`); what did not come in time is asked for. Without the centre, and for rooms that the centre does not
// know, a signaling node is believed as far as `limits.epochJumpMax` above what was obeyed or the centre's last term
// begins with: a running call needs no centre.
import { limits, MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { judgeWord, type RoomLeaseSeen } from '../core/index.ts';
import type { RoomRef } from './shapes.ts';

/** Rooms whose lease is kept as the centre said it; beyond, the oldest is forgotten and asked for again. */
const leasesMax = limits.roomsPerNodeMax;
/** Questions on their way. Beyond, a signaling node is refused with RATE_LIMITED. */
const askingMax = 1024;

export interface LeaseVerifierPorts {
  readonly log: Logger;
  /** The highest lease of the room that this node has obeyed. */
  leaseOf(roomKey: string): RoomLeaseSeen | undefined;
  /** The centre's answer, epoch 0 when it does not know the room; undefined: it is away. Never rejects. */
  ask(roomKey: string): Promise<RoomLeaseSeen | undefined>;
  /** Rooms that are new begin above this, by the term of the centre that was obeyed last. */
  floor(): number;
}

export class LeaseVerifier {
  readonly #ports: LeaseVerifierPorts;
  readonly #leases = new Map<string, RoomLeaseSeen>();
  readonly #asking = new Map<string, Promise<RoomLeaseSeen | undefined>>();

  constructor(ports: LeaseVerifierPorts) {
    this.#ports = ports;
  }

  /** From the centre, in the order of its decisions. */
  learn({ roomKey, ownerId, epoch }: RoomRef): void {
    this.#leases.delete(roomKey);
    if (epoch < 1) return;
    this.#leases.set(roomKey, { ownerId, epoch });
    for (const oldest of this.#leases.keys()) {
      if (this.#leases.size <= leasesMax) break;
      this.#leases.delete(oldest);
    }
  }

  /** The link to the centre is gone: what it said may not be true any more. */
  forget(): void {
    this.#leases.clear();
  }

  /**
   * Resolves when the claimed lease is one this node knows, or one the centre bears out; rejects with EPOCH_STALE,
   * RATE_LIMITED. Whether to obey it is judged afterwards.
   */
  async check(claimed: RoomRef): Promise<void> {
    const seen = this.#ports.leaseOf(claimed.roomKey);
    // What is malformed, known or older needs no word: it is judged by what was seen.
    if (!Number.isSafeInteger(claimed.epoch) || claimed.epoch <= (seen?.epoch ?? 0)) return;
    if (judgeWord(this.#leases.get(claimed.roomKey), claimed) === 'holds') return;
    const isShared = this.#asking.has(claimed.roomKey);
    let word = await this.#ask(claimed.roomKey);
    // The question was on its way already for another caller: what is claimed here may have been granted since.
    if (isShared && judgeWord(word, claimed) === 'ahead') word = await this.#ask(claimed.roomKey);
    if (judgeWord(word, claimed) === 'holds') return;
    if (word !== undefined && word.epoch > 0) {
      const says = `the centre says ${word.ownerId === '' ? 'no owner' : word.ownerId} under epoch ${word.epoch}`;
      this.#ports.log.warn({ ...claimed, says }, 'a claimed room lease was refused: another one is in force');
      throw new MeridianError('EPOCH_STALE', says);
    }
    if (claimed.epoch > Math.max(seen?.epoch ?? 0, this.#ports.floor()) + limits.epochJumpMax)
      throw new MeridianError('EPOCH_STALE', 'the epoch is too far above the last known one');
  }

  async #ask(roomKey: string): Promise<RoomLeaseSeen | undefined> {
    const asked = this.#asking.get(roomKey);
    if (asked !== undefined) return asked;
    if (this.#asking.size >= askingMax) throw new MeridianError('RATE_LIMITED');
    const asking = this.#ports.ask(roomKey).then((word) => {
      this.#asking.delete(roomKey);
      if (word !== undefined) this.learn({ roomKey, ...word });
      return word;
    });
    this.#asking.set(roomKey, asking);
    return asking;
  }
}
