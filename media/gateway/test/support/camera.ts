// Camera in a scripted room, as the media node forwards it: one picture each 40 ms of the room's clock.

import { capabilityOf } from '@meridian/room-media';
import { packetiseH264, RtpSender, SendClock } from '@meridian/room-media/core';
import type { ScriptedSocket } from '../../../../base/client/test/unit/scripted-service.ts';
import type { ScriptedRoom } from './scripted-room.ts';

/** Publishes the camera, `to` sessions or the last one. Returns a function that sends the next picture. */
export function cameraOf(
  room: ScriptedRoom,
  { to, ...o }: { readonly scalabilityMode?: string; readonly to?: ScriptedSocket[] | undefined } = {},
): (nals: readonly Uint8Array[]) => void {
  const { preferredPayloadType: payloadType, clockRate, mimeType, parameters } = capabilityOf('h264');
  const sender = new RtpSender({
    ssrc: 77,
    payloadType: payloadType ?? 0,
    clockRate,
    cname: 'ann',
    clock: new SendClock(0),
    firstSequence: 1,
    timestampOffset: 0,
    marksLast: true,
  });
  const codec = { mimeType, payloadType: payloadType ?? 0, clockRate, parameters: parameters ?? {} };
  const rtp = { mid: 'video', codecs: [codec], headerExtensions: [], encodings: [{ ssrc: 77, ...o }] };
  room.subscribe({ trackId: 'TR_camera', consumerId: 'c1', rtp }, to);
  let ptsMs = 0;
  return (nals) => {
    ptsMs += 40;
    room.clock.advance(40);
    room.send(sender.send(packetiseH264(nals, sender.maxPayloadBytes), ptsMs, room.clock.nowMs()));
  };
}
