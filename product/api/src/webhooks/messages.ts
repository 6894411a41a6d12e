// Bodies and signatures of webhook messages, in the form of Standard Webhooks or of LiveKit.
import { createHash, createHmac } from 'node:crypto';
import {
  type EgressInfo,
  ParticipantInfo,
  ParticipantInfo_Kind,
  ParticipantInfo_State,
  Room,
  TrackInfo,
  TrackSource,
  TrackType,
  WebhookEvent,
} from '@livekit/protocol';
import type { EventBody } from '../events/body.ts';
import { isOfItem } from '../events/core/item-events.ts';
import { isOfMeeting } from '../events/core/meeting-story.ts';
import { isOfOrder } from '../events/core/order-events.ts';
import { isOfRecording, type RecordingState } from '../events/core/recording-story.ts';
import type { EgressRow } from '../events/egress-rows.ts';
import type { ItemEventBody } from '../events/item-body.ts';
import type { MeetingEventBody } from '../events/meeting-body.ts';
import type { OrderEventBody } from '../events/order-body.ts';
import type { RecordingEventBody } from '../events/recording-body.ts';
import { timeText } from '../http/time.ts';
import { egressInfo, sourceOf, statusOf } from './egress-messages.ts';

export interface Message {
  readonly id: string;
  readonly type: string;
  readonly atMs: number;
  /** Number of the event; 0 for a test event, which belongs to no room. */
  readonly sequence: number;
  readonly body: EventBody | MeetingEventBody | RecordingEventBody | ItemEventBody | OrderEventBody;
  /** Request of the LiveKit call that started the recording. */
  readonly egress?: EgressRow | undefined;
}

const egressEvents: Readonly<Record<string, string>> = {
  'recording.started': 'egress_started',
  'recording.ended': 'egress_updated',
  'recording.finished': 'egress_ended',
  'recording.failed': 'egress_ended',
};

/** Returns LiveKit's name of an event; undefined if LiveKit has no such event. */
export const liveKitEventOf = (type: string): string | undefined =>
  isOfMeeting(type) || isOfRecording(type) || isOfItem(type) || isOfOrder(type) ? egressEvents[type] : type;

export const SECRET_PREFIX = 'whsec_';

export const standardBody = ({ id, type, atMs, sequence, body }: Message): string =>
  JSON.stringify({ id, event: type, createdAt: timeText(atMs), sequence, ...body });

/** Returns the headers of Standard Webhooks, with a signature per valid secret. */
export function standardHeaders(
  id: string,
  body: string,
  o: { readonly secrets: readonly string[]; readonly nowMs: number },
): Record<string, string> {
  const timestamp = String(Math.floor(o.nowMs / 1000));
  const signatures = o.secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** Returns the claim that binds LiveKit's token to the body. */
export const sha256Of = (body: string): string => createHash('sha256').update(body).digest('base64');

const kinds: Readonly<Record<string, ParticipantInfo_Kind>> = {
  gateway: ParticipantInfo_Kind.INGRESS,
  recorder: ParticipantInfo_Kind.EGRESS,
  agent: ParticipantInfo_Kind.AGENT,
};
const sources: Readonly<Record<string, TrackSource>> = {
  camera: TrackSource.CAMERA,
  microphone: TrackSource.MICROPHONE,
  screen_share: TrackSource.SCREEN_SHARE,
  screen_share_audio: TrackSource.SCREEN_SHARE_AUDIO,
};

/** Returns the body as LiveKit's servers send it; of an event that LiveKit does not have, only its name. */
export function liveKitBody({ id, type, atMs, body, egress }: Message): string {
  const { room, participant, track } = 'room' in body ? body : ({} as Partial<EventBody>);
  const seconds = (time: string) => BigInt(Math.floor(Date.parse(time) / 1000));
  return new WebhookEvent({
    id,
    event: liveKitEventOf(type) ?? type,
    createdAt: BigInt(Math.floor(atMs / 1000)),
    ...('recording' in body && { egressInfo: egressOf(body.recording, atMs, egress) }),
    ...(room && {
      room: new Room({
        sid: room.sid,
        name: room.name,
        metadata: room.metadata,
        numParticipants: room.numParticipants,
        creationTime: seconds(room.createdAt),
        creationTimeMs: BigInt(Date.parse(room.createdAt)),
      }),
    }),
    ...(participant && {
      participant: new ParticipantInfo({
        sid: participant.sid,
        identity: participant.identity,
        name: participant.name,
        metadata: participant.metadata,
        attributes: participant.attributes,
        region: participant.region,
        joinedAt: seconds(participant.joinedAt),
        joinedAtMs: BigInt(Date.parse(participant.joinedAt)),
        kind: kinds[participant.kind] ?? ParticipantInfo_Kind.STANDARD,
        state: type === 'participant_left' ? ParticipantInfo_State.DISCONNECTED : ParticipantInfo_State.ACTIVE,
      }),
    }),
    ...(track && {
      track: new TrackInfo({
        sid: track.sid,
        name: track.name,
        mimeType: track.mimeType,
        width: track.width,
        height: track.height,
        muted: track.muted,
        type: track.type === 'video' ? TrackType.VIDEO : TrackType.AUDIO,
        source: sources[track.source] ?? TrackSource.UNKNOWN,
      }),
    }),
  }).toJsonString();
}

/** Files have only names here, because links are made only on request. */
const egressOf = (recording: RecordingEventBody['recording'], updatedMs: number, egress?: EgressRow): EgressInfo =>
  egressInfo(recording, {
    status: statusOf[recording.state as RecordingState],
    source: egress?.source ?? sourceOf(recording),
    outputs: egress?.outputs ?? 'file',
    label: egress?.label ?? '',
    updatedMs,
    locationsOf: () => undefined,
  });
