// Text of docs/reference.md about the calls of LiveKit's server API.

export const about = `A back end of LiveKit moves here by its address (the page's origin) and by a key of ours:
\`POST /twirp/livekit.RoomService/{method}\` and \`livekit.Egress\`, JSON or protobuf, errors as Twirp's (\`meta.code\` is our code).`;

export const methods: readonly (readonly [method: string, difference: string])[] = [
  [
    'tokens',
    "as LiveKit's SDKs sign them: up to six hours long; `roomCreate`, `roomList`, `roomAdmin` with `room`; `roomRecord`",
  ],
  [
    '`CreateRoom`',
    '`emptyTimeout` (300 s): forgotten when not used for so long; `departureTimeout`: how long an empty room stays open. `unimplemented` with egress, agents, presets, replay; other fields are not used',
  ],
  ['`ListRooms`, `DeleteRoom`, `ListParticipants`, `GetParticipant`, `UpdateRoomMetadata`, `SendData`', ''],
  ['`RemoveParticipant`', '`unimplemented` with `revoke_token_ts`: revoke tokens by `jti`'],
  ['`MutePublishedTrack`', '`failed_precondition` to unmute: only the participant itself unmutes'],
  [
    '`UpdateParticipant`',
    'of `permission` all rights are given anew; `can_publish_sources`: tracks of these alone. `unimplemented`: another `hidden`, and what a token alone says: `can_update_metadata`, `recorder`, `agent`, `can_subscribe_metrics`, `can_manage_agent_session`',
  ],
  [
    '`UpdateSubscriptions`',
    '`not_found` for a track that is not in the room; `permission_denied` for one that its publisher keeps from the participant',
  ],
  [
    '`MoveParticipant`, `ForwardParticipant`, `PerformRpc`',
    '`unimplemented`: a person goes to another room by its own token, [break-out rooms](rooms.md#break-out-rooms) too',
  ],
  [
    'Egress',
    'an egress is a [recording](recording.md), its id that of the recording; so `ListEgress` has those of hosts and of REST too, once they run. `roomRecord` counts for these calls alone; the key needs `rooms:admin` to record, `recordings:read` to list, `recordings:write` for `location`; with `room` it is for that one',
  ],
  [
    '`StartRoomCompositeEgress`',
    'one picture and one sound, H.264 and AAC of 720p30 (the default preset) in MP4; layouts `grid`, `speaker` (also `-dark`), `screen` of ours. `unimplemented`: other layouts, presets and encodings, sound or pictures alone, templates',
  ],
  [
    '`StartParticipantEgress`',
    'each track in a file of its own, as it was published, screens too. `unimplemented`: `screen_share` alone, encodings',
  ],
  [
    '`StartWebEgress`',
    'a page is recorded beside a room, while that has participants: the one that the token is for (`room`), else `unimplemented`',
  ],
  [
    'outputs',
    'files stay in the store of recorders: `filepath`, `filename_prefix` are labels, kept for 30 days. `file_results`: files of the recording; `segment_results`: playlists of its renditions, made after its end; `location`: good for an hour, another one with each call. `unimplemented`: uploads, images, streams (a push of ours shows one person at a time: `POST /rooms/{room}/pushes`), files that are not MP4, `webhooks` of the call (receivers are [webhooks](rooms.md#webhooks))',
  ],
  ['`UpdateLayout`', 'of what is composed, else `failed_precondition`'],
  [
    '`ListEgress`',
    'the newest 1000; older ones: `GET /recordings`. `active`: until the files are made. No `page_token`',
  ],
  ['`StopEgress`', '`failed_precondition` when it was stopped; `EGRESS_ABORTED` what had not begun'],
  ['`StartTrackEgress`, `StartTrackCompositeEgress`', '`unimplemented`: all tracks of a participant are recorded'],
  ['other methods and services', '`unimplemented`'],
];
