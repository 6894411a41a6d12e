// Transcodes a native client's AAC to Opus under an SSRC of the gateway, with retransmissions on both sides.

import { capabilityOf } from '@meridian/room-media';
import type { AudioFormat, AudioUnit } from '@meridian/room-media/core';
import {
  AacDepacketiser,
  parseRtcp,
  parseRtp,
  RtpReceiver,
  RtpSender,
  SendClock,
  serialiseRtcp,
  Timeline,
} from '@meridian/room-media/core';
import type { Clock, Rng, Timer } from '@meridian/runtime';
import type { AudioConverters, Converter } from '../room/conversions.ts';

/** Interval of the checks for missing packets and due reports. */
const TICK_MS = 20;
const REPORT_MS = 1000;
export const AAC_PAYLOAD_TYPE = 97;

export interface UdpSoundOptions {
  readonly format: AudioFormat & { readonly codec: 'aac' };
  readonly ssrc: number;
  readonly opusSsrc: number;
  readonly converters: AudioConverters;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Sends unencrypted packets of Opus, and reports on them, to the media node. */
  sendRtp(packet: Uint8Array): void;
  sendRtcp(packet: Uint8Array): void;
  /** Sends unencrypted NACKs and reports to the client. */
  rtcpToClient(packet: Uint8Array): void;
  onFailed(): void;
}

export class UdpSound {
  readonly #o: UdpSoundOptions;
  readonly #receiver: RtpReceiver;
  readonly #depacketiser = new AacDepacketiser();
  readonly #times: ReturnType<Timeline['stream']>;
  readonly #converter: Converter<AudioUnit>;
  readonly #sender: RtpSender;
  readonly #timers: readonly Timer[];

  /** Throws OVERLOADED as converters do. */
  constructor(o: UdpSoundOptions) {
    const { clock, rng, format, ssrc, opusSsrc } = o;
    this.#o = o;
    const clockRate = format.sampleRate;
    const payloadType = AAC_PAYLOAD_TYPE;
    this.#receiver = new RtpReceiver({ ssrc, payloadType, clockRate, senderSsrc: opusSsrc, wantsKeyFrames: false });
    this.#times = new Timeline().stream(clockRate);
    const random = new DataView(Uint8Array.from(rng.bytes(6)).buffer);
    const opus = capabilityOf('opus');
    this.#sender = new RtpSender({
      ssrc: opusSsrc,
      payloadType: opus.preferredPayloadType,
      clockRate: opus.clockRate,
      marksLast: false,
      cname: `sound${opusSsrc}`,
      clock: new SendClock(clock.wallMs() - clock.nowMs()),
      firstSequence: random.getUint16(0) & 0x7fff,
      timestampOffset: random.getUint32(2),
    });
    const onUnit = ({ data, ptsMs }: AudioUnit): void => {
      for (const packet of this.#sender.send([data], ptsMs, clock.nowMs())) o.sendRtp(packet);
    };
    this.#converter = o.converters(format, onUnit, () => o.onFailed());
    this.#timers = [clock.every(TICK_MS, () => this.#tick()), clock.every(REPORT_MS, () => this.#report())];
  }

  receive(plain: Uint8Array): void {
    const packet = parseRtp(plain);
    if (packet === undefined) return;
    const nowMs = this.#o.clock.nowMs();
    this.#receiver.receive(packet, nowMs);
    this.#drain(nowMs);
  }

  onFeedback(plain: Uint8Array): void {
    for (const packet of parseRtcp(plain) ?? [])
      if (packet.type === 'nack' && packet.mediaSsrc === this.#o.opusSsrc)
        for (const lost of this.#sender.resend(packet.sequenceNumbers, this.#o.clock.nowMs())) this.#o.sendRtp(lost);
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#converter.close();
  }

  #drain(nowMs: number): void {
    for (const packet of this.#receiver.drain(nowMs))
      for (const { data, timestamp } of this.#depacketiser.push(packet))
        this.#converter.write({ kind: 'audio', data, ptsMs: this.#times.toMs(timestamp, packet.arrivalMs) });
  }

  #tick(): void {
    const nowMs = this.#o.clock.nowMs();
    this.#drain(nowMs);
    const feedback = this.#receiver.feedback(nowMs);
    if (feedback.length > 0) this.#o.rtcpToClient(serialiseRtcp(feedback));
  }

  #report(): void {
    const nowMs = this.#o.clock.nowMs();
    const [sent, received] = [this.#sender.report(nowMs), this.#receiver.report(nowMs)];
    if (sent !== undefined) this.#o.sendRtcp(sent);
    if (received !== undefined)
      this.#o.rtcpToClient(serialiseRtcp([{ type: 'rr', ssrc: this.#o.opusSsrc, reports: [received] }]));
  }
}
