import { MeridianClientError } from '@meridian/client';
import type { TrackProcessor } from '../tracks/processor.ts';
import type { BackgroundAssets, BackgroundOrder, WorkerAnswer, WorkerOrder } from './background-orders.ts';
import { CanvasPath } from './canvas-path.ts';
import { initialSpeed, judgeSpeed, type SecondOfWork } from './core/speed.ts';
import { frameStreams } from './frame-streams.ts';
import { drawPicture, type PictureName } from './pictures.ts';

export type Background =
  | { readonly kind: 'blur'; readonly strength: 'slight' | 'strong' }
  | { readonly kind: 'drawn'; readonly picture: PictureName }
  /** The user's own picture. It fills the frame, cropped where its shape differs. */
  | { readonly kind: 'image'; readonly image: Blob };

/** Shares of the picture's height. With a slight blur a shelf stays recognisable; a strong one leaves a patch. */
const blurRadius = { slight: 0.02, strong: 0.06 } as const;
/** Size of drawn pictures: enough for 720p. */
const drawnSize = { width: 1280, height: 720 } as const;
/** A user's image is reduced to this: detail beyond 1080p is invisible and takes memory of the graphics card. */
const imageSideMax = 1920;
/** Time to load 11 MB over a slow network. */
const modelLoadMs = 60_000;
/** A newly opened camera takes a second or two to give a picture. */
const firstPictureMs = 15_000;
/** Limit on waiting frames; the oldest are dropped, since old frames are useless. */
const waitingFramesMax = 2;

export interface BackgroundParts {
  readonly assets: BackgroundAssets;
  makeWorker(): Worker;
}

export class BackgroundProcessor implements TrackProcessor {
  readonly name = 'background';
  readonly kind = 'video';
  onGiveUp: ((error: MeridianClientError) => void) | undefined;
  onMeasured: ((second: SecondOfWork) => void) | undefined;
  readonly #parts: BackgroundParts;
  #background: Background;
  /** Number of the last `setBackground` call. `#appliedChoiceNumber`: number of the call whose background is shown. */
  #lastChoiceNumber = 0;
  #appliedChoiceNumber = 0;
  #worker: Promise<Worker> | undefined;
  readonly #ready = Promise.withResolvers<void>();
  #runNumber = 0;
  #firstPicture: PromiseWithResolvers<void> | undefined;
  #canvasPath: CanvasPath | undefined;
  #speed = initialSpeed;
  #closed = false;
  #failure: MeridianClientError | undefined;

  constructor(background: Background, parts: BackgroundParts) {
    this.#background = background;
    this.#parts = parts;
    this.#ready.promise.catch(() => undefined); // `process` gets it
  }

  get background(): Background {
    return this.#background;
  }

