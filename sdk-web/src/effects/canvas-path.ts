// Path through page elements, for browsers without access to the frames of a track: a video element plays the camera,
// its pictures go to the worker one at a time, and the results are drawn on a canvas whose stream is sent.
import type { WorkerOrder } from './background-orders.ts';

interface CanvasPathOptions {
  readonly source: MediaStreamTrack;
  readonly frameRate: number;
  readonly run: number;
  post(order: WorkerOrder, transfer: Transferable[]): void;
}

export class CanvasPath {
  readonly resultTrack: MediaStreamTrack;
  readonly #o: CanvasPathOptions;
  readonly #video = document.createElement('video');
  readonly #canvas = document.createElement('canvas');
  readonly #context = this.#canvas.getContext('bitmaprenderer');
  /** True while the worker processes a picture; later pictures are dropped meanwhile. */
  #isBusy = false;
  #closed = false;

  constructor(o: CanvasPathOptions) {
    this.#o = o;
    const { width = 1280, height = 720 } = o.source.getSettings();
    this.#canvas.width = width;
    this.#canvas.height = height;
    const [resultTrack] = this.#canvas.captureStream().getVideoTracks();
    if (resultTrack === undefined) throw new DOMException('the canvas has no track', 'NotSupportedError');
    this.resultTrack = resultTrack;
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([o.source]);
    this.#video.play().catch((error: unknown) => console.info('The camera does not play:', error));
    document.addEventListener('visibilitychange', this.#visibilityChanged);
    this.#visibilityChanged();
    this.#scheduleCapture();
  }

  /** Takes a picture at the worker's tick, because a hidden page gets no callbacks for video frames. */
  tick(): void {
    if (document.hidden) this.#capture();
  }

  show(picture: ImageBitmap): void {
    this.#isBusy = false;
    if (this.#closed) {
      picture.close();
      return;
    }
    if (this.#canvas.width !== picture.width) this.#canvas.width = picture.width;
    if (this.#canvas.height !== picture.height) this.#canvas.height = picture.height;
    this.#context?.transferFromImageBitmap(picture);
  }

  /** Stops the path; the resulting track freezes. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#video.srcObject = null;
    document.removeEventListener('visibilitychange', this.#visibilityChanged);
    this.#o.post({ kind: 'ticks', intervalMs: 0 }, []);
  }

  readonly #visibilityChanged = (): void => {
    this.#o.post({ kind: 'ticks', intervalMs: document.hidden ? 1000 / this.#o.frameRate : 0 }, []);
  };

  #scheduleCapture(): void {
    if (this.#closed) return;
    this.#video.requestVideoFrameCallback(() => {
      this.#capture();
      this.#scheduleCapture();
    });
  }

  #capture(): void {
    if (this.#closed || this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    if (this.#isBusy) {
      this.#o.post({ kind: 'dropped' }, []);
      return;
    }
    this.#isBusy = true;
    createImageBitmap(this.#video).then(
      (frame) => this.#o.post({ kind: 'frame', run: this.#o.run, frame }, [frame]),
      () => {
        this.#isBusy = false; // the camera was stopped between two pictures
      },
    );
  }
}
