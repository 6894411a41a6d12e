// Round trips that sessions told after they were placed: what signaling nodes measured goes to the belief about their
// prefix, what the client says of its media node to that about its own address. Those of the Join are learnt with its
// placement.
import { nodeKind } from '@meridian/protocol';
import type { Centre } from './centre.ts';
import { siteKeyOf } from './core/placement-index.ts';
import type { AccessSink, AccessTiming } from './ports.ts';

export class Learning implements AccessSink {
  readonly #centre: () => Pick<Centre, 'access' | 'fleet' | 'placing' | 'clients' | 'roomWatcher'>;

  /** `centre`: the one that decides now. */
  constructor(centre: () => Pick<Centre, 'access' | 'fleet' | 'placing' | 'clients' | 'roomWatcher'>) {
    this.#centre = centre;
  }

  /**
   * Nothing is learnt for a pretended place, from a signaling node that is gone, or of a node that the fleet does not
   * know.
   */
  timed({ signalingId, clientIp, fromCity, sessionId, person, roomKey, times }: AccessTiming): void {
    const { access, fleet, placing, clients, roomWatcher } = this.#centre();
    const signalingNode = fleet.get(signalingId)?.description;
    if (signalingNode === undefined || fromCity !== '') return;
    const echoTimes = times.filter((time) => 'signalingId' in time);
    const { client, reason } = placing.clientOf({ clientIp, fromCity, echoTimes }, signalingNode);
    const nodeTimes = times.flatMap((time) => {
      const node = 'nodeId' in time ? fleet.get(time.nodeId)?.description : undefined;
      return node?.kind === nodeKind.media ? [{ siteKey: siteKeyOf(node.region, node.city), rttMs: time.rttMs }] : [];
    });
    access.learn(client);
    const all = [...client.times, ...access.hear(client, nodeTimes)];
    const { ip, location } = client;
    const isKnown = clients.get(sessionId) === undefined;
    clients.timed({ sessionId, person: person || sessionId, roomKey, signalingId, ip, location, locationReason: reason }, all);
    roomWatcher.timed(roomKey, isKnown);
  }
}
