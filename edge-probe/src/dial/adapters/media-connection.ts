// A tester's connection to a media node in one direction: ICE, DTLS and SRTP by werift, which only this file uses.
// Media nodes are ICE-lite and DTLS servers (sfu/src/adapters/mediasoup/client-transport.ts), so this side controls ICE
// and is the DTLS client. werift starts DTLS a tenth of a second after ICE; that time is part of `joinMs`.
import { assert, isLoopback, type WebRtcEndpoint, type wire } from '@meridian/protocol';
import {
  IceCandidate,
  ProtectionProfileAeadAes128Gcm,
  ProtectionProfileAes128CmHmacSha1_80,
  type RTCCertificate,
  RTCDtlsFingerprint,
  RTCDtlsParameters,
  RTCDtlsTransport,
  RTCIceGatherer,
  RTCIceParameters,
  RTCIceTransport,
  RtpHeader,
} from 'werift';

export interface ReceivedRtp {
  readonly ssrc: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

export interface SentRtp extends ReceivedRtp {
  readonly payloadType: number;
}

/** SRTP profiles, the preferred one first; it costs less CPU. */
const srtpProfiles = [ProtectionProfileAeadAes128Gcm, ProtectionProfileAes128CmHmacSha1_80];

export class MediaConnection {
  readonly #certificate: RTCCertificate;
  readonly #onPacket: (packet: ReceivedRtp) => void;
  #dtls: RTCDtlsTransport | undefined;
  #isClosed = false;

  private constructor(certificate: RTCCertificate, onPacket: (packet: ReceivedRtp) => void) {
    this.#certificate = certificate;
    this.#onPacket = onPacket;
  }

  static async make(onPacket: (packet: ReceivedRtp) => void): Promise<MediaConnection> {
    return new MediaConnection(await RTCDtlsTransport.SetupCertificate(), onPacket);
  }

  get endpoint(): WebRtcEndpoint {
    const [fingerprint] = this.#certificate.getFingerprints();
    assert(fingerprint !== undefined, 'a certificate has a fingerprint');
    const { algorithm, value } = fingerprint;
    return { kind: 'webrtc', fingerprint: { algorithm, value: value.toUpperCase() } };
  }

  /** Resolves when media can flow; rejects when ICE or DTLS fails. After `close` it may never settle. */
  async connect(transport: wire.TransportInfo.$Properties): Promise<void> {
    assert(this.#dtls === undefined, 'a line connects once');
    const ice = iceFor(transport);
    const dtls = new RTCDtlsTransport({}, ice, this.#certificate, srtpProfiles);
    dtls.role = 'client';
    this.#dtls = dtls;
    dtls.onRtp.subscribe(({ header, payload }) => {
      const { ssrc, sequenceNumber, timestamp, marker } = header;
      this.#onPacket({ ssrc, sequenceNumber, timestamp, marker, payload });
    });
    const fingerprints = (transport.dtlsParameters?.fingerprints ?? []).map(
      ({ algorithm, value }) => new RTCDtlsFingerprint(algorithm ?? '', value ?? ''),
    );
    dtls.setRemoteParams(new RTCDtlsParameters(fingerprints, 'server'));
    await ice.gather();
    for (const candidate of transport.iceCandidates ?? [])
      if (candidate.protocol === 'udp') await ice.addRemoteCandidate(candidateOf(candidate));
    await ice.addRemoteCandidate(undefined);
    if (this.#isClosed) return;
    await ice.start();
    await dtls.start();
  }

  /** Sends a packet, or drops it, like UDP. */
  send({ ssrc, sequenceNumber, timestamp, marker, payloadType, payload }: SentRtp): void {
    if (this.#isClosed || this.#dtls?.srtpStarted !== true) return;
    const header = new RtpHeader({ ssrc, sequenceNumber, timestamp, marker, payloadType });
    void this.#dtls.sendRtp(Buffer.from(payload), header);
  }

  /** Idempotent; resolves when its sockets are closed. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#dtls?.stop();
  }
}

function iceFor({ iceParameters, iceCandidates }: wire.TransportInfo.$Properties): RTCIceTransport {
  // By default the candidates leave out loopback addresses, which a cloud on this host needs.
  const isOnThisHost = (iceCandidates ?? []).some(({ address }) => isLoopback(address ?? ''));
  const gatherer = new RTCIceGatherer({
    useIpv4: true,
    useIpv6: true,
    useTcp: false,
    ...(isOnThisHost ? { additionalHostAddresses: ['127.0.0.1'] } : {}),
  });
  gatherer.connection.iceControlling = true;
  const ice = new RTCIceTransport(gatherer);
  const { usernameFragment, password } = iceParameters ?? {};
  ice.setRemoteParams(
    new RTCIceParameters({ iceLite: true, usernameFragment: usernameFragment ?? '', password: password ?? '' }),
  );
  return ice;
}

function candidateOf(candidate: wire.IceCandidate.$Properties): IceCandidate {
  const { foundation, address, port, priority, protocol, type } = candidate;
  return new IceCandidate(1, foundation ?? '', address ?? '', port ?? 0, priority ?? 0, protocol ?? '', type ?? '');
}
