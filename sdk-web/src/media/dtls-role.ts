// Makes the browser the server of DTLS, so that the media node begins with the browser's first ICE check. A browser
// that is the client begins a round trip later.
import type { types } from 'mediasoup-client';

/** mediasoup-client leaves the role open in every offer, so its internal description is changed. */
interface RemoteDescription {
  getSdp(): string;
}

/** To be called before a receiving transport is used. On a sending transport the role of its options is enough. */
export function waitForClientHello(transport: types.Transport): void {
  const { _remoteSdp: remote } = transport.handler as unknown as { readonly _remoteSdp: RemoteDescription };
  const getSdp = remote.getSdp.bind(remote);
  remote.getSdp = () => getSdp().replaceAll('a=setup:actpass', 'a=setup:active');
}
