// Checks which signaling node owns a room: under each epoch only one, for every node and in the centre's leases, and
// with rising epochs. Each change is checked when it happens.
import { limits } from '@meridian/protocol';
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import type { Lease } from '../../../../scheduler/src/owning/core/leases.ts';
import type { OwnerLease } from '../../../../sfu/src/core/index.ts';
import type { MediaNode } from '../media-node.ts';
import type { Fail, JudgedWorld } from './judged-world.ts';

const REMEMBERED_MS = limits.grantLifetimeMs + limits.grantClockSkewMs;

/** `againAtMs`: time at which the epoch was last obeyed. */
interface Obeyed {
  readonly epoch: number;
  readonly atMs: number;
  readonly againAtMs: number;
}

export class OwnerRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;
  readonly #owners = new Map<string, string>(); // obeyed owner by room/epoch
  readonly #obeyed = new Map<string, Map<string, Obeyed>>();
  #granted = new Map<string, { epoch: number; ownerId: string }>();

  constructor(world: JudgedWorld, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  /** Watches a new process of the centre, to check every change of its leases at once. */
  watch(centre: Centre): void {
    this.#granted = new Map();
    const { leases, ownership } = centre;
    const renewAll = ownership.renewAll.bind(ownership);
    ownership.renewAll = (requests, ownerId) => {
      const answer = renewAll(requests, ownerId);
      for (const { lease } of answer.leases) this.#renewed(centre, requests, ownerId, lease.roomKey);
      return answer;
    };
    const acquire = leases.acquire.bind(leases);
    leases.acquire = (...args) => {
      const answer = acquire(...args);
      this.#changed(answer.lease);
      return answer;
    };
    const renew = leases.renew.bind(leases);
    leases.renew = (...args) => {
      const answer = renew(...args);
      for (const lease of answer.kept) this.#changed(lease);
      return answer;
    };
    const claim = leases.claim.bind(leases);
    leases.claim = (o, nowMs) => {
      const answer = claim(o, nowMs);
      this.#changed(leases.get(o.roomKey));
      return answer;
    };
  }

  /** Returns the epoch of a room that the node obeys, and since when; undefined if it obeys none. */
  obeyedBy({ incarnation }: MediaNode, roomKey: string): { epoch: number; atMs: number } | undefined {
    return this.#obeyed.get(incarnation)?.get(roomKey);
  }

  obeyed(node: MediaNode, roomKey: string, { ownerId, epoch }: OwnerLease): void {
    const key = `${roomKey} ${epoch}`;
    const { nodeId } = node.spec;
    this.#world.note(() => `${nodeId} obeys ${ownerId} in ${roomKey} under ${epoch}`);
    const before = this.#owners.get(key);
    if (before !== undefined && before !== ownerId)
      this.#fail(
        'one-owner-per-epoch',
        `${roomKey} epoch ${epoch}: ${nodeId} obeys ${ownerId}, another obeyed ${before}`,
      );
    this.#owners.set(key, ownerId);
    const ofNode = this.#obeyed.get(node.incarnation) ?? new Map<string, Obeyed>();
    this.#obeyed.set(node.incarnation, ofNode);
    const heldLease = ofNode.get(roomKey);
    const nowMs = this.#world.clock.nowMs();
    // A node remembers the epoch of an ended room for the lifetime of a grant (sfu/src/core/epoch.ts).
    const isRemembered = node.held.rooms.has(roomKey) || nowMs - (heldLease?.againAtMs ?? 0) <= REMEMBERED_MS;
    if (heldLease !== undefined && heldLease.epoch > epoch && isRemembered)
      this.#fail('epoch-never-back', `${nodeId} obeyed epoch ${epoch} of ${roomKey} after ${heldLease.epoch}`);
    const atMs = heldLease?.epoch === epoch ? heldLease.atMs : nowMs;
    ofNode.set(roomKey, { epoch, atMs, againAtMs: nowMs });
  }

  /** Checks changes of leases that no watched call makes, such as by a signaling node's end or a node's report. */
  scan(centre: Centre): void {
    for (const lease of centre.leases.list()) this.#changed(lease);
  }

  /** Checks after healing that every room with people has exactly one owner, and that this node knows it. */
  atEnd(centre: Centre): void {
    const rooms = new Set(
      this.#world.people.filter((one) => one.wantsSession && one.isSeated).map((one) => one.roomKey),
    );
    for (const roomKey of rooms) {
      const lease = centre.leases.get(roomKey);
      if (lease === undefined || !centre.leases.isLive(lease, this.#world.centreNowMs)) {
        this.#fail('everybody-has-an-owner', `${roomKey} has none`);
        continue;
      }
      const { ownerId, epoch } = lease;
      const owner = this.#world.signalingNodes.get(ownerId);
      if (owner?.owned.get(roomKey)?.epoch !== epoch)
        this.#fail('everybody-has-an-owner', `${ownerId} does not know that it owns ${roomKey} under ${epoch}`);
      for (const signalingNode of this.#world.signalingNodes.values()) {
        if (signalingNode !== owner && signalingNode.owned.has(roomKey))
          this.#fail('everybody-has-an-owner', `${signalingNode.spec.nodeId} owns ${roomKey} too`);
      }
    }
  }

  #renewed(
    centre: Centre,
    requests: readonly { roomKey: string; epoch: number }[],
    ownerId: string,
    roomKey: string,
  ): void {
    const centreLease = centre.leases.get(roomKey);
    const request = requests.find((one) => one.roomKey === roomKey);
    if (centreLease?.ownerId !== ownerId || centreLease.epoch !== request?.epoch)
      this.#fail(
        'renewed-as-granted',
        `${ownerId} renewed ${roomKey} under ${request?.epoch}, granted is ${centreLease?.epoch}`,
      );
  }

  #changed(lease: Lease | undefined): void {
    if (lease === undefined) return;
    const { roomKey, epoch, ownerId } = lease;
    const before = this.#granted.get(roomKey);
    if (before?.epoch === epoch && before.ownerId === ownerId) return;
    if (before !== undefined && before.epoch > epoch)
      this.#fail('grants-never-back', `${roomKey} was under ${before.epoch}, is under ${epoch}`);
    if (before?.epoch === epoch && before.ownerId !== '' && ownerId !== '')
      this.#fail('grants-never-back', `${roomKey} epoch ${epoch} went from ${before.ownerId} to ${ownerId}`);
    this.#granted.set(roomKey, { epoch, ownerId });
  }
}
