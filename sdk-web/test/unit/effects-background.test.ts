// The page's side of a background, with a fake worker.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Background, BackgroundProcessor } from '../../src/effects/background.ts';
import type { WorkerAnswer, WorkerOrder } from '../../src/effects/background-orders.ts';
import { coverScale, isEmulation } from '../../src/effects/compositor.ts';
import type { SecondOfWork } from '../../src/effects/core/speed.ts';
import { areBackgroundsSupported, isNoiseSuppressionSupported } from '../../src/tracks/effects-support.ts';
import { FakeTrack } from '../fake-tracks.ts';

class FakeWorker {
  readonly orders: WorkerOrder[] = [];
  terminations = 0;
  onmessage: ((event: { data: WorkerAnswer }) => void) | undefined;
  onerror: ((event: { message: string }) => void) | undefined;
  readonly #waiting = new Map<string, () => void>();

  postMessage(order: WorkerOrder): void {
    this.orders.push(order);
    this.#waiting.get(order.kind)?.();
  }
  terminate(): void {
    this.terminations += 1;
  }
  answer(data: WorkerAnswer): void {
    this.onmessage?.({ data });
  }
  /** Resolves with the newest order of that kind, once there are `count`. */
  async order(kind: WorkerOrder['kind'], count = 1): Promise<WorkerOrder | undefined> {
    const all = (): WorkerOrder[] => this.orders.filter((one) => one.kind === kind);
    while (all().length < count) await new Promise<void>((resolve) => this.#waiting.set(kind, resolve));
    return all().at(-1);
  }
}

const assets = { landscapeModel: 'l', squareModel: 's', wasm: 'w', wasmLoader: 'm' };
const blur: Background = { kind: 'blur', strength: 'slight' };
const slow: SecondOfWork = { frames: 5, dropped: 25, p50Ms: 200, p95Ms: 220, intervalMs: 33, busyShare: 1 };

function setUp() {
  const worker = new FakeWorker();
  const processor = new BackgroundProcessor(blur, { assets, makeWorker: () => worker as unknown as Worker });
  const ends: string[] = [];
  processor.onGiveUp = ({ code }) => void ends.push(code);
  return { worker, processor, ends };
}
async function going() {
  const all = setUp();
  const result = all.processor.process(new FakeTrack('camera').asTrack);
  await all.worker.order('start');
  all.worker.answer({ kind: 'ready' });
  await all.worker.order('streams');
  all.worker.answer({ kind: 'begun', run: 1 });
  return { ...all, track: (await result) as unknown as FakeTrack };
}

beforeEach(() => {
  class Generator extends FakeTrack {
    readonly writable = 'writable';
    constructor() {
      super('generated');
    }
  }
  vi.stubGlobal(
    'MediaStreamTrackProcessor',
    class {
      readonly readable = 'readable';
    },
  );
  vi.stubGlobal('MediaStreamTrackGenerator', Generator);
});
afterEach(() => vi.unstubAllGlobals());

describe('a background', () => {
  it('resolves with the processed track at the first frame, not sooner', async () => {
    const { processor, worker } = setUp();
    let isThere = false;
    const result = processor.process(new FakeTrack('camera').asTrack).then((track) => {
      isThere = true;
      return track;
    });
    expect(await worker.order('start')).toMatchObject({ assets, background: { kind: 'blur', radius: 0.02 } });
    worker.answer({ kind: 'ready' });
    expect(await worker.order('streams')).toMatchObject({ run: 1, readable: 'readable', writable: 'writable' });
    worker.answer({ kind: 'begun', run: 7 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isThere).toBe(false);
    worker.answer({ kind: 'begun', run: 1 });
    expect((await result).label).toBe('generated');
  });

  it('processes another device with the same worker', async () => {
    const { processor, worker } = await going();
    const result = processor.process(new FakeTrack('other').asTrack);
    expect(await worker.order('streams', 2)).toMatchObject({ run: 2 });
    worker.answer({ kind: 'begun', run: 2 });
    await result;
    expect(worker.orders.filter(({ kind }) => kind === 'start').length).toBe(1);
  });

  it('can be changed while it runs', async () => {
    const { processor, worker } = await going();
    await processor.setBackground({ kind: 'blur', strength: 'strong' });
    expect(await worker.order('background')).toMatchObject({ background: { radius: 0.06 } });
    expect(processor.background).toEqual({ kind: 'blur', strength: 'strong' });
  });

  it.each([
    ['an image that is read after a blur that was chosen later', ['blur'], 'blur'],
    ['an image that is read after one that cannot be', ['image'], 'image'],
  ] as const)('shows the last usable choice: %s', async (_, shown, last) => {
    const { processor, worker } = await going();
    const read = Promise.withResolvers<void>();
    const closed: string[] = [];
    vi.stubGlobal('createImageBitmap', async () => {
      await read.promise;
      return { width: 10, height: 10, close: () => void closed.push('image') };
    });
    const older = processor.setBackground({ kind: 'image', image: new Blob(['x']) });
    if (last === 'blur') {
      await processor.setBackground({ kind: 'blur', strength: 'strong' });
    } else {
      vi.stubGlobal('createImageBitmap', () => Promise.reject(new DOMException('no image', 'InvalidStateError')));
      await expect(processor.setBackground({ kind: 'image', image: new Blob(['y']) })).rejects.toMatchObject({
        code: 'EFFECT_FAILED',
      });
    }
    read.resolve();
    await older;
    const orders = worker.orders.filter((order) => order.kind === 'background');
    expect(orders.map(({ background }) => background.kind)).toEqual(shown);
    expect([processor.background.kind, closed]).toEqual([last, last === 'blur' ? ['image'] : []]);
  });

  it('refuses an invalid image, and keeps the current background', async () => {
    const { processor } = await going();
    vi.stubGlobal('createImageBitmap', () => Promise.reject(new DOMException('no image', 'InvalidStateError')));
    const image: Background = { kind: 'image', image: new Blob(['x']) };
    await expect(processor.setBackground(image)).rejects.toMatchObject({ code: 'EFFECT_FAILED' });
    expect(processor.background).toBe(blur);
  });

  it('gives up once when the machine is too slow for some seconds', async () => {
    const { worker, ends, processor } = await going();
    const seconds: SecondOfWork[] = [];
    processor.onMeasured = (second) => void seconds.push(second);
    for (let second = 0; second < 12; second += 1) worker.answer({ kind: 'second', second: slow });
    expect(ends).toEqual(['EFFECT_TOO_SLOW']);
    expect(seconds.length).toBe(12);
  });

  it('gives up when the worker fails, and does not start again', async () => {
    const { worker, ends, processor } = await going();
    worker.answer({ kind: 'failed', reason: 'the graphics context is lost' });
    worker.onerror?.({ message: 'gone' });
    expect(ends).toEqual(['EFFECT_FAILED']);
    await expect(processor.process(new FakeTrack('camera').asTrack)).rejects.toMatchObject({ code: 'EFFECT_FAILED' });
  });

  it('rejects when the model does not load', async () => {
    const { processor, worker } = setUp();
    const result = processor.process(new FakeTrack('camera').asTrack);
    await worker.order('start');
    worker.answer({ kind: 'failed', reason: 'the model: 404' });
    await expect(result).rejects.toMatchObject({ code: 'EFFECT_FAILED', message: 'the model: 404' });
  });

  it('is closed once, even while it starts, and then never gives up', async () => {
    const { processor, worker, ends } = setUp();
    const result = processor.process(new FakeTrack('camera').asTrack);
    await worker.order('start');
    processor.close();
    processor.close();
    await expect(result).rejects.toMatchObject({ code: 'EFFECT_FAILED' });
    worker.onerror?.({ message: 'late' });
    expect([worker.terminations, ends]).toEqual([1, []]);
  });
});

describe('an image behind a person', () => {
  it.each([
    [{ width: 1280, height: 720 }, { width: 1920, height: 1080 }, [1, 1]],
    [{ width: 1600, height: 800 }, { width: 1000, height: 1000 }, [1, 0.5]],
    [{ width: 500, height: 1000 }, { width: 1000, height: 1000 }, [0.5, 1]],
  ])('fills %j with %j by cropping', (picture, image, scale) => {
    expect(coverScale(picture, image)).toEqual(scale);
  });
});

describe('a renderer', () => {
  it.each([
    ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)', true],
    ['llvmpipe (LLVM 15.0.6, 256 bits)', true],
    ['Microsoft Basic Render Driver', true],
    ['Apple Software Renderer', true],
    ['ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)', false],
    ['Apple GPU', false],
    ['', false],
  ])('%s is an emulation: %s', (name, emulated) => {
    expect(isEmulation(name)).toBe(emulated);
  });
});

describe('the check whether a browser can', () => {
  const canvas = (context: unknown) =>
    class {
      readonly getContext = (): unknown => context;
    };
  const element = (name: string) => ({ prototype: { [name]: () => undefined } });
  const chromium = { OffscreenCanvas: canvas({ getExtension: () => null }), Worker: class {} };
  const elements = {
    MediaStreamTrackGenerator: undefined,
    HTMLVideoElement: element('requestVideoFrameCallback'),
    HTMLCanvasElement: element('captureStream'),
  };
  it.each<[what: string, globals: Record<string, unknown>, can: boolean]>([
    ['it has frames as streams', chromium, true],
    ['it has no WebGL 2', { ...chromium, OffscreenCanvas: canvas(null) }, false],
    ['it has no canvas in workers', { ...chromium, OffscreenCanvas: undefined }, false],
    ['it has no vectors in WebAssembly', { ...chromium, WebAssembly: { validate: () => false } }, false],
    ['it has elements only', { ...chromium, ...elements }, true],
    ['its elements announce no pictures', { ...chromium, ...elements, HTMLVideoElement: { prototype: {} } }, false],
  ])('change a background: %s', (_what, globals, can) => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    expect(areBackgroundsSupported()).toBe(can);
  });
  it('suppress noise: only with audio worklets', () => {
    expect(isNoiseSuppressionSupported()).toBe(false);
    vi.stubGlobal('AudioWorkletNode', class {});
    expect(isNoiseSuppressionSupported()).toBe(true);
  });
});
