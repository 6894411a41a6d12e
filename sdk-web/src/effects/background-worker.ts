// Worker of a background: finds the person in each frame and puts it in front of the chosen background. It receives
// WorkerOrder and answers with WorkerAnswer, also while the page is hidden.
import type {
  BackgroundAssets,
  BackgroundOrder,
  StreamsOrder,
  WorkerAnswer,
  WorkerOrder,
} from './background-orders.ts';
import { Compositor, type FrameCompositor, isWebGlFast, sizeOf } from './compositor.ts';
import { WorkMeter } from './core/work-meter.ts';
import { PlainCompositor } from './plain-compositor.ts';
import { Segmenter } from './segmenter.ts';

/** The used part of a worker's global object; the page's types lack it. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<WorkerOrder>) => void) | null;
  postMessage(answer: WorkerAnswer, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const measureMs = 1000;

let assets: BackgroundAssets | undefined;
let compositor: FrameCompositor | undefined;
const segmenters: Partial<Record<'landscape' | 'square', Promise<Segmenter>>> = {};
const meter = new WorkMeter(performance.now());
let newestRun = 0;
let ticks: ReturnType<typeof setInterval> | undefined;

// The model's runtime logs a lot, partly as errors; real failures are sent as answers.
for (const level of ['log', 'info', 'warn', 'error'] as const) console[level] = console.debug;

scope.onmessage = ({ data: order }) => {
  handleOrder(order).catch((error: unknown) => {
    scope.postMessage({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  });
};

async function handleOrder(order: WorkerOrder): Promise<void> {
  if (order.kind === 'start') await start(order.assets, order.background);
  else if (order.kind === 'background') compositor?.setBackground(order.background);
  else if (order.kind === 'streams') await pump(order);
  else if (order.kind === 'frame') await processSingleFrame(order.run, order.frame);
  else if (order.kind === 'dropped') meter.dropped();
  else setTicks(order.intervalMs);
}

/** Loads the landscape model at once, because most cameras' pictures are wider than high. */
async function start(from: BackgroundAssets, background: BackgroundOrder): Promise<void> {
  assets = from;
  compositor = isWebGlFast() ? new Compositor(background) : new PlainCompositor(background);
  await segmenterOf('landscape');
  setInterval(() => scope.postMessage({ kind: 'second', second: meter.takeSecond(performance.now()) }), measureMs);
  scope.postMessage({ kind: 'ready' });
}

function segmenterOf(shape: 'landscape' | 'square'): Promise<Segmenter> {
  if (assets === undefined) throw new Error('not started');
  segmenters[shape] ??= Segmenter.load(assets, shape);
  return segmenters[shape];
}

async function pump({ run, intervalUs, readable, writable }: StreamsOrder): Promise<void> {
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  newestRun = run;
  await resetSegmenters();
  let beforeUs: number | undefined;
  try {
    for (;;) {
      const { done, value: frame } = await reader.read();
      if (done || run !== newestRun) {
        frame?.close();
        break;
      }
      const { timestamp, duration } = frame;
      // Frames that the browser dropped before they reached us leave a gap in the timestamps.
      if (beforeUs !== undefined) meter.dropped(Math.max(0, Math.round((timestamp - beforeUs) / intervalUs) - 1));
      const isFirst = beforeUs === undefined;
      beforeUs = timestamp;
      const times = duration === null ? { timestamp } : { timestamp, duration };
      await writer.write(await processFrame(frame, (canvas) => new VideoFrame(canvas, times)));
      if (isFirst) scope.postMessage({ kind: 'begun', run });
    }
  } finally {
    await Promise.allSettled([reader.cancel(), writer.close()]); // either stream may have ended already
  }
}

async function processSingleFrame(run: number, frame: ImageBitmap): Promise<void> {
  if (run !== newestRun) {
    newestRun = run;
    await resetSegmenters();
  }
  const picture = await processFrame(frame, (canvas) => canvas.transferToImageBitmap());
  scope.postMessage({ kind: 'picture', run, picture }, [picture]);
}

async function resetSegmenters(): Promise<void> {
  for (const one of Object.values(segmenters)) (await one).reset();
}

/** Processes a frame and closes it. Returns the result of `render` for the canvas with the processed picture. */
async function processFrame<Made>(
  frame: VideoFrame | ImageBitmap,
  render: (canvas: OffscreenCanvas) => Made,
): Promise<Made> {
  try {
    const { width, height } = sizeOf(frame);
    const segmenter = await segmenterOf(width >= height ? 'landscape' : 'square');
    const beganMs = performance.now();
    if (compositor === undefined || compositor.isLost) throw new Error('the graphics context is lost');
    compositor.draw(segmenter.find(compositor.take(frame)));
    const result = render(compositor.canvas);
    meter.frame(performance.now() - beganMs);
    return result;
  } finally {
    frame.close();
  }
}

function setTicks(intervalMs: number): void {
  clearInterval(ticks);
  ticks = intervalMs === 0 ? undefined : setInterval(() => scope.postMessage({ kind: 'tick' }), intervalMs);
}
