import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkerOrder } from '../../src/effects/background-orders.ts';
import { CanvasPath } from '../../src/effects/canvas-path.ts';
import { NoiseProcessor } from '../../src/effects/noise.ts';
import { FakeTrack } from '../fake-tracks.ts';

class FakeStream {
  readonly tracks: unknown[];
  constructor(tracks: unknown[] = []) {
    this.tracks = tracks;
  }
  getAudioTracks(): unknown[] {
    return this.tracks;
  }
  getVideoTracks(): unknown[] {
    return this.tracks;
  }
}
beforeEach(() => vi.stubGlobal('MediaStream', FakeStream));
afterEach(() => vi.unstubAllGlobals());

describe('the closed noise suppression', () => {
  class FakeNode {
    connections = 0;
    channelCount = 2;
    readonly stream = new FakeStream([new FakeTrack('made', 'audio')]);
    connect(): void {
      this.connections += 1;
    }
    disconnect(): void {
      this.connections = 0;
    }
  }
  class FakeContext extends EventTarget {
    static readonly opened: FakeContext[] = [];
    state = 'running';
    resumes = 0;
    readonly source = new FakeNode();
    readonly audioWorklet = { addModule: async () => undefined };
    constructor() {
      super();
      FakeContext.opened.push(this);
    }
    async resume(): Promise<void> {
      this.resumes += 1;
    }
    async close(): Promise<void> {
      this.state = 'closed';
      this.dispatchEvent(new Event('statechange'));
    }
    createMediaStreamSource(): FakeNode {
      return this.source;
    }
    createMediaStreamDestination(): FakeNode {
      return new FakeNode();
    }
  }
  const messages: unknown[] = [];
  class FakeWorklet extends FakeNode {
    readonly port = {
      postMessage: (message: unknown) => void messages.push(message),
      set onmessage(listener: (event: unknown) => void) {
        queueMicrotask(() => listener({ data: { kind: 'ready' } }));
      },
    };
  }

  it('closes its audio context once, and releases the microphone', async () => {
    vi.stubGlobal('AudioContext', FakeContext);
    vi.stubGlobal('AudioWorkletNode', FakeWorklet);
    vi.stubGlobal('fetch', async () => new Response(new ArrayBuffer(8)));
    const processor = new NoiseProcessor({ worklet: 'w', wasm: 'm' });
    await processor.process(new FakeTrack('microphone', 'audio').asTrack);
    const [context] = FakeContext.opened;
    expect([FakeContext.opened.length, context?.state, context?.source.connections]).toEqual([1, 'running', 1]);
    const { resumes } = context ?? {};
    processor.close();
    processor.close();
    await vi.waitFor(() => expect(messages).toEqual(['over']));
    expect([context?.state, context?.source.connections, context?.resumes]).toEqual(['closed', 0, resumes]);
  });
});

describe('the closed canvas path', () => {
  it('releases the camera and the page, and takes and keeps no further picture', async () => {
    const made = new FakeTrack('made');
    let announced: (() => void) | undefined;
    const video = {
      srcObject: undefined as unknown,
      readyState: 4,
      play: async () => undefined,
      requestVideoFrameCallback: (callback: () => void) => {
        announced = callback;
      },
    };
    const drawn: unknown[] = [];
    const canvas = {
      width: 0,
      height: 0,
      getContext: () => ({ transferFromImageBitmap: (picture: unknown) => void drawn.push(picture) }),
      captureStream: () => new FakeStream([made]),
    };
    const page = Object.assign(new EventTarget(), {
      hidden: true,
      createElement: (name: string) => (name === 'video' ? video : canvas),
    });
    const orders: WorkerOrder[] = [];
    const taken = vi.fn(async () => ({}));
    vi.stubGlobal('document', page);
    vi.stubGlobal('HTMLMediaElement', { HAVE_CURRENT_DATA: 2 });
    vi.stubGlobal('createImageBitmap', taken);
    const source = new FakeTrack('camera').asTrack;
    const path = new CanvasPath({ source, frameRate: 25, run: 1, post: (order) => void orders.push(order) });
    expect(orders).toEqual([{ kind: 'ticks', intervalMs: 40 }]);
    expect(video.srcObject).toMatchObject({ tracks: [source] });

    path.close();
    expect(video.srcObject).toBeNull();
    expect(orders.at(-1)).toEqual({ kind: 'ticks', intervalMs: 0 });
    const { length } = orders;
    page.dispatchEvent(new Event('visibilitychange'));
    path.tick();
    const callback = announced;
    announced = undefined;
    callback?.();
    expect([orders.length, taken.mock.calls.length, announced]).toEqual([length, 0, undefined]);
    const late = { width: 640, height: 360, close: vi.fn() };
    path.show(late as unknown as ImageBitmap);
    expect([late.close.mock.calls.length, drawn]).toEqual([1, []]);
  });
});
