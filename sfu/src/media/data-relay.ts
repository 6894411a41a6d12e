// Relays data messages between the sessions of a room. Lossy messages are dropped when a link is full. Reliable
// messages wait in order in a short queue per link; they are dropped (and counted) only when the queue overflows or the
// link is down for more than `queuedAgeMaxMs`.
import { characterCount, isInFence } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { localDestinations, refuseData } from '../core/index.ts';
import type { Rooms } from './rooms.ts';
import type { DataMessageShape, Outbox } from './shapes.ts';

export interface DataCounts {
  delivered: number;
  refused: number;
  droppedLossy: number;
  droppedReliable: number;
}

/** Messages and their bytes that may wait for one link. A longer queue would only add delay. */
const queuedMax = 256;
const queuedBytesMax = 4 * 1024 * 1024;
const queuedAgeMaxMs = 5000;
const retryMs = 50;

interface QueuedMessage {
  readonly data: DataMessageShape;
  readonly sinceMs: number;
  readonly send: (data: DataMessageShape) => boolean;
}

export class DataRelay {
  readonly #rooms: Rooms;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #queues = new Map<string, QueuedMessage[]>();
  #timer: Timer | undefined;
  readonly counts: DataCounts = { delivered: 0, refused: 0, droppedLossy: 0, droppedReliable: 0 };

  constructor(o: { rooms: Rooms; outbox: Outbox; clock: Clock; log: Logger }) {
    this.#rooms = o.rooms;
    this.#outbox = o.outbox;
    this.#clock = o.clock;
    this.#log = o.log;
  }

  /** Accepts only messages from a session of this signaling node that may send data. */
  fromSignaling(signalingId: string, data: DataMessageShape, targetNodeIds: readonly string[]): void {
    const sender = this.#rooms.sessions.get(data.sessionId);
    const isPermitted =
      sender !== undefined &&
      sender.roomKey === data.roomKey &&
      sender.signalingId === signalingId &&
      sender.participant.canPublishData;
    if (!isPermitted || sender === undefined) {
      this.#recordRefusal(signalingId, data, 'NOT_PERMITTED');
      return;
    }
    const stamped = { ...data, identity: sender.participant.identity, originNodeId: '' };
    if (!this.#deliver(signalingId, stamped)) return;
    const { fence } = sender.info;
    for (const nodeId of new Set(targetNodeIds))
      this.#send(`node ${nodeId}`, stamped, (one) => this.#outbox.dataToNode(nodeId, one, fence));
  }

  /** Delivers another media node's message to the signaling nodes of this node's sessions; they check its sender. */
  fromNode({ id, region }: { readonly id: string; readonly region: string }, data: DataMessageShape): void {
    if (isInFence(this.#rooms.get(data.roomKey)?.fence ?? '', region)) this.#deliver(id, { ...data, originNodeId: id });
    else this.#recordRefusal(id, data, 'FENCED_OUT');
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#queues.clear();
  }

  #deliver(from: string, data: DataMessageShape): boolean {
    const { payload, topic, lossy, destinationSessionIds } = data;
    const message = {
      senderSessionId: data.sessionId,
      payloadBytes: payload.byteLength,
      topicLength: characterCount(topic),
      lossy,
      destinationSessionIds,
    };
    const refused = refuseData(message);
    if (refused !== undefined) {
      this.#recordRefusal(from, data, refused);
      return false;
    }
    const sessions = this.#rooms.get(data.roomKey)?.members.sessions.values() ?? [];
    const local = [...sessions].map(({ sessionId, media }) => ({ sessionId, signalingId: media.signalingId }));
    for (const [signalingId, ids] of localDestinations(local, message)) {
      this.#send(`signaling node ${signalingId}`, { ...data, destinationSessionIds: ids }, (one) =>
        this.#outbox.dataToSignaling(signalingId, one),
      );
    }
    return true;
  }

  #send(destination: string, data: DataMessageShape, send: (data: DataMessageShape) => boolean): void {
    const queue = this.#queues.get(destination);
    if (queue === undefined && send(data)) {
      this.counts.delivered += 1;
      return;
    }
    if (data.lossy) {
      this.counts.droppedLossy += 1;
      return;
    }
    if (
      queue !== undefined &&
      (queue.length >= queuedMax || bytesIn(queue) + data.payload.byteLength > queuedBytesMax)
    ) {
      this.counts.droppedReliable += 1;
      return;
    }
    // The payload is a view of the link's receive buffer, so a waiting message needs its own copy.
    const copy = { ...data, payload: data.payload.slice() };
    this.#queues.set(destination, [...(queue ?? []), { data: copy, sinceMs: this.#clock.nowMs(), send }]);
    this.#timer ??= this.#clock.after(retryMs, () => this.#retry());
  }

  #retry(): void {
    this.#timer = undefined;
    const oldestMs = this.#clock.nowMs() - queuedAgeMaxMs;
    for (const [destination, queue] of this.#queues) {
      const unexpired = queue.filter(({ sinceMs }) => sinceMs >= oldestMs);
      this.counts.droppedReliable += queue.length - unexpired.length;
      let sent = 0;
      while (sent < unexpired.length && unexpired[sent]?.send(unexpired[sent]?.data as DataMessageShape)) sent += 1;
      this.counts.delivered += sent;
      const unsent = unexpired.slice(sent);
      if (unsent.length === 0) this.#queues.delete(destination);
      else this.#queues.set(destination, unsent);
    }
    if (this.#queues.size > 0) this.#timer = this.#clock.after(retryMs, () => this.#retry());
  }

  #recordRefusal(from: string, data: DataMessageShape, code: string): void {
    this.counts.refused += 1;
    this.#log.warn({ from, roomKey: data.roomKey, sessionId: data.sessionId, code }, 'data message refused');
  }
}

const bytesIn = (queue: readonly QueuedMessage[]): number =>
  queue.reduce((sum, { data }) => sum + data.payload.byteLength, 0);
