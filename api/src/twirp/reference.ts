// What docs/reference.md says of the calls of LiveKit's server API.

export const about = `A back end of LiveKit moves here by its address (the page's origin) and by a key of ours:
\`POST /twirp/livekit.RoomService/{method}\`, JSON or protobuf, errors as Twirp's (\`meta.code\` is our code).`;

export const methods: readonly (readonly [method: string, difference: string])[] = [
  ['tokens', "as LiveKit's SDKs sign them: up to six hours long; `roomCreate`, `roomList`, `roomAdmin` with `room`"],
  [
    '`CreateRoom`',
    '`emptyTimeout` (300 s): forgotten when not used for so long; `departureTimeout`: how long an empty room stays open. `unimplemented` with egress, agents, presets, replay; other fields are not used',
  ],
  ['`ListRooms`, `DeleteRoom`, `ListParticipants`, `GetParticipant`, `UpdateRoomMetadata`, `SendData`', ''],
  ['`RemoveParticipant`', '`unimplemented` with `revoke_token_ts`: revoke tokens by `jti`'],
  ['`MutePublishedTrack`', '`failed_precondition` to unmute: only the participant itself unmutes'],
  ['`UpdateParticipant`', '`unimplemented` with `can_publish_sources`, or another `hidden`'],
  ['other methods and services', '`unimplemented`'],
];
