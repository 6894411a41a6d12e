// Move of our media to another media node: we make transports to the new node beside the old ones, and send and receive
// everything over both. The service decides when the move is made; until then the old transports count, afterwards the
// new ones. The old transports close when the old node has released us.

import type { Body, MeridianClientError, ServerFrame, SubscriptionRow } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import type { Preparation } from './preparation.ts';
import type { Publishing } from './publishing.ts';
import { MediaSession } from './session.ts';
import type { Subscribing } from './subscribing.ts';

export interface MediaMovePorts {
  readonly move: wire.MoveParticipant.$Properties;
  readonly preparation: Preparation;
  readonly publishing: Publishing;
  readonly subscribing: Subscribing;
  request(body: Body): Promise<ServerFrame>;
  /** Called when the new transports fail after the move is made. */
  failed(error: MeridianClientError): void;
}

/** Shorter than the 10 s that the signaling node waits for us. */
const connectDeadlineMs = 5000;
const playDeadlineMs = 3000;
/** The old node releases us within 7 s; if its message is lost, the old transports close after this time. */
const leaveDeadlineMs = 12_000;

export class MediaMove {
  readonly media: MediaSession;
  readonly node: wire.Place.$Properties;
  readonly decisionId: string;
  readonly #ports: MediaMovePorts;
  #state: 'preparing' | 'made' | 'over' = 'preparing';
  #oldMedia: MediaSession | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: MediaMovePorts) {
    const { move, preparation } = ports;
    this.#ports = ports;
    this.node = move.node ?? {};
    this.decisionId = move.decisionId ?? '';
    this.media = new MediaSession({
      preparation,
      transports: move,
      request: (body) => ports.request(body),
      connected: () => undefined,
      failed: (error) => {
        if (this.#state === 'made') ports.failed(error);
      },
    });
  }

  get isSettled(): boolean {
    return this.#state !== 'preparing';
  }

  /** Resolves when everything is sent and played at the new node; rejects when something cannot be. */
  async prepare(rows: readonly SubscriptionRow[]): Promise<void> {
    const { publishing, subscribing, move } = this.#ports;
    const { media } = this;
    const [hasSent, hasReceived] = await Promise.all([
      publishing.moveTo(media, move.moveId ?? ''),
      subscribing.moveTo(media, rows),
    ]);
    const used = [...(hasSent ? [media.send] : []), ...(hasReceived ? [media.recv] : [])];
    await media.whenConnected(used, connectDeadlineMs);
    await subscribing.whenMovedMediaPlays(playDeadlineMs);
  }

  /** Ends the preparation, once. `old`: transports to the old node, if the move is made; undefined: it is given up. */
  finishPreparation(old: MediaSession | undefined): void {
    if (this.#state !== 'preparing') return;
    const { publishing, subscribing } = this.#ports;
    publishing.settleMove(old !== undefined);
    subscribing.settleMove(old !== undefined);
    this.#state = old === undefined ? 'over' : 'made';
    this.#oldMedia = old;
    old?.leave();
    if (old === undefined) this.media.close();
    else this.#timer = setTimeout(() => this.closeOld(), leaveDeadlineMs);
  }

  isLeaving(transportId: string): boolean {
    return this.#oldMedia?.has(transportId) === true;
  }

  closeOld(): void {
    clearTimeout(this.#timer);
    this.#oldMedia?.close();
    this.#oldMedia = undefined;
  }

  /** Ends the move, because the session is over or another move begins. Idempotent. */
  close(): void {
    this.finishPreparation(undefined);
    this.closeOld();
  }
}
