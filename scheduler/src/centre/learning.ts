// Round trips that are reported of sessions after their placement: what signaling nodes measured goes to the belief
// about the clients' prefix, what the client says of its media node to that about its own address. Those of the Join
// are learnt with its placement.
import { nodeKind } from '@meridian/protocol';
import { siteKeyOf } from '../fleet/core/node.ts';
import type { Centre } from './centre.ts';

/**
 * One round trip of a client: to a signaling node (by an echo that the signaling node measured), or to its media node
 * (by the client's own statistics).
 */
export type AccessTime =
  | { readonly signalingId: string; readonly rttMs: number }
  | { readonly nodeId: string; readonly rttMs: number };

/** What one session measured, as its signaling node tells it. */
export interface AccessTiming {
  /** The signaling node that reports. */
  readonly signalingId: string;
  /** As the signaling node sees it: of the socket, or named by a proxy that the operator trusts. */
  readonly clientIp: string;
  /**
   * The place it pretends (development), else ''. The times are then of the real place: nothing is to be learned about
   * the pretended one.
   */
  readonly fromCity: string;
  readonly sessionId: string;
  readonly person: string;
  readonly roomKey: string;
  readonly times: readonly AccessTime[];
}

/** Learns where clients are in the network. Called often; returns at once and never throws. */
export interface AccessSink {
  timed(o: AccessTiming): void;
}

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
    clients.timed(
      { sessionId, person: person || sessionId, roomKey, signalingId, ip, location, locationReason: reason },
      all,
    );
    roomWatcher.timed(roomKey, isKnown);
  }
}
