// Packets to a LiveKit client: decodes other participants' unchanged packets, and sets the sender of every packet.
import { DataPacket, DataPacket_Kind } from '@livekit/protocol';
import { decodeDataPacket } from './decode.ts';
import { encodedOnce } from './memoize.ts';

export const packetTopic = 'livekit.packet';

/** Reasons for dropping a packet, for counting. */
export type DropReason =
  | 'chat_compressed'
  | 'chat_edit'
  | 'chat_empty'
  | 'chat_malformed'
  | 'chat_too_long'
  | 'data_too_large'
  | 'destinations'
  | 'kind'
  | 'malformed'
  | 'recipient_unknown'
  | 'rpc_malformed'
  | 'topic';

/** Packet for the client; `lossy` chooses the channel `_lossy` or `_reliable`. */
export interface SentPacket {
  readonly packet: DataPacket;
  readonly lossy: boolean;
}

/** Decodes a passed-on packet, which any participant may have written. */
export function decodePassedOn(payload: Uint8Array): DataPacket | DropReason {
  try {
    const { value } = decodeDataPacket(payload);
    return passedKinds.has(value.case ?? '') ? new DataPacket({ value }) : 'kind';
  } catch {
    return 'malformed';
  }
}

const passedKinds: ReadonlySet<string> = new Set([
  'chatMessage', // chat to some participants
  'streamHeader',
  'streamChunk',
  'streamTrailer',
  'transcription',
  'metrics',
  'sipDtmf',
  'encryptedPacket',
]);

export function withSender(
  { sid, identity }: { readonly sid: string; readonly identity: string },
  packet: DataPacket,
  lossy: boolean,
): SentPacket {
  packet.participantSid = sid;
  packet.participantIdentity = identity;
  packet.kind = lossy ? DataPacket_Kind.LOSSY : DataPacket_Kind.RELIABLE;
  if (packet.value.case === 'user') {
    // Clients of older protocols read the sender here.
    packet.value.value.participantSid = sid;
    packet.value.value.participantIdentity = identity;
  }
  return { packet: encodedOnce(packet), lossy };
}
