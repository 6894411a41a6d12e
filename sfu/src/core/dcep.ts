// Data Channel Establishment Protocol (RFC 8832): a channel is opened by one message on its SCTP stream, which the
// other side acknowledges on the same stream.
import type { DataChannel } from '@meridian/protocol';

/** Payload protocol identifiers of SCTP messages (RFC 8831, 8): a channel's control messages, and binary ones. */
export const payloadKind = { control: 50, binary: 53 } as const;

/** Parsed message. Only the label of an OPEN is kept, because its reliability concerns the sender alone. */
export type DcepMessage = { readonly type: 'open'; readonly label: string } | { readonly type: 'ack' };

const ACK_TYPE = 0x02;
const OPEN_TYPE = 0x03;
const UNORDERED = 0x80;
const LIMITED_RETRANSMITS = 0x01;
/** Channel types: reliable, limited by retransmissions, limited by time, then each of the three unordered. */
const channelTypes: readonly number[] = [0x00, 0x01, 0x02, 0x80, 0x81, 0x82];
const HEADER_BYTES = 12;
/** Priority "normal" (RFC 8831, 6.4). */
const PRIORITY = 256;

export const ackMessage: Uint8Array = Uint8Array.of(ACK_TYPE);

export function openMessage({ label, ordered, maxRetransmits }: DataChannel): Uint8Array {
  const labelBytes = new TextEncoder().encode(label);
  const bytes = new Uint8Array(HEADER_BYTES + labelBytes.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, OPEN_TYPE);
  view.setUint8(1, (ordered ? 0 : UNORDERED) | (maxRetransmits === undefined ? 0 : LIMITED_RETRANSMITS));
  view.setUint16(2, PRIORITY);
  view.setUint32(4, maxRetransmits ?? 0);
  view.setUint16(8, labelBytes.byteLength);
  bytes.set(labelBytes, HEADER_BYTES);
  return bytes;
}

/** Returns undefined for malformed messages and other types. */
export function readDcep(bytes: Uint8Array): DcepMessage | undefined {
  if (bytes[0] === ACK_TYPE) return bytes.byteLength === 1 ? { type: 'ack' } : undefined;
  if (bytes[0] !== OPEN_TYPE || bytes.byteLength < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const labelBytes = view.getUint16(8);
  const protocolBytes = view.getUint16(10);
  if (!channelTypes.includes(view.getUint8(1))) return undefined;
  if (bytes.byteLength !== HEADER_BYTES + labelBytes + protocolBytes) return undefined;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { type: 'open', label: decoder.decode(bytes.subarray(HEADER_BYTES, HEADER_BYTES + labelBytes)) };
  } catch {
    return undefined; // the label is not UTF-8
  }
}
