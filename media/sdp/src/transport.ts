// Reads the transport of a client's description, which carries all its lines.
import { type Fingerprint, fingerprintFromWire, limits } from '@meridian/protocol';
import type { Description, Media } from './description.ts';
import { invalid } from './invalid.ts';

/** Returns the client's fingerprint. Throws REQUEST_INVALID for a missing, weak or malformed one. */
export function fingerprintOf(sdp: Description, lines: readonly Media[]): Fingerprint {
  const { type, hash } =
    sdp.fingerprint ?? lines.find(({ fingerprint }) => fingerprint !== undefined)?.fingerprint ?? {};
  return fingerprintFromWire({ algorithm: String(type ?? ''), value: String(hash ?? '') }, 'description:');
}

/** Returns the client's ICE ufrag; undefined unless the description also has a password. */
export function ufragOf(sdp: Description): string | undefined {
  const ufrag = sdp.iceUfrag ?? sdp.media.find(({ iceUfrag }) => iceUfrag !== undefined)?.iceUfrag;
  const password = sdp.icePwd ?? sdp.media.find(({ icePwd }) => icePwd !== undefined)?.icePwd;
  return ufrag === undefined || password === undefined ? undefined : String(ufrag);
}

/** Returns the DTLS role `actpass` or `active`. Throws REQUEST_INVALID for others, because the node is the server. */
export function setupOf(sdp: Description, lines: readonly Media[]): string {
  const setup = sdp.setup ?? lines.find((media) => media.setup !== undefined)?.setup;
  if (setup !== 'actpass' && setup !== 'active') throw invalid('the DTLS role must be actpass or active');
  return setup;
}

/** Throws REQUEST_INVALID unless one transport carries all: unique mids, bundled lines, RTP and RTCP on one port. */
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
