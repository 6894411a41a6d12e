// A scheduling centre without a network: leases with epochs, media nodes by a map that the test sets.
import { isInFence, MeridianError } from '@meridian/protocol';
import type { FleetNode } from '../../src/core/index.ts';
import type { CentrePort, Lease, PlaceRequest } from '../../src/ports.ts';

export class MemoryCentre {
  readonly fleet = new Map<string, FleetNode>();
  readonly leases = new Map<string, { readonly ownerId: string; readonly epoch: number }>();
  readonly placeRequests: PlaceRequest[] = [];
  /** Media node by the client's from_city; others get the first in their fence that is not avoided. */
  readonly nodeOfCity = new Map<string, string>();
  /** Places people outside their fence too. */
  breaksFences = false;
  readonly #removedIds = new Set<string>();

  add(nodeId: string, kind: 'sfu' | 'signaling', region: string): void {
    this.fleet.set(nodeId, {
      nodeId,
      kind,
      region,
      city: region,
      hostId: `host-${nodeId}`,
      latitude: 0,
      longitude: 0,
      state: 'alive',
      incarnation: 'one',
      publicUrl: '',
      addresses: [],
    });
  }

  /** Removes a signaling node: it asks for nothing any more, and owns nothing. */
  gone(signalingId: string): void {
    this.#removedIds.add(signalingId);
    for (const [roomKey, lease] of this.leases)
      if (lease.ownerId === signalingId) this.leases.set(roomKey, { ownerId: '', epoch: lease.epoch });
  }

  /** Returns the centre as a signaling node sees it. */
  portOf(selfId: string): CentrePort {
    const answer = <T>(ask: () => T): Promise<T> =>
      this.#removedIds.has(selfId)
        ? Promise.reject(new MeridianError('CENTRE_UNREACHABLE'))
        : new Promise((resolve) => resolve(ask()));
    const unknown = () => Promise.reject(new MeridianError('CENTRE_UNREACHABLE'));
    return {
      fleet: this.fleet,
      locate: async () => [],
      place: (request) =>
        answer(() => {
          this.placeRequests.push(request);
          const placed = {
            decisionId: `DE_${this.placeRequests.length}`,
            regionEpoch: 0,
            nodeId: this.#nodeFor(request),
          };
          const location = { latitude: 0, longitude: 0, radiusKm: 20, source: 'test', label: '', countryCode: '' };
          const lease = this.#lease(request.roomKey, selfId, 0);
          return Object.assign(placed, { lease, location, reasons: [], mode: 'normal', provisional: false });
        }),
      lease: (roomKey, above = 0) => answer(() => this.#lease(roomKey, selfId, above)),
      roomExists: (roomKey) => answer(() => (this.leases.get(roomKey)?.ownerId ?? '') !== ''),
      renew: (leases) =>
        answer(() => {
          const isLost = ({ roomKey, epoch }: { roomKey: string; epoch: number }): boolean => {
            const known = this.leases.get(roomKey);
            return known?.ownerId !== selfId || known.epoch !== epoch;
          };
          return leases.filter(isLost).map(({ roomKey }) => roomKey);
        }),
      release: async (roomKey, epoch) => {
        const known = this.leases.get(roomKey);
        if (known?.ownerId === selfId && known.epoch === epoch) this.leases.set(roomKey, { ownerId: '', epoch });
      },
      explain: unknown,
      transcode: unknown,
      record: unknown,
      releaseDecision: () => undefined,
      forgetLease: () => undefined,
    };
  }

  #nodeFor({ fromCity, regionPin, avoidNodeIds }: PlaceRequest): string {
    const usable = [...this.fleet.values()].filter(
      ({ kind, nodeId, region }) =>
        kind === 'sfu' && !avoidNodeIds.includes(nodeId) && (this.breaksFences || isInFence(regionPin, region)),
    );
    const wanted = this.nodeOfCity.get(fromCity);
    const node = usable.find(({ nodeId }) => nodeId === wanted) ?? usable[0];
    if (node === undefined) throw new MeridianError('NO_NODE');
    return node.nodeId;
  }

  #lease(roomKey: string, selfId: string, above: number): Lease {
    const known = this.leases.get(roomKey);
    const created = known === undefined || known.ownerId === '';
    const granted = created ? { ownerId: selfId, epoch: (known?.epoch ?? 0) + 1 } : known;
    const lease = { ownerId: granted.ownerId, epoch: Math.max(granted.epoch, above + 1) };
    this.leases.set(roomKey, lease);
    const nodeIds = [...this.fleet.values()].filter(({ kind }) => kind === 'sfu').map(({ nodeId }) => nodeId);
    return Object.assign({ roomKey, nodeIds, created }, lease);
  }
}
