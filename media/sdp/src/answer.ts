// Builds the answer to a WHIP offer: the media node's side of the transport, and the media received on each line.
import type { Description } from './description.ts';
import { description, type IceCredentials, type NodeTransport, rejectedLine } from './lines.ts';
import type { Offer } from './offer.ts';
import { receivedLine } from './received-line.ts';

/** Media type of a fragment of a description (RFC 8840). */
export const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag';

/** Builds the answer. `sessionId` is unique to this gateway. */
export function answerTo(offer: Offer, side: NodeTransport, sessionId: number): Description {
  const media = offer.lines.map((line) =>
    line.track === undefined ? rejectedLine(line) : receivedLine(line, line.track, side),
  );
  return description({ sessionId, version: 1 }, media, { mixedExtensions: offer.allowsMixedExtensions });
}

/** Builds the answer to an ICE restart: new credentials, the same candidates. */
export function restartedFragment({ usernameFragment, password }: IceCredentials): string {
  return ['a=ice-lite', `a=ice-ufrag:${usernameFragment}`, `a=ice-pwd:${password}`, ''].join('\r\n');
}
