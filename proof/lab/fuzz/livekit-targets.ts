// Fuzz targets for messages of LiveKit clients to signaling nodes, which are parsed, and translated as for a client in
// a room with another participant.
import { MeridianError } from '@meridian/protocol';
import {
  decodeDataPacket,
  decodeSignalRequest,
  PacketTranslator,
  Requests,
  requestedTrackOf,
  SharedRoom,
  ShownRoom,
  trackPublishedResponse,
} from '../../../signaling/src/core/livekit/index.ts';
import type { FuzzTarget } from './target.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const trackOf = (trackId: string) => ({ trackId, kind: 2, layers: [{ spatialLayer: 0 }, { spatialLayer: 1 }] });
const joined = {
  sessionId: 'PA_ann',
  self: { sessionId: 'PA_ann', identity: 'ann', tracks: [trackOf('TR_camera000000')] },
  participants: [{ sessionId: 'PA_bob', identity: 'bob', tracks: [trackOf('TR_camera000001')] }],
};
const room = (): ShownRoom => new ShownRoom(new SharedRoom(joined), joined);
const isDeclared = (error: unknown): boolean => error instanceof MeridianError;
const ownBytes = 1 << 20;

const signal: FuzzTarget = {
  name: 'livekit-signal',
  // mute, subscription, trackSetting, subscriptionPermission, addTrack, updateMetadata, pingReq
  seeds: [
    '2a130a0f54525f63616d6572613030303030301001',
    '32130a0f54525f63616d6572613030303030301001',
    '3a1b0a0f54525f63616d65726130303030303028c00230b401380f4001',
    '5a1812161a0f54525f63616d6572613030303030302203626f62',
    '22260a026331120363616d180120800a28d00540014a0610c00218b40152090a0376703812026331',
    '7a120a016d1203416e6e1a060a01611201312004',
    '820104084d102a',
  ].map(hex),
  run: (input) => {
    const request = decodeSignalRequest(input);
    const { serviceRequests } = new Requests(room()).translate(request, { nowWallMs: 0 });
    for (const { onAnswer } of serviceRequests)
      for (const response of onAnswer({ code: 'NOT_PERMITTED', message: '' })) response.toBinary();
    if (request.message.case !== 'addTrack') return;
    const track = requestedTrackOf(request.message.value, { canPublish: true, tracks: 0 });
    (track.ok ? trackPublishedResponse(track.track, 'TR_new000000000') : track.response).toBinary();
  },
  isDeclared,
  ownBytes,
};

const data: FuzzTarget = {
  name: 'livekit-data',
  // user, legacy chat, stream header, chunk, rpcRequest, rpcResponse, chatMessage
  seeds: [
    '120c120268692206637572736f722a03626f62',
    '122112107b226d657373616765223a226869227d220d6c6b2d636861742d746f706963',
    '6a120a01731a076c6b2e636861744a005a026869',
    '72070a01731a026869',
    '2a03626f6252160a0469642d31120567726565741a0268692098752801',
    '2a03626f62620f0a0469642d311a0708dc0b12026e6f',
    '4a070a016d22026869',
  ].map(hex),
  run: (input) => {
    const packets = new PacketTranslator(room());
    for (let times = 0; times < 2; times += 1) {
      const out = packets.fromClient(decodeDataPacket(input), { lossy: false, nowMs: times });
      for (const { sendData } of out.messages)
        for (const { packet } of sendData == null ? [] : packets.fromRoom({ ...sendData, sessionId: 'PA_bob' }).packets)
          if (packet.participantSid !== 'PA_bob') throw new Error(`sent by ${packet.participantSid}`);
    }
    packets.fromRoom({ sessionId: 'PA_bob', topic: 'livekit.packet', payload: input });
  },
  isDeclared,
  ownBytes,
};

export const liveKitTargets: readonly FuzzTarget[] = [signal, data];
