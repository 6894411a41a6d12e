// Brings messages of data channels into this process: mediasoup terminates SCTP in its worker, and one direct transport
// per router passes the messages on. The direct transport is created when the first client has channels.
import { limits } from '@meridian/protocol';
import type { types } from 'mediasoup';

/**
 * SCTP options of a client's transport. The client gets `maxReceiveMessageSize` in its description. The receive window
 * limits the worker's incomplete messages to four of the largest size, enough for 2.5 MB/s at a round trip of 100 ms.
 */
export const sctpOptions = {
  enableSctp: true,
  maxSendMessageSize: limits.channelMessageBytesMax,
  maxReceiveMessageSize: limits.dataBytesMax,
  sctpMaxReceiverWindowBufferSize: 4 * limits.dataBytesMax,
  sctpSendBufferSize: limits.dataChannelsMax * limits.clientBufferedBytesMax,
  sctpPerStreamSendQueueLimit: limits.clientBufferedBytesMax,
} as const;

export type OnSctpMessage = (payload: Uint8Array, kind: number) => void;

interface DirectSource {
  readonly direct: types.DirectTransport;
  readonly sourceId: string;
}

/** Limit on the bytes that wait in this process for all clients of a router together. */
const allHeldBytesMax = 64 * 1024 * 1024;

export class WaitingBytesBudget {
  #bytes = 0;

  /** Returns false when there is no room. */
  reserve(bytes: number): boolean {
    if (this.#bytes + bytes > allHeldBytesMax) return false;
    this.#bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}

export class ChannelHub {
  readonly waitingBytes = new WaitingBytesBudget();
  readonly #router: types.Router;
  #direct: Promise<DirectSource> | undefined;

  constructor(router: types.Router) {
    this.#router = router;
  }

  async onStreamMessage(transport: types.WebRtcTransport, streamId: number, onMessage: OnSctpMessage): Promise<void> {
    const { direct } = await this.#directOnce();
    const producer = await transport.produceData({ sctpStreamParameters: { streamId, ordered: true } });
    const consumer = await direct.consumeData({ dataProducerId: producer.id });
    consumer.on('message', onMessage);
  }

  async createSender(
    transport: types.WebRtcTransport,
    streamId: number,
    o: { ordered: boolean; maxRetransmits?: number },
  ): Promise<types.DataConsumer> {
    const { sourceId } = await this.#directOnce();
    // The library numbers streams one after the other, but a channel has one number in both directions: the client's,
    // or an odd number of ours (RFC 8832, 6). `consumeData` allocates the number before its first await.
    Object.assign(transport, { allocateSctpStreamId: () => streamId });
    return transport.consumeData({ dataProducerId: sourceId, ...o });
  }

  #directOnce(): Promise<DirectSource> {
    this.#direct ??= this.#create();
    return this.#direct;
  }

  async #create(): Promise<DirectSource> {
    try {
      const direct = await this.#router.createDirectTransport({
        maxSendMessageSize: limits.channelMessageBytesMax,
        maxReceiveMessageSize: limits.channelMessageBytesMax,
      });
      // A consumer needs a producer, so all our consumers get this one, which never sends anything.
      const source = await direct.produceData();
      return { direct, sourceId: source.id };
    } catch (error) {
      this.#direct = undefined;
      throw error;
    }
  }
}
