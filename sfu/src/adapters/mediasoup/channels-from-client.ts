// Data channels that a client opens. The client is the DTLS client, so its streams have even numbers (RFC 8832, 6). A
// channel whose label is not in the endpoint is not acknowledged, and its messages are dropped.
import { type DataChannel, limits } from '@meridian/protocol';
import type { types } from 'mediasoup';
import { ackMessage, payloadKind, readDcep } from '../../core/index.ts';
import type { ChannelEvents } from '../../engine.ts';
import type { ChannelHub } from './channel-hub.ts';

/**
 * Limit per stream. A later channel opens without an acknowledgement, so the client sends all its messages in order.
 */
const acknowledgementsMax = 8;

interface Stream {
  readonly id: number;
  /** Undefined until an OPEN with a known label arrives. */
  label: string | undefined;
  sender: types.DataConsumer | undefined;
  acknowledging: boolean;
  acknowledgements: number;
}

export class ChannelsFromClient {
  readonly #transport: types.WebRtcTransport;
  readonly #hub: ChannelHub;
  readonly #labels: ReadonlySet<string>;
  readonly #events: ChannelEvents;

  static async create(o: {
    transport: types.WebRtcTransport;
    hub: ChannelHub;
    channels: readonly DataChannel[];
    events: ChannelEvents;
  }): Promise<void> {
    const self = new ChannelsFromClient(o);
    const streams = Array.from({ length: limits.dataChannelsMax }, (_, index): Stream => {
      return { id: 2 * index, label: undefined, sender: undefined, acknowledging: false, acknowledgements: 0 };
    });
    await Promise.all(
      streams.map((stream) =>
        o.hub.onStreamMessage(o.transport, stream.id, (payload, kind) => self.#onMessage(stream, payload, kind)),
      ),
    );
  }

  private constructor(o: {
    transport: types.WebRtcTransport;
    hub: ChannelHub;
    channels: readonly DataChannel[];
    events: ChannelEvents;
  }) {
    this.#transport = o.transport;
    this.#hub = o.hub;
    this.#labels = new Set(o.channels.map(({ label }) => label));
    this.#events = o.events;
  }

  #onMessage(stream: Stream, payload: Uint8Array, kind: number): void {
    const { label } = stream;
    if (kind === payloadKind.control) this.#onControl(stream, payload);
    else if (label === undefined) this.#events.onDropped('not_open', payload.byteLength);
    else if (kind === payloadKind.binary) this.#events.onMessage({ label, payload });
    else this.#events.onDropped('not_binary', payload.byteLength);
  }

  #onControl(stream: Stream, payload: Uint8Array): void {
    const message = readDcep(payload);
    const isKnown = message?.type === 'open' && this.#labels.has(message.label);
    // A control message that opens no channel is charged to the client's rate like a dropped message.
    if (!isKnown || stream.label !== undefined) this.#events.onDropped('not_open', payload.byteLength);
    if (message?.type !== 'open') return;
    stream.label = isKnown ? message.label : undefined;
    if (!isKnown || stream.acknowledging || stream.acknowledgements === acknowledgementsMax) return;
    stream.acknowledging = true;
    stream.acknowledgements += 1;
    this.#acknowledge(stream)
      // The transport was closed, or the stream was reset again.
      .catch(() => this.#events.onDropped('not_sent', 0))
      .finally(() => {
        stream.acknowledging = false;
      });
  }

  async #acknowledge(stream: Stream): Promise<void> {
    const acknowledgement = Buffer.from(ackMessage);
    if (stream.sender !== undefined) {
      try {
        await stream.sender.send(acknowledgement, payloadKind.control);
        return;
      } catch {
        // The client has closed the channel and opens another on the same stream; the worker has dropped the sender.
        stream.sender.close();
        stream.sender = undefined;
      }
    }
    stream.sender = await this.#hub.createSender(this.#transport, stream.id, { ordered: true });
    await stream.sender.send(acknowledgement, payloadKind.control);
  }
}
