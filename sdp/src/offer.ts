// What a WHIP client offers to send (RFC 9725), as RTP parameters for a media node. Nothing is taken in part: an m-line
// that is sent and cannot be taken refuses the whole offer (4.4.3).
import {
  type Fingerprint,
  fingerprintFromWire,
  limits,
  type MediaKind,
  MeridianError,
  type RtpEncoding,
  type RtpParameters,
} from '@meridian/protocol';
import { chooseCodec, type HeaderExtension, headerExtensionsOf } from './codecs.ts';
import type { Description, Media } from './description.ts';

/** More than tracks: a client may offer lines that it does not send on. */
const MEDIA_MAX = 64;
const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const RID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';

export interface OfferedTrack {
  readonly mid: string;
  readonly kind: MediaKind;
  readonly rtp: RtpParameters;
  /** Of the codec, as offered; '' without any. */
  readonly fmtp: string;
  /** Of its simulcast layers in the order of the offer; empty: one layer. */
  readonly rids: readonly string[];
}
export interface OfferedLine {
  readonly mid: string;
  readonly type: string;
  readonly protocol: string;
  /** The first format of the line. */
  readonly format: string;
  /** undefined: nothing is sent on it. */
  readonly track: OfferedTrack | undefined;
}
export interface Offer {
  readonly fingerprint: Fingerprint;
  /** The user name of the client's side of ICE. */
  readonly ufrag: string;
  readonly allowsMixedExtensions: boolean;
  readonly lines: readonly OfferedLine[];
}

const invalid = (what: string): MeridianError => new MeridianError('REQUEST_INVALID', `offer: ${what}`);

export const tracksOf = ({ lines }: Offer): OfferedTrack[] => lines.flatMap(({ track }) => track ?? []);

/**
 * The offer. Throws REQUEST_INVALID for one that is malformed or not of the form that WHIP has, CODEC_UNSUPPORTED for a
 * line without a codec that is routed here, and TRACK_LIMIT for too many tracks or layers.
 */
export function readOffer(sdp: Description): Offer {
  if (sdp.media.length > MEDIA_MAX) throw new MeridianError('TRACK_LIMIT', `at most ${MEDIA_MAX} m-lines`);
  const sent = sdp.media.filter((media) => isSent(sdp, media));
  if (sent.length === 0) throw invalid('sends neither audio nor video');
  if (sent.length > limits.tracksPerParticipantMax)
    throw new MeridianError('TRACK_LIMIT', `at most ${limits.tracksPerParticipantMax} tracks`);
  checkBundle(sdp, sent);
  const setup = sdp.setup ?? sent.find((media) => media.setup !== undefined)?.setup;
  if (setup !== 'actpass' && setup !== 'active') throw invalid('the DTLS role must be actpass or active');
  const { type, hash } =
    sdp.fingerprint ?? sent.find(({ fingerprint }) => fingerprint !== undefined)?.fingerprint ?? {};
  const ufrag = ufragOf(sdp);
  if (ufrag === undefined) throw invalid('without ICE user name and password');
  return {
    fingerprint: fingerprintFromWire({ algorithm: String(type ?? ''), value: String(hash ?? '') }, 'offer:'),
    ufrag,
    allowsMixedExtensions: sdp.extmapAllowMixed !== undefined,
    lines: sdp.media.map((media) => lineOf(media, sent.includes(media))),
  };
}

/**
 * The client's ICE user name in a fragment of a description (RFC 8840); undefined: there is none. Throws
 * REQUEST_INVALID for a fragment that tells nothing of ICE.
 */
export function readFragment(sdp: Description): string | undefined {
  const ufrag = ufragOf(sdp);
  const tells = [sdp, ...sdp.media].some(({ candidates, endOfCandidates }) => candidates ?? endOfCandidates);
  if (ufrag === undefined && !tells) throw new MeridianError('REQUEST_INVALID', 'neither candidates nor credentials');
  return ufrag;
}

/** In a description that has it and its password. */
function ufragOf(sdp: Description): string | undefined {
  const ufrag = sdp.iceUfrag ?? sdp.media.find(({ iceUfrag }) => iceUfrag !== undefined)?.iceUfrag;
  const password = sdp.icePwd ?? sdp.media.find(({ icePwd }) => icePwd !== undefined)?.icePwd;
  return ufrag === undefined || password === undefined ? undefined : String(ufrag);
}

function isSent(sdp: Description, { type, direction, port, bundleOnly }: Media): boolean {
  if (type !== 'audio' && type !== 'video') return false;
  const way = direction ?? sdp.direction ?? 'sendrecv';
  return (way === 'sendonly' || way === 'sendrecv') && (port !== 0 || bundleOnly !== undefined);
}

