// A publisher or viewer of the layers benchmark. The class is sent to a page as text, so it may use nothing outside but
// the SDK.
import type * as Sdk from '../../../sdk-web/src/index.ts';
import type { ViewerSight } from './viewer.ts';

declare const sdk: typeof Sdk;

export interface Sight extends ViewerSight {
  /** Time of the change to this width, and of the latest `show`, on the page's clock. */
  readonly widthSinceMs: number;
  /** Time at which the first picture of this width had arrived. */
  readonly receivedAtMs: number;
  readonly askedAtMs: number;
  /** Longest time between two shown pictures since the latest `show`. */
  readonly gapMsMax: number;
}

/** The used part of an entry of the browser's report. */
interface Entry {
  readonly type: string;
  readonly bytesSent?: number;
  readonly headerBytesSent?: number;
  readonly bytesReceived?: number;
  readonly headerBytesReceived?: number;
  readonly scalabilityMode?: string;
}

export class LayersPage {
  readonly #room = new sdk.Room({ adaptiveStream: false });
  #publication: Sdk.RemoteTrackPublication | undefined;
  #own: Sdk.LocalTrackPublication | undefined;
  #width = 0;
  #widthSinceMs = 0;
  #receivedAtMs = 0;
  #changes: number[] = [];
  #askedAtMs = 0;
  #lastMs = 0;
  #gapMsMax = 0;

  async join(url: string, token: string, fromCity: string): Promise<void> {
    this.#room.on('trackSubscribed', (track, publication) => {
      if (track.kind !== 'video') return;
      this.#publication = publication;
      const element = track.attach() as HTMLVideoElement;
      document.body.append(element);
      element.requestVideoFrameCallback((nowMs, frame) => this.#shown(element, nowMs, frame));
    });
    await this.#room.connect(url, token, { fromCity });
  }

  /** Publishes a moving picture of 1280 × 720 with 30 frames a second. */
  async publish(codec: 'vp8' | 'vp9' | 'av1'): Promise<void> {
    const { setParameters } = RTCRtpSender.prototype;
    const changes = this.#changes;
    RTCRtpSender.prototype.setParameters = function (this: RTCRtpSender, parameters) {
      changes.push(performance.timeOrigin + performance.now());
      return setParameters.call(this, parameters);
    };
    const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
    document.body.append(canvas);
    const drawing = canvas.getContext('2d');
    let frame = 0;
    setInterval(() => {
      frame += 1;
      for (let at = 0; at < 60 && drawing !== null; at += 1) {
        drawing.fillStyle = `hsl(${(at * 40 + frame) % 360}, 80%, 40%)`;
        drawing.fillRect((at * 97 + frame * 3) % 1280, (at * 61 + frame * 2) % 720, 90, 60);
      }
    }, 33);
    const [track] = canvas.captureStream(30).getVideoTracks();
    if (track === undefined) throw new Error('the canvas gives no track');
    this.#own = await this.#room.localParticipant.publishTrack(track, { source: 'camera', codec });
  }

  /** Shows the track as a thumbnail or in full. */
  show(view: 'thumb' | 'full'): void {
    this.#askedAtMs = performance.now();
    this.#gapMsMax = 0;
    this.#publication?.setPreferredLayers(view === 'thumb' ? { spatialLayer: 0, temporalLayer: 1 } : {});
  }

  async sight(): Promise<Sight> {
    let receivedBytes = 0;
    (await this.#publication?.track?.getStats())?.forEach((entry: Entry) => {
      if (entry.type === 'inbound-rtp') receivedBytes += (entry.bytesReceived ?? 0) + (entry.headerBytesReceived ?? 0);
    });
    const nowMs = performance.now();
    return {
      width: this.#width,
      widthSinceMs: this.#widthSinceMs,
      receivedAtMs: this.#receivedAtMs,
      askedAtMs: this.#askedAtMs,
      gapMsMax: this.#gapMsMax,
      receivedBytes,
      nowMs,
    };
  }

  /** Returns the bytes of video sent so far, with RTP headers. */
  async sentBytes(): Promise<number> {
    let bytes = 0;
    (await this.#own?.track.getStats())?.forEach((entry: Entry) => {
      if (entry.type === 'outbound-rtp') bytes += (entry.bytesSent ?? 0) + (entry.headerBytesSent ?? 0);
    });
    return bytes;
  }

  /** Returns the scalability modes of the sent streams. */
  async sentModes(): Promise<string[]> {
    const modes: string[] = [];
    (await this.#own?.track.getStats())?.forEach((entry: Entry) => {
      if (entry.type === 'outbound-rtp') modes.push(entry.scalabilityMode ?? '');
    });
    return modes;
  }

  /** Returns the wall times at which the sender's layers were changed. */
  sentChanges(): number[] {
    return this.#changes;
  }
  wallOriginMs(): number {
    return performance.timeOrigin;
  }

  #shown(
    element: HTMLVideoElement,
    nowMs: number,
    { width, receiveTime }: { readonly width: number; readonly receiveTime?: number },
  ): void {
    if (this.#lastMs > 0 && this.#lastMs >= this.#askedAtMs)
      this.#gapMsMax = Math.max(this.#gapMsMax, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    if (width !== this.#width) {
      this.#width = width;
      this.#widthSinceMs = nowMs;
      this.#receivedAtMs = receiveTime ?? nowMs;
    }
    element.requestVideoFrameCallback((nextMs, frame) => this.#shown(element, nextMs, frame));
  }
}
