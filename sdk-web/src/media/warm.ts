// Transports that are connected in the lobby (ADR 0045). A browser connects a transport only for media, so each carries
// a medium that is never sent. The consumers that the media node has prepared are set up too.
import { type RaceResult, readToken, report, subscriptionRow } from '@meridian/client';
import { limits, type wire } from '@meridian/protocol';
import { playAhead } from '../tracks/elements.ts';
import type { TokenSource } from '../types.ts';
import { endpointsOf, type Preparation } from './preparation.ts';
import {
  consumeRow,
  makeTransports,
  type PreparedConsumer,
  type ProduceAppData,
  type WarmTransports,
} from './session.ts';
import { consumeNothing } from './trial.ts';

const answerMsMax = 5000;

/** Asks the signaling node for transports and connects them; undefined when the join has to be a cold one. */
export async function warm(
  { socket }: RaceResult,
  preparation: Preparation,
  o: { readonly token: TokenSource; readonly fromCity: string | undefined },
): Promise<WarmMedia | undefined> {
  const token = await readToken(o.token);
  const join = {
    protocolVersion: limits.protocolVersion,
    token,
    fromCity: o.fromCity ?? '',
    recvRtpCapabilities: preparation.capabilities,
    ...endpointsOf(preparation),
  };
  const { warmed } = await socket.request({ warm: join }, answerMsMax);
  if (!warmed?.livesMs || socket.closed) return undefined;
  return new WarmMedia(preparation, warmed);
}

export class WarmMedia {
  readonly livesMs: number;
  readonly #transports: WarmTransports;
  #isTaken = false;

  /** Throws REQUEST_INVALID for consumers that cannot be read. */
  constructor(preparation: Preparation, warmed: wire.Joined.$Properties) {
    this.livesMs = warmed.livesMs ?? 0;
    const rows = (warmed.subscriptions ?? []).map(subscriptionRow);
    const transports = makeTransports(preparation, warmed);
    const prepared = rows.map((row): [string, PreparedConsumer] => {
      const streamId = row.publisherSessionId;
      // The session sets a consumer up again that could not be set up here, and reports the failure.
      return [
        row.consumerId,
        { streamId, consumer: consumeRow(transports.recv, row, streamId).catch(() => undefined) },
      ];
    });
    this.#transports = { ...transports, prepared: new Map(prepared) };
    this.#connect(preparation).catch((error: unknown) => {
      if (!transports.send.closed) report(error);
    });
  }

  /** Returns the transports if they are those of this session and still work. */
  take({ sendTransport, recvTransport }: Pick<wire.Joined.$Properties, 'sendTransport' | 'recvTransport'>) {
    const { send, recv } = this.#transports;
    const isOurs = send.id === sendTransport?.id && recv.id === recvTransport?.id;
    this.#isTaken =
      isOurs && [send, recv].every(({ closed, connectionState }) => !closed && connectionState !== 'failed');
    return this.#isTaken ? this.#transports : undefined;
  }

  async #connect({ device, trial }: Preparation): Promise<void> {
    const { send, recv, prepared } = this.#transports;
    const video = await consumeNothing(recv, device, { kind: 'video', mid: 'warm', ssrc: 1 });
    if (video !== undefined && !send.closed) {
      const appData: ProduceAppData = { trackId: 'warm', announce: () => undefined };
      await send.produce({ track: video.track, stopTracks: false, appData });
    }
    const consumers = await Promise.all([...prepared.values()].map(({ consumer }) => consumer));
    for (const consumer of consumers) if (consumer?.kind === 'video') playAhead(consumer.track);
    trial?.close(); // its end takes the browser's time, which is free in the lobby
  }

  /** Closes the transports unless a session has taken them. Idempotent. */
  close(): void {
    if (this.#isTaken) return;
    this.#transports.send.close();
    this.#transports.recv.close();
  }
}
