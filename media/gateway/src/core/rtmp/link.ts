import { concatBytes } from '@meridian/room-media/core';
import { ChunkReader, controlValue, encodeMessage, hasValue, messageType, type RtmpMessage } from './chunks.ts';
import { Handshake, type HandshakeRole } from './handshake.ts';

/** Chunk size of all connections, so that one serialised message fits all viewers; most frames fit in one chunk. */
export const OUT_CHUNK_BYTES = 65_536;
/** Acknowledgement window that ffmpeg and OBS ask for. */
export const WINDOW_BYTES = 2_500_000;

/** Chunk streams of sent messages; peers distinguish messages by type, not by these. */
export const chunkStream = { control: 2, command: 3, data: 4, audio: 6, video: 7 } as const;

export const userControl = {
  streamBegin: 0,
  streamEof: 1,
  setBufferLength: 3,
  pingRequest: 6,
  pingResponse: 7,
} as const;

const DEFAULT_CHUNK_BYTES = 128;

/** Part that both sides of a connection share: handshake, chunks, acknowledgements, pings. */
export class RtmpLink {
  readonly #handshake: Handshake;
  readonly #chunks: ChunkReader;
  #output: Uint8Array[] = [];
  #outChunkBytes = DEFAULT_CHUNK_BYTES;
  #received = 0;
  #acknowledged = 0;
  #windowBytes = WINDOW_BYTES;

  constructor(role: HandshakeRole, random: Uint8Array, onMessage?: () => void) {
    this.#handshake = new Handshake(role, random);
    this.#chunks = new ChunkReader(onMessage);
    const start = this.#handshake.start();
    if (start.length > 0) this.#output.push(start);
  }

  get isHandshakeDone(): boolean {
    return this.#handshake.isDone;
  }

  get reservedBytes(): number {
    return this.#chunks.reservedBytes;
  }

  /**
   * Yields the messages that these bytes complete, except those that the link answers. Messages that are not taken
   * are read by the next call. Throws MalformedStream or errors of `onMessage`; the link is then unusable.
   */
  *receive(bytes: Uint8Array): Generator<RtmpMessage, void, undefined> {
    const rest = this.#handshake.isDone ? bytes : this.#shakeHands(bytes);
    this.#received += rest.length;
    for (const message of this.#chunks.read(rest)) if (!this.#handleControl(message)) yield message;
    if (this.#received - this.#acknowledged >= this.#windowBytes) {
      this.#acknowledged = this.#received;
      this.sendControl(messageType.acknowledgement, uint32(this.#received));
    }
  }

  send(message: RtmpMessage, chunkStreamId: number): void {
    this.#output.push(encodeMessage(message, { chunkStreamId, chunkBytes: this.#outChunkBytes }));
  }

  sendControl(typeId: number, payload: Uint8Array): void {
    this.send({ typeId, streamId: 0, timestampMs: 0, payload }, chunkStream.control);
  }

  sendUserControl(event: number, ...values: readonly number[]): void {
    const payload = concatBytes([Uint8Array.of(event >> 8, event & 0xff), ...values.map(uint32)]);
    this.sendControl(messageType.userControl, payload);
  }

  announceChunkSize(): void {
    this.sendControl(messageType.setChunkSize, uint32(OUT_CHUNK_BYTES));
    this.#outChunkBytes = OUT_CHUNK_BYTES;
  }

  announceWindow(): void {
    this.sendControl(messageType.windowAckSize, uint32(WINDOW_BYTES));
  }

  takeOutput(): Uint8Array[] {
    const output = this.#output;
    this.#output = [];
    return output;
  }

  #shakeHands(bytes: Uint8Array): Uint8Array {
    const { output, rest } = this.#handshake.push(bytes);
    this.#output.push(...output);
    return rest;
  }

  /** Returns whether the message needs nothing more; false also for one that is too short. */
  #handleControl({ typeId, payload }: RtmpMessage): boolean {
    switch (typeId) {
      case messageType.acknowledgement:
      case messageType.setPeerBandwidth:
        // TCP and the writer limit a peer's unacknowledged bytes.
        return true;
      case messageType.windowAckSize:
        if (!hasValue(payload)) return false;
        this.#windowBytes = Math.max(1, controlValue(payload));
        return true;
      case messageType.userControl:
        return this.#handlePing(payload);
      default:
        return false;
    }
  }

  #handlePing(payload: Uint8Array): boolean {
    const event = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
    if (event === userControl.pingRequest) {
      if (!hasValue(payload.subarray(2))) return false;
      this.sendUserControl(userControl.pingResponse, controlValue(payload.subarray(2)));
    }
    return event === userControl.pingRequest || event === userControl.pingResponse;
  }
}

export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0);
  return bytes;
}
