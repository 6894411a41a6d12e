import type { wire } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { Time, timeText } from '../http/time.ts';
import { identity, roomName } from '../rooms/schemas.ts';
import type { LivePublisher } from './live-rooms.ts';
import type { StreamKey } from './stream-keys.ts';

const kbps = () => Type.Number({ minimum: 0, description: 'Over the last five seconds.' });
const url = (description: string) => Type.String({ description });
const secretUrl = (form: string) => url(`${form}; it holds the key: whoever has it may do so.`);

export const useSchema = () =>
  Type.Union([Type.Literal('publish'), Type.Literal('play'), Type.Literal('both')], {
    default: 'both',
    description: 'What it is for.',
  });
export const pictureSchema = () =>
  Type.Optional({
    ...identity(),
    description:
      'Whose picture is shown; `composed` (or `composed:grid`, `composed:speaker`, `composed:screen`): all of the room as one; absent: the active speaker’s.',
  });

const streamKeyParts = {
  id: Type.String({ examples: ['SK_8Zr2mQkL0vXw5TgYb1Nc'] }),
  room: roomName(),
  identity: { ...identity(), description: 'Of the participant that publishes by it.' },
  name: Type.String(),
  use: useSchema(),
  createdBy: Type.String({ examples: ['key:acmekey'] }),
  createdAt: Time,
  expiresAt: Time,
};
export const streamKeySchema = Type.Object(streamKeyParts, { title: 'StreamKey' });

const rtmpSchema = Type.Object(
  {
    server: Type.String({ examples: ['rtmp://gw.example.com:1935/live'] }),
    key: Type.String({ description: 'Secret.' }),
    url: secretUrl('Both as one'),
  },
  { title: 'RtmpWay' },
);

export const newStreamKeySchema = Type.Object(
  {
    ...streamKeyParts,
    publish: Type.Optional(
      Type.Object(
        {
          identity: identity(),
          rtmp: rtmpSchema,
          rtmps: Type.Optional(rtmpSchema),
          h5: Type.Optional(secretUrl('MPEG-TS in a WebSocket')),
          whip: Type.Object({ url: Type.String(), key: Type.String({ description: 'Secret: the bearer.' }) }),
        },
        { title: 'PublishWays' },
      ),
    ),
    play: Type.Optional(
      Type.Object(
        {
          rtmp: secretUrl('RTMP'),
          rtmps: Type.Optional(secretUrl('RTMP by TLS')),
          flv: secretUrl('FLV over HTTP'),
          wsFlv: secretUrl('FLV in a WebSocket'),
          h5: Type.Optional(secretUrl('MPEG-TS in a WebSocket')),
          hls: secretUrl('HLS and low-latency HLS'),
        },
        { title: 'PlayWays' },
      ),
    ),
  },
  { title: 'NewStreamKey' },
);

export const shownStreamKey = (key: StreamKey): Static<typeof streamKeySchema> => ({
  id: key.id,
  room: key.room,
  identity: key.identity,
  name: key.name,
  use: key.use,
  createdBy: key.createdBy,
  createdAt: timeText(key.createdMs),
  expiresAt: timeText(key.expiresMs),
});

const rtmpOf = (way: wire.RtmpWay.$Properties | null | undefined) => ({
  server: way?.server ?? '',
  key: way?.key ?? '',
  url: way?.url ?? '',
});

export function shownNewKey(key: StreamKey, { publish, play }: wire.StreamWays): Static<typeof newStreamKeySchema> {
  return {
    ...shownStreamKey(key),
    ...(publish && {
      publish: {
        identity: publish.identity ?? '',
        rtmp: rtmpOf(publish.rtmp),
        ...(publish.h5 && { h5: publish.h5 }),
        whip: { url: publish.whipUrl ?? '', key: publish.whipKey ?? '' },
        ...(publish.rtmps && { rtmps: rtmpOf(publish.rtmps) }),
      },
    }),
    ...(play && {
      play: {
        rtmp: play.rtmp ?? '',
        flv: play.flv ?? '',
        wsFlv: play.wsFlv ?? '',
        ...(play.h5 && { h5: play.h5 }),
        hls: play.hls ?? '',
        ...(play.rtmps && { rtmps: play.rtmps }),
      },
    }),
  };
}

export const liveRoomSchema = Type.Object(
  {
    publishers: Type.Array(
      Type.Object(
        {
          identity: identity(),
          protocol: Type.String({ examples: ['rtmp'] }),
          since: Time,
          video: Type.Optional(
            Type.Object({
              codec: Type.String({ examples: ['h264'] }),
              width: Type.Optional(Type.Integer({ description: 'Absent while it is not known, as height and fps.' })),
              height: Type.Optional(Type.Integer()),
              fps: Type.Optional(Type.Number()),
              bitrateKbps: kbps(),
              keyFrameIntervalMs: Type.Optional(Type.Number({ description: 'The longest of the last ones.' })),
            }),
          ),
          audio: Type.Optional(Type.Object({ codec: Type.String({ examples: ['aac'] }), bitrateKbps: kbps() })),
          warnings: Type.Array(Type.String(), {
            description:
              '`KEYFRAME_INTERVAL`: key frames are more than two seconds apart, or there are none. `NO_SOUND_TRANSCODER`, `NO_PICTURE_TRANSCODER`: browsers do not hear or see it, for its gateway has no ffmpeg.',
          }),
          gateway: Type.String({ description: 'By which it comes.' }),
          region: Type.String({ description: 'Of that gateway.' }),
        },
        { title: 'LivePublisher' },
      ),
    ),
    outputs: Type.Array(
      Type.Object(
        {
          protocol: Type.String({ examples: ['hls'], description: '`push`: pushes that are live.' }),
          viewers: Type.Integer({ minimum: 0 }),
          bitrateKbps: { ...kbps(), description: 'To all of them together.' },
        },
        { title: 'LiveOutput' },
      ),
    ),
    gatewaysSilent: Type.Array(Type.String(), {
      description: 'Gateways that did not answer in time: what goes by them is not in the lists.',
    }),
  },
  { title: 'LiveRoom' },
);

type ShownPublisher = Static<typeof liveRoomSchema>['publishers'][number];

/** Omits 0, which means an unknown value on a link. */
function knownOf({ codec, bitrateKbps, ...rest }: NonNullable<LivePublisher['video']>) {
  const { width, height, fps, keyFrameIntervalMs } = rest;
  return {
    codec,
    bitrateKbps,
    ...(width > 0 && { width, height }),
    ...(fps > 0 && { fps }),
    ...(keyFrameIntervalMs > 0 && { keyFrameIntervalMs }),
  };
}

export function shownPublisher({ sinceWallMs, video, audio, warnings, ...one }: LivePublisher): ShownPublisher {
  return {
    ...one,
    since: timeText(sinceWallMs),
    ...(video && { video: knownOf(video) }),
    ...(audio && { audio }),
    warnings: [...warnings],
  };
}
