// Describes the calls of LiveKit's server API, as text of docs/reference.md.

export const about = `To switch a LiveKit back end to Meridian, change its URL (to the page's origin) and its key (to one of ours):
\`POST /twirp/livekit.RoomService/{method}\` and \`livekit.Egress\`, JSON or protobuf, errors as Twirp's (\`meta.code\` is our code).`;

export const methods: readonly (readonly [method: string, difference: string])[] = [
  [
    'tokens',
    "like those that LiveKit's SDKs sign: valid for up to six hours; `roomCreate`, `roomList`, `roomAdmin` with `room`; `roomRecord`",
  ],
  [
    '`CreateRoom`',
    '`emptyTimeout` (300 s): the room is deleted after being unused for this long; `departureTimeout`: how long an empty room stays open. `sid`: the id that the room’s next life will have, or has; without a link between api and owner when the life begins, it has another. `unimplemented` with egress, agents, presets, replay; other fields are ignored',
  ],
  ['`ListRooms`, `DeleteRoom`, `ListParticipants`, `GetParticipant`, `UpdateRoomMetadata`, `SendData`', ''],
  [
    '`RemoveParticipant`',
    '`unimplemented` with `revoke_token_ts`: revoke tokens by `jti`. The participant may join again, as in LiveKit; `DELETE /rooms/{room}/participants/{identity}` keeps it out',
  ],
  ['`MutePublishedTrack`', '`failed_precondition` for unmuting: only the participant itself can unmute'],
  [
    '`UpdateParticipant`',
    '`permission` replaces all rights; `can_publish_sources`: tracks of only these sources. `unimplemented`: a changed `hidden`, and rights that only tokens can give: `can_update_metadata`, `recorder`, `agent`, `can_subscribe_metrics`, `can_manage_agent_session`',
  ],
  [
    '`UpdateSubscriptions`',
    '`not_found` for a track that is not in the room; `permission_denied` for a track that its publisher hides from the participant',
  ],
  [
    '`MoveParticipant`, `ForwardParticipant`, `PerformRpc`',
    '`unimplemented`: a person joins another room with another token, also for [break-out rooms](rooms.md#break-out-rooms)',
  ],
  [
    'Egress',
    'an egress is a [recording](recording.md) with the same id, so `ListEgress` also lists recordings of hosts and of REST, from their start on. `roomRecord` is valid for these calls only; the key needs `rooms:admin` to record, `recordings:read` to list, `recordings:write` for `location`; with `room`, the token is for that room only',
  ],
  [
    '`StartRoomCompositeEgress`',
    'one picture and one sound, H.264 and AAC of 720p30 (the default preset) in MP4; layouts `grid`, `speaker` (also `-dark`), and our `screen`. Where no recorder has room to compose it now, it is composed after the end, and is `EGRESS_ENDING` until then. `unimplemented`: other layouts, presets and encodings, only sound or only pictures, templates',
  ],
  [
    '`StartParticipantEgress`',
    'each track in a separate file, as published, including screens. `unimplemented`: `screen_share` alone, encodings',
  ],
  [
    '`StartWebEgress`',
    'a page is recorded with a room, while the room has participants: the token must name the room (`room`), else `unimplemented`',
  ],
  [
    'outputs',
    'files are items of the library: `filepath`, `filename_prefix` are labels, kept for 30 days. `file_results`: files of the recording; `segment_results`: playlists of its renditions, made after its end; `location`: valid for a day, a new one with each call. `unimplemented`: uploads, images, streams (a push of ours shows one person at a time: `POST /rooms/{room}/pushes`), files other than MP4, `webhooks` of the call (use [webhooks](rooms.md#webhooks))',
  ],
  ['`UpdateLayout`', 'for composed recordings only, else `failed_precondition`'],
  [
    '`ListEgress`',
    'the newest 1000; for older ones: `GET /recordings`. `active`: until the files are made. No `page_token`',
  ],
  ['`StopEgress`', '`failed_precondition` if it was already stopped; `EGRESS_ABORTED` if it had not begun'],
  ['`StartTrackEgress`, `StartTrackCompositeEgress`', '`unimplemented`: all tracks of a participant are recorded'],
  ['other methods and services', '`unimplemented`'],
];
