/** Ready state from which a picture can be drawn (HTMLMediaElement.HAVE_CURRENT_DATA). */
const hasPicture = 2;

export class Camera {
  readonly #track: MediaStreamTrack;
  readonly #width: number;
  readonly #height: number;
  readonly #video = document.createElement('video');
  readonly #context: CanvasRenderingContext2D;

  /** Does not stop the track, which belongs to the caller. */
  constructor(track: MediaStreamTrack, width: number, height: number) {
    this.#track = track;
    this.#width = width;
    this.#height = height;
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('a canvas without 2D context');
    this.#context = context;
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([track]);
    // Browsers always let a muted video play; it fails only when it is closed before it has begun.
    this.#video.play().catch(() => this.#video.pause());
  }

  /** Returns the current picture, whole, with black bars if its shape differs; undefined before the first. */
  picture(): ArrayBuffer | undefined {
    const video = this.#video;
    if (this.#track.readyState === 'ended') return this.black();
    if (video.readyState < hasPicture || video.videoWidth === 0) return undefined;
    const scale = Math.min(this.#width / video.videoWidth, this.#height / video.videoHeight);
    const width = video.videoWidth * scale;
    const height = video.videoHeight * scale;
    const context = this.#context;
    context.fillRect(0, 0, this.#width, this.#height);
    context.drawImage(video, (this.#width - width) / 2, (this.#height - height) / 2, width, height);
    return context.getImageData(0, 0, this.#width, this.#height).data.buffer;
  }

  black(): ArrayBuffer {
    return new ArrayBuffer(this.#width * this.#height * 4);
  }

  close(): void {
    this.#video.srcObject = null;
  }
}
