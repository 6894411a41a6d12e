// Finds complete VP8 key frames in the packets of a track (RFC 7741).

export interface VideoPacket {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  /** True for the last packet of a picture. */
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

export class KeyFrameDetector {
  #partialFrame: { readonly timestamp: number; readonly nextSequenceNumber: number } | undefined;

  /** Returns whether this packet completes a key frame. A frame with a missing or reordered packet does not count. */
  completesKeyFrame({ sequenceNumber, timestamp, marker, payload }: VideoPacket): boolean {
    const partialFrame = this.#partialFrame;
    this.#partialFrame = undefined;
    const isNext = partialFrame?.timestamp === timestamp && partialFrame.nextSequenceNumber === sequenceNumber;
    if (!isNext && !beginsKeyFrame(payload)) return false;
    if (marker) return true;
    this.#partialFrame = { timestamp, nextSequenceNumber: (sequenceNumber + 1) % 65_536 };
    return false;
  }
}

function beginsKeyFrame(payload: Uint8Array): boolean {
  const [first = 0] = payload;
  const isStart = (first & 0x10) !== 0 && (first & 0x0f) === 0;
  const header = payload[descriptorBytes(payload)];
  return isStart && header !== undefined && (header & 1) === 0;
}

/** Returns the length of the payload descriptor (RFC 7741, 4.2). */
function descriptorBytes([first = 0, extensions = 0, picture = 0]: Uint8Array): number {
  if ((first & 0x80) === 0) return 1;
  const pictureIdBytes = (extensions & 0x80) === 0 ? 0 : (picture & 0x80) === 0 ? 1 : 2;
  return 2 + pictureIdBytes + (extensions & 0x40 ? 1 : 0) + (extensions & 0x30 ? 1 : 0);
}
