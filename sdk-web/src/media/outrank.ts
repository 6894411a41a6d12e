// After a silence a browser must leave its old pair at once. libwebrtc keeps the pair of higher priority for 3.5 s
// after the last packet on it, and says 2.5 s later to the other side which pair it uses now: TCP, which ranks below
// UDP, would wait for both. So the media node's candidates of each restart outrank all of those before it.
import type { types } from 'mediasoup-client';
import { outranking } from '../core/ice-priority.ts';

interface Candidate {
  priority?: number;
}

/** mediasoup-client has no way to change candidates: what it writes into every description is changed in its place. */
interface RemoteDescription {
  readonly _iceCandidates?: readonly Candidate[];
  readonly _mediaSections?: readonly { getObject(): { readonly candidates?: readonly Candidate[] } }[];
}

/** Call it before a transport's ICE is restarted. The order among the candidates stays. */
export function outrankEarlierPairs(transport: types.Transport): void {
  const { _remoteSdp: remote } = transport.handler as unknown as { readonly _remoteSdp?: RemoteDescription };
  const sections = remote?._mediaSections?.flatMap((section) => section.getObject().candidates ?? []) ?? [];
  for (const candidate of [...(remote?._iceCandidates ?? []), ...sections])
    candidate.priority = outranking(candidate.priority ?? 0);
}
