import {
  EgressInfo,
  EgressSourceType,
  EgressStatus,
  EncodedFileOutput,
  FileInfo,
  ParticipantEgressRequest,
  RoomCompositeEgressRequest,
  SegmentedFileOutput,
  SegmentsInfo,
  WebEgressRequest,
} from '@livekit/protocol';
import type { RecordingState } from '../events/core/recording-story.ts';
import type { ShownRecording } from '../events/recording-body.ts';

export type EgressSource = 'room_composite' | 'participant' | 'web';

export type Recorded = Pick<ShownRecording, 'id' | 'room' | 'identity' | 'mode' | 'layout'> &
  Partial<Pick<ShownRecording, 'sid' | 'startedAt' | 'endedAt' | 'outputs' | 'failure'>>;

export interface FileLocations {
  readonly file: string;
  /** HLS playlist of the renditions. */
  readonly playlist: string;
}

export interface EgressDetails {
  readonly status: EgressStatus;
  readonly source: EgressSource;
  /** Requested outputs: `file`, `segments`, separated by blanks. */
  readonly outputs: string;
  /** Path or prefix that the request gave. */
  readonly label: string;
  readonly updatedMs: number;
  /** Returns the URLs of an item's files, each '' if it has none (yet); undefined where only names are shown. */
  locationsOf(item: string): FileLocations | undefined;
}

export const statusOf: { readonly [state in RecordingState]: EgressStatus } = {
  running: EgressStatus.EGRESS_ACTIVE,
  ended: EgressStatus.EGRESS_ENDING,
  finishing: EgressStatus.EGRESS_ENDING,
  finished: EgressStatus.EGRESS_COMPLETE,
  failed: EgressStatus.EGRESS_FAILED,
};

/** Returns the source that LiveKit's call would have had, for a recording that a host or REST started. */
export function sourceOf({ mode, identity }: Pick<Recorded, 'mode' | 'identity'>): EgressSource {
  if (mode === 'page') return 'web';
  return mode === 'composed' || identity === null ? 'room_composite' : 'participant';
}

const nsOf = (ms: number): bigint => BigInt(Math.round(ms)) * 1_000_000n;
const nsOfText = (time: string | null | undefined): bigint => (time == null ? 0n : nsOf(Date.parse(time)));

export function egressInfo(recorded: Recorded, details: EgressDetails): EgressInfo {
  const outputs = details.outputs.split(' ');
  const [startedAt, endedAt] = [nsOfText(recorded.startedAt), nsOfText(recorded.endedAt)];
  return new EgressInfo({
    egressId: recorded.id,
    roomId: recorded.sid ?? '',
    roomName: recorded.room,
    sourceType: details.source === 'participant' ? EgressSourceType.SDK : EgressSourceType.WEB,
    status: details.status,
    startedAt,
    endedAt,
    updatedAt: nsOf(details.updatedMs),
    // A file of a recording that could not be composed is complete, too.
    error: details.status === EgressStatus.EGRESS_COMPLETE ? '' : (recorded.failure ?? ''),
    request: requestOf(recorded, details, outputs),
    fileResults: outputs.includes('file') ? filesOf(recorded, details, { startedAt, endedAt }) : [],
    segmentResults: outputs.includes('segments') ? segmentsOf(recorded, details, { startedAt, endedAt }) : [],
  });
}

interface Times {
  readonly startedAt: bigint;
  readonly endedAt: bigint;
}

function filesOf(recorded: Recorded, seen: EgressDetails, times: Times): FileInfo[] {
  return (recorded.outputs ?? []).map(({ item, name, bytes, durationMs }) => {
    const filename = `${name}.mp4`;
    const { file: location } = seen.locationsOf(item) ?? { file: filename };
    return new FileInfo(Object.assign({ filename, size: BigInt(bytes), duration: nsOf(durationMs), location }, times));
  });
}

function segmentsOf(recorded: Recorded, seen: EgressDetails, times: Times): SegmentsInfo[] {
  return (recorded.outputs ?? []).map(({ item, name, bytes, durationMs }) => {
    const playlistName = `${name}/master.m3u8`;
    const { playlist: playlistLocation } = seen.locationsOf(item) ?? { playlist: playlistName };
    const fields = { playlistName, size: BigInt(bytes), duration: nsOf(durationMs), playlistLocation };
    return new SegmentsInfo(Object.assign(fields, times));
  });
}

function requestOf(recorded: Recorded, { source, label }: EgressDetails, outputs: string[]): EgressInfo['request'] {
  const { room: roomName, identity } = recorded;
  const fileOutputs = outputs.includes('file') ? [new EncodedFileOutput({ filepath: label })] : [];
  const segmentOutputs = outputs.includes('segments') ? [new SegmentedFileOutput({ filenamePrefix: label })] : [];
  const common = { fileOutputs, segmentOutputs };
  if (source === 'web') return { case: 'web', value: new WebEgressRequest(common) };
  if (source === 'participant') {
    const fields = Object.assign({ roomName, identity: identity ?? '' }, common);
    return { case: 'participant', value: new ParticipantEgressRequest(fields) };
  }
  const asked = Object.assign({ roomName, layout: recorded.layout ?? '' }, common);
  return { case: 'roomComposite', value: new RoomCompositeEgressRequest(asked) };
}
