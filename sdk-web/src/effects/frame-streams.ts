// Chromium's mediacapture-transform in a page: converts tracks to streams of frames and back.

interface FrameProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
interface FrameGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
interface FrameStreams {
  readonly Processor: new (o: { track: MediaStreamTrack; maxBufferSize?: number }) => FrameProcessor;
  readonly Generator: new (o: { kind: 'video' }) => FrameGenerator;
}

/** Returns undefined in browsers without it. */
export function frameStreams(): FrameStreams | undefined {
  const { MediaStreamTrackProcessor: Processor, MediaStreamTrackGenerator: Generator } = globalThis as {
    MediaStreamTrackProcessor?: FrameStreams['Processor'];
    MediaStreamTrackGenerator?: FrameStreams['Generator'];
  };
  return Processor === undefined || Generator === undefined ? undefined : { Processor, Generator };
}
