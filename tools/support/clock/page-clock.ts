// What runs in a page: the clock on a canvas and in a sound, and a reader of what the page plays. Each function here is
// given to the page as source, so it uses nothing but its argument and `window.clock`.
import type { Room as SdkRoom } from '@meridian/sdk-web';
import type { Bursts } from './burst.ts';
import type { HeardBurst, SeenPicture } from './measure.ts';
import type { TimeCode } from './time-code.ts';

/** Of one page. */
export interface PageClock {
  readonly timeCode: TimeCode;
  readonly bursts: Bursts;
  readonly senses: Senses;
  /** The SDK's; pages without WebRTC have none. */
  readonly Room?: typeof SdkRoom;
  source?: {
    readonly picture: MediaStreamTrack;
    readonly sound: MediaStreamTrack;
    readonly canvas: HTMLCanvasElement;
    /** What the sound is made by. */
    readonly voice: AudioNode;
  };
  /** What was seen and heard of the present player. */
  pictures: SeenPicture[];
  heard: HeardBurst[];
  /** Rooms that the page is in. */
  readonly rooms: SdkRoom[];
}

declare global {
  interface Window {
    clock: PageClock;
  }
}

/** What takes notes of what a page shows and sounds, in `pictures` and `heard` of `window.clock`. */
export interface Senses {
  /** A picture that is on the screen at this time; the same one again is not noted. */
  see(shown: CanvasImageSource, shownMs: number): void;
  /** Listens to a node until that is over. What the node gives is heard `laterMs` later, at the speaker. */
  hear(voice: AudioNode, o: { isOver(): boolean; laterMs(): number }): void;
}

/** It uses nothing from outside of itself but `window.clock`: pages get its source. */
export function makeSenses(): Senses {
  const size = { width: 160, height: 90 };
  const canvas = document.createElement('canvas');
  Object.assign(canvas, size);
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  const gray = new Uint8Array(size.width * size.height);
  let lastMs: number | undefined;
  return {
    see(shown, shownMs) {
      if (context === null) throw new Error('no canvas');
      context.drawImage(shown, 0, 0, size.width, size.height);
      const { data } = context.getImageData(0, 0, size.width, size.height);
      for (let at = 0; at < gray.length; at += 1) gray[at] = data[at * 4 + 1] ?? 0;
      const drawnMs = window.clock.timeCode.read({ data: gray, ...size }, shownMs);
      if (drawnMs !== undefined && drawnMs !== lastMs)
        window.clock.pictures.push({ drawnMs, shownMs, clockMs: shownMs });
      lastMs = drawnMs;
    },
    hear(voice, { isOver, laterMs }) {
      const audio = voice.context as AudioContext;
      const ear = audio.createScriptProcessor(512, 1, 1);
      const detector = window.clock.bursts.detector(audio.sampleRate);
      let samples = 0;
      // Of all blocks, the one that came with the least delay says when sample 0 was.
      let zeroMs = Number.POSITIVE_INFINITY;
      ear.onaudioprocess = ({ inputBuffer }) => {
        const heardMs = Date.now();
        const block = inputBuffer.getChannelData(0);
        samples += block.length;
        zeroMs = Math.min(zeroMs, heardMs - (samples * 1000) / audio.sampleRate);
        for (const { at, tone } of detector.push(block)) {
          const clockMs = zeroMs + (at * 1000) / audio.sampleRate + laterMs();
          window.clock.heard.push({ tone, heardMs, clockMs });
        }
        if (!isOver()) return;
        ear.onaudioprocess = null;
        ear.disconnect();
      };
      ear.connect(audio.destination);
      voice.connect(ear);
    },
  };
}

/** Begins to draw and to sound the clock; it goes on as long as the page. */
export function startSource(size: { width: number; height: number; picturesPerSecond: number }): void {
  const { timeCode, bursts } = window.clock;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: size.width, height: size.height });
  const context = canvas.getContext('2d', { alpha: false });
  const [picture] = canvas.captureStream(0).getVideoTracks() as CanvasCaptureMediaStreamTrack[];
  const audio = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  const destination = audio.createMediaStreamDestination();
  const [sound] = destination.stream.getAudioTracks();
  if (context === null || picture === undefined || sound === undefined) throw new Error('no canvas, or no sound');

  const draw = (): void => {
    const [width, height] = [size.width / timeCode.columns, size.height / timeCode.rows];
    for (const [at, isWhite] of timeCode.blocks(Date.now()).entries()) {
      context.fillStyle = isWhite ? 'rgb(235 235 235)' : 'rgb(16 16 16)';
      context.fillRect((at % timeCode.columns) * width, Math.floor(at / timeCode.columns) * height, width, height);
    }
    picture.requestFrame();
  };
  setInterval(draw, 1000 / size.picturesPerSecond);

  const [tone, gain] = [audio.createOscillator(), audio.createGain()];
  gain.gain.value = 0;
  tone.connect(gain).connect(destination);
  tone.start();
  // The context's clock goes on by whole blocks: right after a step it is nearest to the truth.
  let aheadMs = Number.NEGATIVE_INFINITY;
  let nextSecond = Math.ceil(Date.now() / 1000) + 1;
  setInterval(() => {
    const nowMs = Date.now();
    aheadMs = Math.max(aheadMs, audio.currentTime * 1000 - nowMs);
    if (nextSecond * 1000 - nowMs > 200) return;
    const at = (nextSecond * 1000 + aheadMs) / 1000;
    if (at > audio.currentTime) {
      tone.frequency.setValueAtTime(bursts.pitch(nextSecond), at - 0.05);
      gain.gain.setValueAtTime(0.5, at);
      gain.gain.setValueAtTime(0, at + bursts.lengthMs / 1000);
    }
    nextSecond += 1;
    aheadMs -= 1; // the two clocks may drift apart
  }, 5);
  void audio.resume();
  window.clock.source = { picture, sound, canvas, voice: gain };
}

