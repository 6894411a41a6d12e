// Data channels that the node opens to a client, on streams with odd numbers (RFC 8832, 6), once SCTP is connected.
// Until then reliable messages wait here, because other participants may send to a client before it has connected.
// Later the worker buffers up to `waitingBytesMax` of each channel, and further reliable messages wait here.
import { type DataChannel, limits, MeridianError } from '@meridian/protocol';
import type { types } from 'mediasoup';
import { openMessage, payloadKind, readDcep } from '../../core/index.ts';
import type { ChannelMessage } from '../../engine.ts';
import type { ChannelHub, WaitingBytesBudget } from './channel-hub.ts';

/** Interval at which the OPEN of an unordered channel is repeated until the client acknowledges it. */
const openRetryMs = 500;
/** Number of OPENs after which the node gives up a channel that the client does not acknowledge. */
const opensMax = 20;

/** Limit on a channel's bytes buffered in the worker; low for a lossy channel, whose late messages are worthless. */
const waitingBytesMax = { reliable: limits.clientBufferedBytesMax, lossy: 64 * 1024 } as const;

/**
 * Limit on a channel's reliable bytes that wait here, because the client is slower than the senders: one file of 8 MB,
 * the largest that a participant may send (docs/livekit.md).
 */
export const reliableHeldBytesMax = 8 * 1024 * 1024;
/** Memory of a waiting message beside its payload. */
const messageOverheadBytes = 256;

class OpenedChannel {
  readonly #channel: DataChannel;
  readonly #sender: types.DataConsumer;
  readonly #waitingBytesMax: number;
  readonly #heldMessages: Buffer[] = [];
  #heldBytes = 0;
  readonly #budget: WaitingBytesBudget;
  #state: 'new' | 'opening' | 'open' | 'closed' = 'new';
  #openRetryTimer: NodeJS.Timeout | undefined;
  #openCount = 0;
  #waitingBytes = 0;
  #lowReports = 0;
  #inFlightBytes = 0;

  constructor(channel: DataChannel, sender: types.DataConsumer, bytesMax: number, budget: WaitingBytesBudget) {
    this.#channel = channel;
    this.#sender = sender;
    this.#waitingBytesMax = bytesMax;
    this.#budget = budget;
    sender.on('bufferedamountlow', (waitingBytes) => {
      this.#waitingBytes = waitingBytes;
      this.#lowReports += 1;
      this.#flush();
    });
  }

