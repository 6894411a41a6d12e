// Messages of data channels (docs/adr/0035-livekit-clients.md) between a session's client and its signaling node, which
// alone reads them. Nothing waits here: what a link or a channel cannot take is dropped and counted.
import { type ErrorCode, limits } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { type ChannelRate, fullChannelRate, judgeChannel } from '../core/index.ts';
import type { ChannelMessage } from '../engine.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';
import type { ChannelShape, Outbox } from './shapes.ts';

export interface ChannelRelayPorts {
  readonly rooms: Rooms;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Logger;
  /** A client that sends far more than it may. */
  onFlood(session: Session): void;
}

export class ChannelRelay {
  readonly #ports: ChannelRelayPorts;
  readonly #rates = new WeakMap<Session, ChannelRate>();
  /** `refused`: of signaling nodes that may not. `dropped`: of clients and to clients. */
  readonly counts = { received: 0, sent: 0, refused: 0, dropped: 0, floods: 0 };

  constructor(ports: ChannelRelayPorts) {
    this.#ports = ports;
  }

  /**
   * From the client: goes to the session's signaling node, unless the participant may not send data, sends too much
   * (core/channel-rate.ts), or the link is full.
   */
  fromClient(session: Session, { label, payload }: ChannelMessage): void {
    if (!this.#take(session, payload.byteLength)) return;
    const { participant, signalingId, at } = session;
    if (participant.canPublishData && this.#ports.outbox.channelMessage(signalingId, { ...at, label, payload }))
      this.counts.received += 1;
    else this.counts.dropped += 1;
  }

  /** The client sent so many bytes that are no message; they count as one that it sent. */
  strayFromClient(session: Session, bytes: number): void {
    if (this.#take(session, bytes)) this.counts.dropped += 1;
  }

  /** To the client: only from the signaling node that the session belongs to. */
  fromSignaling(signalingId: string, { roomKey, sessionId, label, payload }: ChannelShape): void {
    const session = this.#ports.rooms.sessions.get(sessionId);
    if (session?.roomKey !== roomKey || session.signalingId !== signalingId)
      this.#refused(signalingId, sessionId, 'NOT_PERMITTED');
    else if (payload.byteLength > limits.channelMessageBytesMax)
      this.#refused(signalingId, sessionId, 'DATA_TOO_LARGE');
    else if (session.recvTransport?.sendChannel({ label, payload })) this.counts.sent += 1;
    else this.counts.dropped += 1;
  }

  #take(session: Session, bytes: number): boolean {
    if (session.closed) return false;
    const nowMs = this.#ports.clock.nowMs();
    const { rate, verdict } = judgeChannel(this.#rates.get(session) ?? fullChannelRate(nowMs), bytes, nowMs);
    this.#rates.set(session, rate);
    if (verdict === 'take') return true;
    this.counts.dropped += 1;
    if (verdict === 'end') {
      this.counts.floods += 1;
      this.#ports.log.warn({ ...session.at }, 'a client floods its data channels: its session ends');
      this.#ports.onFlood(session);
    }
    return false;
  }

  #refused(signalingId: string, sessionId: string, code: ErrorCode): void {
    this.counts.refused += 1;
    this.#ports.log.warn({ signalingId, sessionId, code }, 'a message for a data channel was refused');
  }
}