/** Begins to read what a video element shows, or a canvas: that is looked at for each picture of the screen. */
export function startEyes(elementId: string): void {
  const { senses } = window.clock;
  const element = document.getElementById(elementId) as HTMLVideoElement | HTMLCanvasElement;
  if (element instanceof HTMLVideoElement) {
    const shown: VideoFrameRequestCallback = (_now, { expectedDisplayTime }) => {
      if (!element.isConnected) return;
      element.requestVideoFrameCallback(shown);
      senses.see(element, Date.now() + expectedDisplayTime - performance.now());
    };
    element.requestVideoFrameCallback(shown);
    return;
  }
  const look = (): void => {
    if (!element.isConnected) return;
    requestAnimationFrame(look);
    if (element.width > 0 && element.height > 0) senses.see(element, Date.now());
  };
  look();
}

/** Begins to listen to a video element. */
export function startEars(elementId: string): void {
  const element = document.getElementById(elementId) as HTMLVideoElement;
  const audio = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  const stream = element.srcObject;
  const voice =
    stream instanceof MediaStream ? audio.createMediaStreamSource(stream) : audio.createMediaElementSource(element);
  const isOver = (): boolean => {
    if (!element.isConnected) void audio.close();
    return !element.isConnected;
  };
  window.clock.senses.hear(voice, { isOver, laterMs: () => 0 });
  void audio.resume();
}

/** Listens to all that scripts of the page sound from now on: what they connect to the speaker. */
export function tapSpeaker(): void {
  const { connect } = AudioNode.prototype;
  let isTapping = false;
  const tapped = function (this: AudioNode, to: AudioNode, ...rest: number[]): AudioNode {
    const { context } = this;
    if (to === context.destination && context instanceof AudioContext && !isTapping) {
      isTapping = true;
      const laterMs = (): number => 1000 * (context.outputLatency || context.baseLatency || 0);
      window.clock.senses.hear(this, { isOver: () => context.state === 'closed', laterMs });
      isTapping = false;
    }
    return (connect as (...all: unknown[]) => AudioNode).call(this, to, ...rest);
  };
  AudioNode.prototype.connect = tapped as typeof connect;
}

/** An element for the reader, empty. */
export function addElement({ elementId, tag }: { elementId: string; tag: 'video' | 'canvas' }): void {
  const element = document.createElement(tag);
  Object.assign(element, { id: elementId }, tag === 'video' ? { autoplay: true, playsInline: true } : {});
  Object.assign(element.style, { position: 'fixed', left: 0, top: 0, width: '640px', height: '360px', zIndex: 9 });
  element.dataset['clock'] = 'player';
  document.body.append(element);
}

/** Shows the page's own source, without the product. */
export function showSource(elementId: string): void {
  const { source } = window.clock;
  const element = document.getElementById(elementId) as HTMLVideoElement;
  if (source === undefined) throw new Error('no source');
  element.srcObject = new MediaStream([source.picture, source.sound]);
}

export interface Joining {
  readonly entry: string;
  readonly token: string;
  readonly from: string;
}

/** Joins a room and publishes the page's source; settles when both tracks are taken. */
export async function publishSource({ entry, token, from }: Joining): Promise<void> {
  const { Room, source, rooms } = window.clock;
  if (source === undefined || Room === undefined) throw new Error('no source, or no WebRTC');
  const room = new Room({ stopLocalTracksOnDisconnect: false });
  await room.connect(entry, token, { fromCity: from });
  rooms.push(room);
  await room.localParticipant.publishTrack(source.picture, { source: 'camera' });
  await room.localParticipant.publishTrack(source.sound, { source: 'microphone' });
}

/** Joins a room and shows in one element what its one publisher sends; settles when both tracks are there. */
export async function playRoom({ elementId, entry, token, from }: Joining & { elementId: string }): Promise<void> {
  const { Room, rooms } = window.clock;
  const element = document.getElementById(elementId) as HTMLVideoElement;
  if (Room === undefined) throw new Error('no WebRTC');
  const room = new Room();
  rooms.push(room);
  const kinds = new Set<string>();
  const both = new Promise<void>((resolve) => {
    room.on('trackSubscribed', (track) => {
      track.attach(element);
      kinds.add(track.kind);
      if (kinds.size === 2) resolve();
    });
  });
  await room.connect(entry, token, { fromCity: from });
  await both;
}

/** Forgets the present player, and leaves all rooms. */
export async function reset(): Promise<void> {
  const { rooms } = window.clock;
  for (const element of document.querySelectorAll('[data-clock]')) element.remove();
  window.clock.pictures = [];
  window.clock.heard = [];
  await Promise.all(rooms.splice(0).map((room) => room.disconnect()));
}