  async process(source: MediaStreamTrack): Promise<MediaStreamTrack> {
    this.#assertActive();
    this.#worker ??= this.#start();
    const worker = await this.#worker;
    await within(this.#ready.promise, modelLoadMs, 'the model does not load');
    this.#assertActive();
    const run = ++this.#runNumber;
    this.#firstPicture = Promise.withResolvers<void>();
    this.#canvasPath?.close();
    this.#canvasPath = undefined;
    const processedTrack = this.#connect(worker, run, source);
    try {
      await within(this.#firstPicture.promise, firstPictureMs, 'the camera gives no picture');
    } catch (error) {
      processedTrack.stop();
      throw error;
    }
    return processedTrack;
  }

  /**
   * Rejects with EFFECT_FAILED for an unreadable image. The last of several calls wins, however long an earlier one
   * takes.
   */
  async setBackground(background: Background): Promise<void> {
    const choice = ++this.#lastChoiceNumber;
    const order = await orderOf(background);
    // An image may take longer to read than a blur that was chosen after it; the newer choice stays.
    if (choice < this.#appliedChoiceNumber) return closeOrder(order);
    this.#appliedChoiceNumber = choice;
    this.#background = background;
    const worker = await this.#worker;
    if (worker === undefined || this.#closed) closeOrder(order);
    else post(worker, { kind: 'background', background: order }, transferOf(order));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#canvasPath?.close();
    this.#rejectWaiting(new MeridianClientError('EFFECT_FAILED', 'it was closed'));
    this.#worker?.then(
      (worker) => worker.terminate(),
      () => undefined, // `process` rejected with it
    );
  }

  async #start(): Promise<Worker> {
    const background = await orderOf(this.#background);
    const worker = this.#parts.makeWorker();
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => this.#onAnswer(data);
    worker.onerror = (event) => this.#fail(event.message);
    if (this.#closed) worker.terminate();
    else post(worker, { kind: 'start', assets: this.#parts.assets, background }, transferOf(background));
    return worker;
  }

  #connect(worker: Worker, run: number, source: MediaStreamTrack): MediaStreamTrack {
    const streams = frameStreams();
    const { frameRate = 30 } = source.getSettings();
    if (streams === undefined) {
      this.#canvasPath = new CanvasPath({
        source,
        frameRate,
        run,
        post: (order, transfer) => post(worker, order, transfer),
      });
      return this.#canvasPath.resultTrack;
    }
    const { readable } = new streams.Processor({ track: source, maxBufferSize: waitingFramesMax });
    const generator = new streams.Generator({ kind: 'video' });
    const { writable } = generator;
    post(worker, { kind: 'streams', run, intervalUs: 1e6 / frameRate, readable, writable }, [readable, writable]);
    return generator;
  }

  #onAnswer(answer: WorkerAnswer): void {
    if (answer.kind === 'ready') this.#ready.resolve();
    else if (answer.kind === 'failed') this.#fail(answer.reason);
    else if (answer.kind === 'second') this.#measured(answer.second);
    else if (answer.kind === 'tick') this.#canvasPath?.tick();
    else if (answer.run === this.#runNumber) {
      if (answer.kind === 'picture') this.#canvasPath?.show(answer.picture);
      this.#firstPicture?.resolve();
    } else if (answer.kind === 'picture') answer.picture.close();
  }

  #measured(second: SecondOfWork): void {
    this.onMeasured?.(second);
    const { isTooSlow, ...speed } = judgeSpeed(this.#speed, second);
    this.#speed = speed;
    if (isTooSlow) this.#giveUp(new MeridianClientError('EFFECT_TOO_SLOW', timesOf(second)));
  }

  #fail(reason: string): void {
    this.#giveUp(new MeridianClientError('EFFECT_FAILED', reason));
  }

  #giveUp(error: MeridianClientError): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#failure = error;
    this.#rejectWaiting(error);
    this.onGiveUp?.(error);
  }

  #rejectWaiting(error: MeridianClientError): void {
    this.#ready.reject(error);
    this.#firstPicture?.reject(error);
  }

  #assertActive(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closed) throw new MeridianClientError('EFFECT_FAILED', 'it was closed');
  }
}

const timesOf = ({ p95Ms, intervalMs, dropped }: SecondOfWork): string =>
  `${p95Ms.toFixed(0)} ms for a frame of ${intervalMs.toFixed(0)} ms, ${dropped} dropped in a second`;

function post(worker: Worker, order: WorkerOrder, transfer: Transferable[]): void {
  worker.postMessage(order, transfer);
}

async function orderOf(background: Background): Promise<BackgroundOrder> {
  if (background.kind === 'blur') return { kind: 'blur', radius: blurRadius[background.strength] };
  if (background.kind === 'drawn') return { kind: 'image', image: drawPicture(background.picture, drawnSize) };
  try {
    const whole = await createImageBitmap(background.image);
    const shrink = Math.min(1, imageSideMax / Math.max(whole.width, whole.height));
    if (shrink === 1) return { kind: 'image', image: whole };
    const resizeWidth = Math.round(whole.width * shrink);
    const image = await createImageBitmap(whole, { resizeWidth, resizeQuality: 'high' });
    whole.close();
    return { kind: 'image', image };
  } catch (cause) {
    throw new MeridianClientError('EFFECT_FAILED', 'the background is no image that can be read', { cause });
  }
}

const transferOf = (order: BackgroundOrder): Transferable[] => (order.kind === 'image' ? [order.image] : []);

function closeOrder(order: BackgroundOrder): void {
  if (order.kind === 'image') order.image.close();
}

export async function within<T>(promise: Promise<T>, limitMs: number, message: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new MeridianClientError('EFFECT_FAILED', message)), limitMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