/** One transport carries all: what is sent is bundled, with RTP and RTCP on one port. */
function checkBundle(sdp: Description, sent: readonly Media[]): void {
  const mids = sent.map((media) => String(media.mid ?? ''));
  if (mids.some((mid) => mid === '' || mid.length > limits.sdesTextLengthMax)) throw invalid('a line without a mid');
  if (new Set(mids).size < mids.length) throw invalid('two lines with the same mid');
  const bundle = sdp.groups?.find(({ type }) => type === 'BUNDLE');
  const bundled = new Set(String(bundle?.mids ?? '').split(' '));
  if (sent.length > 1 && mids.some((mid) => !bundled.has(mid))) throw invalid('lines that are sent must be bundled');
  if (sent.some(({ rtcpMux }) => rtcpMux === undefined)) throw invalid('rtcp-mux is required');
  if (sent.some(({ protocol }) => !String(protocol).endsWith('RTP/SAVPF')))
    throw invalid('the protocol must be RTP/SAVPF');
}

function lineOf(media: Media, isSentOn: boolean): OfferedLine {
  const { type, protocol } = media;
  const mid = String(media.mid ?? '');
  const [format = ''] = String(media.payloads ?? '').split(' ');
  return { mid, type, protocol: String(protocol), format, track: isSentOn ? trackOf(media, mid) : undefined };
}

function trackOf(media: Media, mid: string): OfferedTrack {
  const kind: MediaKind = media.type === 'audio' ? 'audio' : 'video';
  const extensions = headerExtensionsOf(media, kind);
  const chosen = chooseCodec(media, kind, extensions);
  if (chosen === undefined)
    throw new MeridianError('CODEC_UNSUPPORTED', `the line ${mid} offers no codec that is routed here`);
  const rids = ridsOf(media);
  const cname = media.ssrcs?.find(({ attribute }) => attribute === 'cname')?.value;
  const rtp: RtpParameters = {
    mid,
    codecs: chosen.codecs,
    headerExtensions: extensions.map(({ uri, id }) => ({ uri, id })),
    encodings: encodingsOf({ media, rids, extensions, hasRtx: chosen.codecs.length > 1 }),
    rtcp: { ...(cname === undefined ? {} : { cname: String(cname) }), reducedSize: media.rtcpRsize !== undefined },
  };
  return { mid, kind, rtp, fmtp: chosen.fmtp, rids };
}

/** Of what the client sends in several layers; of alternatives the first. */
function ridsOf({ simulcast, rids }: Media): string[] {
  const sent = new Set((rids ?? []).filter(({ direction }) => direction === 'send').map(({ id }) => String(id)));
  const list = simulcast?.dir1 === 'send' ? simulcast.list1 : simulcast?.dir2 === 'send' ? simulcast.list2 : undefined;
  const named = list === undefined ? [] : String(list).split(';');
  const wanted = named.map((layer) => (layer.split(',')[0] ?? '').replace('~', ''));
  if (wanted.some((rid) => !sent.has(rid) || rid.length > limits.ridLengthMax) || new Set(wanted).size < wanted.length)
    throw invalid('simulcast names a layer that has no rid, or twice the same');
  if (wanted.length > limits.encodingsMax)
    throw new MeridianError('TRACK_LIMIT', `at most ${limits.encodingsMax} simulcast layers`);
  return wanted;
}

/** One for each layer, the lowest first; an offer names the best first (RFC 8853, 5.2). */
function encodingsOf(o: {
  media: Media;
  rids: readonly string[];
  extensions: readonly HeaderExtension[];
  hasRtx: boolean;
}): RtpEncoding[] {
  const has = (wanted: string): boolean => o.extensions.some(({ uri }) => uri === wanted);
  if (o.rids.length > 0) {
    if (!has(MID) || !has(RID)) throw invalid('layers need the header extensions for mid and rid');
    return o.rids.toReversed().map((rid) => ({ rid }));
  }
  const ssrc = o.media.ssrcs?.[0]?.id;
  if (ssrc === undefined) {
    if (!has(MID)) throw invalid('a line without SSRC needs the header extension for mid');
    return [{}];
  }
  if (!isSsrc(ssrc)) throw invalid('not an SSRC');
  const pairs = (o.media.ssrcGroups ?? []).filter(({ semantics }) => semantics === 'FID');
  const [, rtx] = pairs.map(({ ssrcs }) => String(ssrcs).split(' ').map(Number)).find(([of]) => of === ssrc) ?? [];
  return [{ ssrc, ...(o.hasRtx && isSsrc(rtx) ? { rtx: { ssrc: rtx } } : {}) }];
}

const isSsrc = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= 0xffff_ffff;
