// Makes a browser leave its old candidate pair at once after a silence. libwebrtc keeps the pair of higher priority for
// 3.5 s after the last packet on it, and reports the selected pair to the other side 2.5 s later. TCP, which ranks
// below UDP, would wait for both. So the media node's candidates of each restart get a higher priority than all earlier
// ones.
import type { types } from 'mediasoup-client';
import { outranking } from '../core/ice-priority.ts';

interface Candidate {
  priority?: number;
}

/** mediasoup-client cannot change candidates, so its internal description is changed in place. */
interface RemoteDescription {
  readonly _iceCandidates?: readonly Candidate[];
  readonly _mediaSections?: readonly { getObject(): { readonly candidates?: readonly Candidate[] } }[];
}

/** To be called before a transport's ICE restart. Keeps the order among the candidates. */
export function outrankEarlierPairs(transport: types.Transport): void {
  const { _remoteSdp: remote } = transport.handler as unknown as { readonly _remoteSdp?: RemoteDescription };
  const sections = remote?._mediaSections?.flatMap((section) => section.getObject().candidates ?? []) ?? [];
  for (const candidate of [...(remote?._iceCandidates ?? []), ...sections])
    candidate.priority = outranking(candidate.priority ?? 0);
}
