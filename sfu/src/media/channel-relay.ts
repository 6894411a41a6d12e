// Passes messages of data channels (docs/adr/0035-livekit-clients.md) between a session's client and its signaling
// node. Only the signaling node parses them. Lossy messages never wait here: a message for which a link or a channel
// has no room is dropped and counted. Reliable messages wait in order: from the client in reliable-queue.ts, to the
// client in the session's channel.
import { type ErrorCode, limits, MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { type ChannelRate, fullChannelRate, judgeFlood, judgeLossyMessage } from '../core/index.ts';
import type { ChannelMessage } from '../engine.ts';
import { ReliableQueue } from './reliable-queue.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';
import type { ChannelMessageShape, Outbox } from './shapes.ts';

export interface ChannelRelayPorts {
  readonly rooms: Rooms;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends the session of a client that sends far too much (RATE_LIMITED) or reads far too slowly (BACKPRESSURE). */
  end(session: Session, code: 'RATE_LIMITED' | 'BACKPRESSURE'): void;
}

export class ChannelRelay {
  readonly #ports: ChannelRelayPorts;
  readonly #rates = new WeakMap<Session, ChannelRate>();
  readonly #reliableQueue: ReliableQueue;
  /**
   * `received`, `sent`: messages passed on from and to clients. `refused`: messages of signaling nodes that do not have
   * the session, or that are too large. `slow`: sessions ended because their client reads too slowly.
   */
  readonly counts = { received: 0, sent: 0, refused: 0, dropped: 0, floods: 0, slow: 0 };

  constructor(ports: ChannelRelayPorts) {
    this.#ports = ports;
    this.#reliableQueue = new ReliableQueue({
      clock: ports.clock,
      send: (session, message) => this.#sendToSignaling(session, message),
      onLost: (count) => {
        this.counts.dropped += count;
      },
    });
  }

  /**
   * Passes a message on. Drops any message of a client that may not send data, a lossy message above the rate or when
   * the link is full, and a reliable message when its queue is full; otherwise a reliable message waits.
   */
  fromClient(session: Session, message: ChannelMessage): void {
    const isLossy = session.isLossy(message.label);
    if (!this.#isWithinRate(session, message.payload.byteLength, isLossy ? judgeLossyMessage : judgeFlood)) return;
    const isAccepted =
      session.participant.canPublishData &&
      (isLossy ? this.#sendToSignaling(session, message) : this.#reliableQueue.put(session, message));
    if (!isAccepted) this.counts.dropped += 1;
  }

  /** Charges the client's rate for bytes that form no message. */
  chargeStrayBytes(session: Session, bytes: number): void {
    if (this.#isWithinRate(session, bytes, judgeLossyMessage)) this.counts.dropped += 1;
  }

  /**
   * Passes a message on to the client. Ends the session when too many bytes wait for its client, since a gap is fatal.
   */
  fromSignaling(signalingId: string, { roomKey, sessionId, label, payload }: ChannelMessageShape): void {
    const session = this.#ports.rooms.sessions.get(sessionId);
    if (session?.roomKey !== roomKey || session.signalingId !== signalingId)
      this.#recordRefusal(signalingId, sessionId, 'NOT_PERMITTED');
    else if (payload.byteLength > limits.channelMessageBytesMax)
      this.#recordRefusal(signalingId, sessionId, 'DATA_TOO_LARGE');
    else if (this.#sendToClient(session, { label, payload })) this.counts.sent += 1;
    else this.counts.dropped += 1;
  }

  close(): void {
    this.#reliableQueue.close();
  }

  #sendToClient(session: Session, message: ChannelMessage): boolean {
    if (session.closed) return false;
    try {
      return session.recvTransport?.sendChannel(message) ?? false;
    } catch (error) {
      if (!(error instanceof MeridianError) || error.code !== 'BACKPRESSURE') throw error;
      this.counts.slow += 1;
      this.#ports.log.warn({ ...session.at }, 'a client reads its data channels too slowly: its session ends');
      this.#ports.end(session, 'BACKPRESSURE');
      return false;
    }
  }

  #sendToSignaling({ signalingId, at: ids }: Session, { label, payload }: ChannelMessage): boolean {
    const isSent = this.#ports.outbox.channelMessage(signalingId, { ...ids, label, payload });
    if (isSent) this.counts.received += 1;
    return isSent;
  }

  #isWithinRate(session: Session, bytes: number, judge: typeof judgeLossyMessage): boolean {
    if (session.closed) return false;
    const nowMs = this.#ports.clock.nowMs();
    const { rate, verdict } = judge(this.#rates.get(session) ?? fullChannelRate(nowMs), bytes, nowMs);
    this.#rates.set(session, rate);
    if (verdict === 'take') return true;
    this.counts.dropped += 1;
    if (verdict === 'end') {
      this.counts.floods += 1;
      this.#ports.log.warn({ ...session.at }, 'a client floods its data channels: its session ends');
      this.#ports.end(session, 'RATE_LIMITED');
    }
    return false;
  }

  #recordRefusal(signalingId: string, sessionId: string, code: ErrorCode): void {
    this.counts.refused += 1;
    this.#ports.log.warn({ signalingId, sessionId, code }, 'a message for a data channel was refused');
  }
}
