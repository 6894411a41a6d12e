// What a client's description says of the one transport that carries all its lines.
import { type Fingerprint, fingerprintFromWire, limits } from '@meridian/protocol';
import type { Description, Media } from './description.ts';
import { invalid } from './invalid.ts';

/**
 * The client's certificate. Throws REQUEST_INVALID without any, or for one that is weak or malformed.
 */
export function fingerprintOf(sdp: Description, lines: readonly Media[]): Fingerprint {
  const { type, hash } =
    sdp.fingerprint ?? lines.find(({ fingerprint }) => fingerprint !== undefined)?.fingerprint ?? {};
  return fingerprintFromWire({ algorithm: String(type ?? ''), value: String(hash ?? '') }, 'description:');
}

/** The client's ICE user name; undefined unless the description has a password, too. */
export function ufragOf(sdp: Description): string | undefined {
  const ufrag = sdp.iceUfrag ?? sdp.media.find(({ iceUfrag }) => iceUfrag !== undefined)?.iceUfrag;
  const password = sdp.icePwd ?? sdp.media.find(({ icePwd }) => icePwd !== undefined)?.icePwd;
  return ufrag === undefined || password === undefined ? undefined : String(ufrag);
}

/** The client's role in DTLS: `actpass` or `active`. Throws REQUEST_INVALID for any other: the node is the server. */
export function setupOf(sdp: Description, lines: readonly Media[]): string {
  const setup = sdp.setup ?? lines.find((media) => media.setup !== undefined)?.setup;
  if (setup !== 'actpass' && setup !== 'active') throw invalid('the DTLS role must be actpass or active');
  return setup;
}

/**
 * One transport carries all: these lines have mids of their own and are bundled, and RTP and RTCP share a port. Throws
 * REQUEST_INVALID.
 */
export function checkBundle(sdp: Description, lines: readonly Media[]): void {
  const mids = lines.map((media) => String(media.mid ?? ''));
  if (mids.some((mid) => mid === '' || mid.length > limits.sdesTextLengthMax)) throw invalid('a line without a mid');
  if (new Set(mids).size < mids.length) throw invalid('two lines with the same mid');
  const bundle = sdp.groups?.find(({ type }) => type === 'BUNDLE');
  const bundled = new Set(String(bundle?.mids ?? '').split(' '));
  if (lines.length > 1 && mids.some((mid) => !bundled.has(mid))) throw invalid('lines that are sent must be bundled');
  const media = lines.filter(({ type }) => type !== 'application');
  if (media.some(({ rtcpMux }) => rtcpMux === undefined)) throw invalid('rtcp-mux is required');
  if (media.some(({ protocol }) => !String(protocol).endsWith('RTP/SAVPF')))
    throw invalid('the protocol must be RTP/SAVPF');
}
