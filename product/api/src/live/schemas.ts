import type { wire } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { Time, timeText } from '../http/time.ts';
import { identity, roomName } from '../rooms/schemas.ts';
import type { LivePublisher } from './live-rooms.ts';
import type { StreamKey } from './stream-keys.ts';

const kbps = () => Type.Number({ minimum: 0, description: 'Mean over the last five seconds.' });
const url = (description: string) => Type.String({ description });
const secretUrl = (form: string) => url(`${form}; the URL contains the key, so whoever has it may use it.`);

export const useSchema = () =>
  Type.Union([Type.Literal('publish'), Type.Literal('play'), Type.Literal('both')], {
    default: 'both',
    description: 'What the key is used for.',
  });
export const pictureSchema = () =>
  Type.Optional({
    ...identity(),
    description:
      'Identity whose picture is shown; `composed` (or `composed:grid`, `composed:speaker`, `composed:screen`) shows the whole room in one picture; absent: the active speaker.',
  });

const streamKeyParts = {
  id: Type.String({ examples: ['SK_8Zr2mQkL0vXw5TgYb1Nc'] }),
  room: roomName(),
  identity: { ...identity(), description: 'Identity of the participant that publishes with the key.' },
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
    key: Type.String({ description: 'Stream key; secret.' }),
    url: secretUrl('Server and key as one URL'),
  },
  { title: 'RtmpAddress' },
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
          whip: Type.Object({ url: Type.String(), key: Type.String({ description: 'Bearer token; secret.' }) }),
        },
        { title: 'PublishAddresses' },
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
        { title: 'PlayAddresses' },
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

const rtmpOf = (way: wire.RtmpAddress.$Properties | null | undefined) => ({
  server: way?.server ?? '',
  key: way?.key ?? '',
  url: way?.url ?? '',
});

export function shownNewKey(
  key: StreamKey,
  { publish, play }: wire.StreamAddresses,
): Static<typeof newStreamKeySchema> {
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
              width: Type.Optional(
                Type.Integer({ description: 'Absent while the size is unknown; so are height and fps.' }),
              ),
              height: Type.Optional(Type.Integer()),
              fps: Type.Optional(Type.Number()),
              bitrateKbps: kbps(),
              keyFrameIntervalMs: Type.Optional(
                Type.Number({ description: 'Longest of the recent intervals between key frames.' }),
              ),
            }),
          ),
          audio: Type.Optional(Type.Object({ codec: Type.String({ examples: ['aac'] }), bitrateKbps: kbps() })),
          warnings: Type.Array(Type.String(), {
            description:
              'At most one is about key frames (IDR pictures): `KEYFRAME_INTERVAL`: they are more than two seconds apart. `OPEN_GOP`: the encoder makes other I pictures in their place. `INTRA_REFRESH`: it refreshes parts of pictures in their place, or makes none. `NO_SOUND_TRANSCODER`, `NO_PICTURE_TRANSCODER`: browsers cannot play its sound or picture, because its gateway has no ffmpeg.',
          }),
          gateway: Type.String({ description: 'Gateway that receives the stream.' }),
          region: Type.String({ description: 'Region of the gateway.' }),
        },
        { title: 'LivePublisher' },
      ),
    ),
    outputs: Type.Array(
      Type.Object(
        {
          protocol: Type.String({
            examples: ['hls'],
            description: 'Protocol of the viewers; `push`: pushes that are live.',
          }),
          viewers: Type.Integer({ minimum: 0 }),
          bitrateKbps: { ...kbps(), description: 'Sum over all viewers of this protocol.' },
        },
        { title: 'LiveOutput' },
      ),
    ),
    gatewaysSilent: Type.Array(Type.String(), {
      description: 'Gateways that did not answer in time; their streams are missing in the lists.',
    }),
  },
  { title: 'LiveRoom' },
);

type ShownPublisher = Static<typeof liveRoomSchema>['publishers'][number];

/** Omits values of 0, which mean "unknown" on a link. */
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
