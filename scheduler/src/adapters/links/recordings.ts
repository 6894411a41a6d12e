// Requests of a room's owner about its recordings. Other kinds of nodes than signaling nodes get KIND_NOT_PERMITTED.
import { MeridianError, nodeKind, type Rpc, rpc, type wire } from '@meridian/protocol';
import type { Centre } from '../../centre/centre.ts';

export interface RecordingLinkOptions {
  readonly askerId: string; // from the certificate
  readonly kind: string; // from the certificate
  readonly centre: Centre;
  /** Throws when this link's node is not registered. */
  checkSpeaker(): void;
  serve<Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, handler: (message: Q) => Promise<AP> | AP): void;
  send(recorderId: string, order: wire.RecordOrder, deadlineMs: number): Promise<wire.RecordAnswer>;
}

export function serveRecordings(o: RecordingLinkOptions): void {
  o.serve(rpc.record, (order) => {
    if (o.kind !== nodeKind.signaling) throw new MeridianError('KIND_NOT_PERMITTED');
    o.checkSpeaker();
    // `o.centre` is read at every request: each term of leadership has a new `Centre`.
    return o.centre.recording.record(order, o.askerId, (...sent) => o.send(...sent));
  });
}
