// The part of a bridge that has joined: what the client asks, what the room and its media say.
import type { DataPacket, SignalRequest, SignalResponse } from '@livekit/protocol';
import { type ErrorCode, MeridianError, type wire } from '@meridian/protocol';
import { type ConnectQuery, decodeDataPacket, PacketTranslator, RequestTranslator, ShownRoom } from '../../core/livekit/index.ts';
import type { Asks } from './asking.ts';
import { Publishing } from './publishing.ts';
import { Receiving } from './receiving.ts';