  /**
   * Sends the OPEN. Messages of an ordered channel follow at once; an unordered channel waits for the acknowledgement.
   */
  open(): void {
    if (this.#state === 'open') return;
    this.#state = this.#channel.ordered ? 'open' : 'opening';
    this.#handToWorker(Buffer.from(openMessage(this.#channel)), payloadKind.control);
    this.#openCount += 1;
    if (this.#state === 'open') this.#flush();
    else if (this.#openCount < opensMax) this.#openRetryTimer = setTimeout(() => this.open(), openRetryMs).unref();
  }

  onAcknowledged(): void {
    if (this.#state !== 'opening') return;
    clearTimeout(this.#openRetryTimer);
    this.#state = 'open';
    this.#flush();
  }

  send(payload: Uint8Array): boolean {
    const { byteLength } = payload;
    if (this.#state === 'closed' || byteLength === 0 || byteLength > limits.channelMessageBytesMax) return false;
    const message = Buffer.from(payload.buffer, payload.byteOffset, byteLength);
    if (this.#state === 'open' && this.#heldMessages.length === 0 && this.#fits(byteLength))
      this.#handToWorker(message, payloadKind.binary);
    else if (this.#channel.maxRetransmits !== undefined) return false;
    else this.#hold(message);
    return true;
  }

  close(): void {
    clearTimeout(this.#openRetryTimer);
    this.#state = 'closed';
    this.#budget.release(this.#heldBytes);
    this.#heldBytes = 0;
    this.#heldMessages.length = 0;
  }

  #fits(bytes: number): boolean {
    return this.#waitingBytes + this.#inFlightBytes + bytes <= this.#waitingBytesMax;
  }

  #hold(message: Buffer): void {
    const bytes = message.byteLength + messageOverheadBytes;
    if (this.#heldBytes + bytes > reliableHeldBytesMax || !this.#budget.reserve(bytes))
      throw new MeridianError('BACKPRESSURE', `${this.#heldBytes} bytes wait for the client`);
    // The payload is a view of a link's receive buffer, so a waiting message needs its own copy.
    this.#heldMessages.push(Buffer.from(message));
    this.#heldBytes += bytes;
  }

  /** Sends waiting messages in order, as many as the worker takes. */
  #flush(): void {
    if (this.#state !== 'open') return;
    for (
      let [first] = this.#heldMessages;
      first !== undefined && this.#fits(first.byteLength);
      [first] = this.#heldMessages
    ) {
      this.#heldMessages.shift();
      this.#heldBytes -= first.byteLength + messageOverheadBytes;
      this.#budget.release(first.byteLength + messageOverheadBytes);
      this.#handToWorker(first, payloadKind.binary);
    }
  }

  #handToWorker(message: Buffer, kind: number): void {
    const { byteLength } = message;
    this.#inFlightBytes += byteLength;
    this.#storeWaitingBytes(this.#sender.send(message, kind))
      // The client has closed the channel, or its transport is gone.
      .catch(() => this.close())
      .finally(() => {
        this.#inFlightBytes -= byteLength;
        this.#flush();
      });
  }

  /** Stores the buffered amount that the worker answered, unless a later report of a low buffer has overtaken it. */
  async #storeWaitingBytes(answer: Promise<number>): Promise<void> {
    const reportsBefore = this.#lowReports;
    const waitingBytes = await answer;
    if (reportsBefore === this.#lowReports) this.#waitingBytes = waitingBytes;
    else await this.#storeWaitingBytes(this.#sender.getBufferedAmount());
  }
}

export class ChannelsToClient {
  readonly #byLabel = new Map<string, OpenedChannel>();

  /** Rejects with ENDPOINT_UNSUPPORTED for an ordered lossy channel: mediasoup's ordered streams are reliable. */
  static async create(o: {
    transport: types.WebRtcTransport;
    hub: ChannelHub;
    channels: readonly DataChannel[];
  }): Promise<ChannelsToClient> {
    const { transport, hub, channels } = o;
    if (channels.some(({ ordered, maxRetransmits }) => ordered && maxRetransmits !== undefined))
      throw new MeridianError(
        'ENDPOINT_UNSUPPORTED',
        'a data channel is either ordered or has a maximum of retransmits',
      );
    const self = new ChannelsToClient();
    const createChannel = async (channel: DataChannel, index: number): Promise<void> => {
      const { label, ordered, maxRetransmits } = channel;
      const streamId = 2 * index + 1;
      const sender = await hub.createSender(transport, streamId, {
        ordered,
        ...(maxRetransmits !== undefined && { maxRetransmits }),
      });
      const bytesMax = maxRetransmits === undefined ? waitingBytesMax.reliable : waitingBytesMax.lossy;
      await sender.setBufferedAmountLowThreshold(bytesMax / 2);
      const opened = new OpenedChannel(channel, sender, bytesMax, hub.waitingBytes);
      self.#byLabel.set(label, opened);
      if (ordered) return; // the acknowledgement of an ordered channel changes nothing
      await hub.onStreamMessage(transport, streamId, (payload, kind) => {
        if (kind === payloadKind.control && readDcep(payload)?.type === 'ack') opened.onAcknowledged();
      });
    };
    await Promise.all(channels.map(createChannel));
    transport.on('sctpstatechange', (state) => {
      for (const opened of self.#byLabel.values())
        if (state === 'connected') opened.open();
        else if (state === 'failed' || state === 'closed') opened.close();
    });
    return self;
  }

  /** Returns false for a message that is not sent: see `ClientTransport.sendChannel`. Throws BACKPRESSURE. */
  send({ label, payload }: ChannelMessage): boolean {
    return this.#byLabel.get(label)?.send(payload) ?? false;
  }

  close(): void {
    for (const opened of this.#byLabel.values()) opened.close();
  }
}
