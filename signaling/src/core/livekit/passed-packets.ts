// Packets on their way to a LiveKit client: those that other participants have sent as they are, and the sender that
// all of them are given.
import { DataPacket, DataPacket_Kind } from '@livekit/protocol';
import { decodeDataPacket } from './decode.ts';
import { encodedOnce } from './once.ts';

/** Our topic of packets that are passed on as they are. */
export const packetTopic = 'livekit.packet';

/** Why a packet was dropped, for counting. */
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

/** A packet for the client, over the channel `_lossy` or `_reliable`. */
export interface SentPacket {
  readonly packet: DataPacket;
  readonly lossy: boolean;
}

/** What was passed on by another signaling node, or written by any participant. */
export function passedOn(payload: Uint8Array): DataPacket | DropReason {
  try {
    const { value } = decodeDataPacket(payload);
    return passedKinds.has(value.case ?? '') ? new DataPacket({ value }) : 'kind';
  } catch {
    return 'malformed';
  }
}

const passedKinds: ReadonlySet<string> = new Set([
  'chatMessage', // to some participants
  'streamHeader',
  'streamChunk',
  'streamTrailer',
  'transcription',
  'metrics',
  'sipDtmf',
  'encryptedPacket',
]);

/** `packet` with its sender. */
export function sentBy(
  { sid, identity }: { readonly sid: string; readonly identity: string },
  packet: DataPacket,
  lossy: boolean,
): SentPacket {
  packet.participantSid = sid;
  packet.participantIdentity = identity;
  packet.kind = lossy ? DataPacket_Kind.LOSSY : DataPacket_Kind.RELIABLE;
  if (packet.value.case === 'user') {
    // Where clients of older protocols look.
    packet.value.value.participantSid = sid;
    packet.value.value.participantIdentity = identity;
  }
  return { packet: encodedOnce(packet), lossy };
}
