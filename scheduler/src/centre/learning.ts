// Learns from round trips that are reported after a session's placement: signaling nodes' measurements go to the belief
// about the client's prefix, the client's own figures about its media node to the belief about its own address. The
// figures of the Join are learnt with its placement.
import { nodeKind } from '@meridian/protocol';
import { siteKeyOf } from '../fleet/core/node.ts';
import type { Centre } from './centre.ts';

/** Round trip to a signaling node (by an echo that it measured), or to the media node (by the client's statistics). */
export type AccessTime =
  | { readonly signalingId: string; readonly rttMs: number }
  | { readonly nodeId: string; readonly rttMs: number };

export interface AccessTiming {
  readonly signalingId: string;
  /** Address by the signaling node: of the socket, or named by a proxy that the operator trusts. */
  readonly clientIp: string;
  /** The pretended place (development), else ''. The times teach nothing about a pretended place. */
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

  constructor(centre: () => Pick<Centre, 'access' | 'fleet' | 'placing' | 'clients' | 'roomWatcher'>) {
    this.#centre = centre;
  }

  /** Ignores pretended places, reports of absent signaling nodes, and figures about unknown nodes. */
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
    const allTimes = [...client.times, ...access.learnClaims(client, nodeTimes)];
    const { ip, location } = client;
    const isNewlyKnown = clients.get(sessionId) === undefined;
    clients.timed(
      { sessionId, person: person || sessionId, roomKey, signalingId, ip, location, locationReason: reason },
      allTimes,
    );
    roomWatcher.timed(roomKey, isNewlyKnown);
  }
}
