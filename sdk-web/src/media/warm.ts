// Transports that are connected in the lobby (ADR 0045). Each carries a medium that is never sent, because a browser
// connects a transport only for media. A page that joins without a lobby does not load this file.
import { type RaceResult, readToken, report } from '@meridian/client';
import { limits, routerConstant, type wire } from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import type { TokenSource } from '../types.ts';
import { endpointsOf, type Preparation } from './preparation.ts';
import { makeTransports, type ProduceAppData, type SessionTransports } from './session.ts';
import { consumeNothing } from './warm-up.ts';

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
    routerVersion: routerConstant.version,
    token,
    fromCity: o.fromCity ?? '',
    ...endpointsOf(preparation),
  };
  const { warmed } = await socket.request({ warm: join }, answerMsMax);
  if (!warmed?.livesMs || socket.closed) return undefined;
  return new WarmMedia(preparation, warmed);
}

export class WarmMedia {
  readonly livesMs: number;
  readonly #transports: SessionTransports;
  #isTaken = false;

  constructor(preparation: Preparation, warmed: wire.Warmed.$Properties) {
    this.livesMs = warmed.livesMs ?? 0;
    this.#transports = makeTransports(preparation, warmed);
    this.#connect(preparation.device).catch((error: unknown) => {
      if (!this.#transports.send.closed) report(error);
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

  async #connect(device: types.Device): Promise<void> {
    const { send, recv } = this.#transports;
    const [, video] = await Promise.all([
      consumeNothing(recv, device, { kind: 'audio', mid: 'warm-audio', ssrc: 1 }),
      consumeNothing(recv, device, { kind: 'video', mid: 'warm-video', ssrc: 2 }),
    ]);
    if (video === undefined || send.closed) return;
    const appData: ProduceAppData = { trackId: 'warm', announce: () => undefined };
    await send.produce({ track: video.track, stopTracks: false, appData });
  }

  /** Closes the transports unless a session has taken them. Idempotent. */
  close(): void {
    if (this.#isTaken) return;
    this.#transports.send.close();
    this.#transports.recv.close();
  }
}
