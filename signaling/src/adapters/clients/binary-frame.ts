// Frame of a binary message from a server (RFC 6455, 5.2): final, not masked, not compressed.

const FINAL_BINARY = 0x82;
/** Largest payload whose length is in the second byte, and in two bytes after it. */
const SHORT_MAX = 125;
const MEDIUM_MAX = 0xffff;

/** A room sends the same bytes to its clients one after another, so the last frame serves all of them. */
let last: { readonly payload: Uint8Array; readonly frame: Buffer } | undefined;

/** Returns the frame of a payload, which must not change afterwards. The same payload gets the same buffer again. */
export function binaryFrame(payload: Uint8Array): Buffer {
  if (last?.payload === payload) return last.frame;
  const { byteLength } = payload;
  const headerBytes = byteLength <= SHORT_MAX ? 2 : byteLength <= MEDIUM_MAX ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + byteLength);
  frame[0] = FINAL_BINARY;
  if (headerBytes === 2) frame[1] = byteLength;
  else if (headerBytes === 4) {
    frame[1] = SHORT_MAX + 1;
    frame.writeUInt16BE(byteLength, 2);
  } else {
    frame[1] = SHORT_MAX + 2;
    frame.writeBigUInt64BE(BigInt(byteLength), 2);
  }
  frame.set(payload, headerBytes);
  last = { payload, frame };
  return frame;
}
