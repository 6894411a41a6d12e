// Converts LiveKit's requests for egress into recordings. Refuses requests that would have another meaning here.
import {
  AudioMixing,
  type EncodedFileOutput,
  EncodedFileType,
  EncodingOptionsPreset,
  type ImageOutput,
  type ParticipantEgressRequest,
  type RoomCompositeEgressRequest,
  type SegmentedFileOutput,
  type StreamOutput,
  type WebEgressRequest,
} from '@livekit/protocol';
import { isIdentity, isPageUrl, recordingLayouts } from '@meridian/protocol';
import type { EgressSource } from '../webhooks/egress-messages.ts';
import { refuseIf, TwirpError } from './errors.ts';

export interface RequestedRecording {
  readonly source: EgressSource;
  readonly identity: string;
  /** Mode, as in `RoomRecording` of the wire. */
  readonly mode: string;
  readonly layout: string;
  readonly pageUrl: string;
  readonly outputs: string;
  readonly label: string;
}

const LABEL_CHARACTERS_MAX = 512;
const DARK = '-dark';
const layouts: readonly string[] = recordingLayouts;

/** Throws `unimplemented` for an unknown layout. */
export function layoutOf(layout: string): string {
  // LiveKit's own template shows a grid by default.
  const name = (layout.endsWith(DARK) ? layout.slice(0, -DARK.length) : layout) || 'grid';
  refuseIf(!layouts.includes(name), `layout ${JSON.stringify(layout.slice(0, 64))}`);
  return name;
}

export function composite(request: RoomCompositeEgressRequest): RequestedRecording {
  checkWeb(request);
  refuseIf(request.audioMixing !== AudioMixing.DEFAULT_MIXING, 'audio_mixing');
  refuseIf(request.customBaseUrl !== '', 'custom_base_url');
  const layout = layoutOf(request.layout);
  const base = { source: 'room_composite', identity: '', mode: 'composed', layout, pageUrl: '' } as const;
  return Object.assign(base, outputsOf(request));
}

export function participant(request: ParticipantEgressRequest): RequestedRecording {
  const { identity } = request;
  if (!isIdentity(identity)) throw new TwirpError('invalid_argument', 'identity is not valid');
  refuseIf(request.screenShare, 'screen_share alone (all tracks of the participant are recorded)');
  refuseIf(request.options.case !== undefined, 'options (tracks are recorded as published)');
  refuseIf(request.webhooks.length > 0, 'webhooks');
  const base = { source: 'participant', identity, mode: '', layout: '', pageUrl: '' } as const;
  return Object.assign(base, outputsOf(request));
}

export function web(request: WebEgressRequest): RequestedRecording {
  const { url: pageUrl } = request;
  if (!isPageUrl(pageUrl))
    throw new TwirpError('invalid_argument', 'url must be http or https, without a user name and password');
  checkWeb(request);
  refuseIf(request.awaitStartSignal, 'await_start_signal');
  const base = { source: 'web', identity: '', mode: 'page', layout: '', pageUrl } as const;
  return Object.assign(base, outputsOf(request));
}

function checkWeb(request: RoomCompositeEgressRequest | WebEgressRequest): void {
  refuseIf(request.audioOnly, 'audio_only');
  refuseIf(request.videoOnly, 'video_only');
  refuseIf(request.webhooks.length > 0, 'webhooks');
  const { options } = request;
  const isOurs = options.case === undefined || (options.case === 'preset' && isOurPreset(options.value));
  refuseIf(!isOurs, 'options (pictures are H.264 of 720p at 30 per second)');
}

const isOurPreset = (preset: EncodingOptionsPreset): boolean => preset === EncodingOptionsPreset.H264_720P_30;

export interface RequestedOutputs {
  readonly output?: RoomCompositeEgressRequest['output'];
  readonly fileOutputs: readonly EncodedFileOutput[];
  readonly streamOutputs: readonly StreamOutput[];
  readonly segmentOutputs: readonly SegmentedFileOutput[];
  readonly imageOutputs: readonly ImageOutput[];
}

/** Prefers the new field of an output, since SDKs send outputs in both the old and the new field. */
const presentOrEarlier = <T>(present: readonly T[], earlier: T | undefined): readonly T[] =>
  present.length > 0 || earlier === undefined ? present : [earlier];

function outputsOf(requested: RequestedOutputs): Pick<RequestedRecording, 'outputs' | 'label'> {
  const { output } = requested;
  const files = presentOrEarlier(requested.fileOutputs, output?.case === 'file' ? output.value : undefined);
  const segments = presentOrEarlier(requested.segmentOutputs, output?.case === 'segments' ? output.value : undefined);
  refuseIf(requested.imageOutputs.length > 0, 'image_outputs');
  const streams = presentOrEarlier(requested.streamOutputs, output?.case === 'stream' ? output.value : undefined);
  refuseIf(streams.length > 0, 'a stream output (POST /rooms/{room}/pushes pushes a room)');
  refuseIf(files.length > 1 || segments.length > 1, 'more than one output of a kind');
  const [file] = files;
  const [segment] = segments;
  if (file === undefined && segment === undefined)
    throw new TwirpError('invalid_argument', 'request has missing or invalid field: output');
  for (const one of [file, segment])
    refuseIf(one?.output?.case !== undefined, 'an upload (files are items of the library, by links)');
  const types: readonly (EncodedFileType | undefined)[] = [EncodedFileType.DEFAULT_FILETYPE, EncodedFileType.MP4];
  refuseIf(file !== undefined && !types.includes(file.fileType), 'a file that is not MP4');
  const label = file?.filepath ?? segment?.filenamePrefix ?? '';
  if (label.length > LABEL_CHARACTERS_MAX) throw new TwirpError('invalid_argument', 'filepath is too long');
  const outputs = [file && 'file', segment && 'segments'].filter(Boolean).join(' ');
  return { outputs, label: label.replaceAll('\0', '') };
}
