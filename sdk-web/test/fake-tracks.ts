// Fake tracks and a fake processor, without a browser.
import { MeridianClientError } from '@meridian/client';
import type { TrackProcessor } from '../src/tracks/processor.ts';

export class FakeTrack extends EventTarget {
  readonly kind: 'audio' | 'video';
  readonly label: string;
  enabled = true;
  contentHint = '';
  readyState: 'live' | 'ended' = 'live';

  constructor(label: string, kind: 'audio' | 'video' = 'video') {
    super();
    this.label = label;
    this.kind = kind;
  }
  stop(): void {
    this.readyState = 'ended';
  }
  /** Pretends that the device was unplugged. */
  end(): void {
    this.stop();
    this.dispatchEvent(new Event('ended'));
  }
  getSettings(): MediaTrackSettings {
    return { deviceId: this.label, width: 640, height: 360, frameRate: 30 };
  }
  get asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

/** A processor whose output has the label "NAME(x)" for an input with the label "x". */
export class FakeProcessor implements TrackProcessor {
  readonly name: string;
  readonly kind: 'audio' | 'video';
  readonly capture: TrackProcessor['capture'];
  onGiveUp: TrackProcessor['onGiveUp'];
  closings = 0;
  /** Makes the next call of `process` reject. */
  isFailing = false;
  gate: Promise<void> = Promise.resolve();
  readonly outputTracks: FakeTrack[] = [];

  constructor(name = 'blur', o: { kind?: 'audio' | 'video'; capture?: { noiseSuppression: boolean } } = {}) {
    this.name = name;
    this.kind = o.kind ?? 'video';
    this.capture = o.capture;
  }
  async process(source: MediaStreamTrack): Promise<MediaStreamTrack> {
    await this.gate;
    if (this.isFailing) throw new MeridianClientError('EFFECT_FAILED');
    const output = new FakeTrack(`${this.name}(${source.label})`, this.kind);
    this.outputTracks.push(output);
    return output.asTrack;
  }
  close(): void {
    this.closings += 1;
  }
}
