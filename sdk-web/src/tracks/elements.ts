// Media elements and their streams. Each element plays at most one track of a kind. Swapping a track inside the
// element's own stream keeps the last picture on screen until the next one comes; a new srcObject would show black.

const streams = new WeakMap<HTMLMediaElement, MediaStream>(); // streams made here: only those may be changed

/** Elements that play a track before the page asks for one. */
const readyElements = new WeakMap<MediaStreamTrack, HTMLMediaElement>();

/** Begins to play a track in an element outside the page, so that its first frame waits for nothing. */
export function playAhead(track: MediaStreamTrack): void {
  const element = document.createElement('video');
  readyElements.set(track, element);
  void attachTo(element, track);
}

/** Returns an element for the track: one that plays it already, once, or a new one. */
export function elementFor(track: MediaStreamTrack): HTMLMediaElement {
  const element = readyElements.get(track);
  readyElements.delete(track);
  return element ?? document.createElement(track.kind as 'audio' | 'video');
}

/** Plays a track in place of another of its kind. Resolves with false when the browser refuses to play yet. */
export function attachTo(element: HTMLMediaElement, track: MediaStreamTrack): Promise<boolean> {
  const existingStream = streams.get(element);
  const stream =
    existingStream !== undefined && element.srcObject === existingStream ? existingStream : new MediaStream();
  if (stream !== existingStream && element.srcObject instanceof MediaStream) {
    for (const other of element.srcObject.getTracks()) if (other.kind !== track.kind) stream.addTrack(other);
  }
  replaceInStream(stream, track);
  streams.set(element, stream);
  element.autoplay = true;
  if (element instanceof HTMLVideoElement) element.playsInline = true;
  element.muted = stream.getAudioTracks().length === 0;
  if (element.srcObject !== stream) element.srcObject = stream;
  return play(element);
}

export function detachFrom(element: HTMLMediaElement, track: MediaStreamTrack): void {
  const stream = streams.get(element);
  if (stream === undefined || element.srcObject !== stream) return;
  stream.removeTrack(track);
  if (stream.getTracks().length > 0) return;
  element.srcObject = null;
  streams.delete(element);
}

/**
 * Swaps the track without a black frame. Starts an element again that the browser ended, because all its tracks had
 * ended; resolves with false when the browser refuses that.
 */
export async function swapTrack(element: HTMLMediaElement, next: MediaStreamTrack): Promise<boolean> {
  const stream = streams.get(element);
  if (stream === undefined || element.srcObject !== stream) return true;
  replaceInStream(stream, next);
  return element.ended ? await play(element) : true;
}

/** Adds the new track before it removes the old one, because an empty stream would reset the element. */
function replaceInStream(stream: MediaStream, track: MediaStreamTrack): void {
  const replacedTracks = stream.getTracks().filter((other) => other.kind === track.kind && other !== track);
  stream.addTrack(track);
  for (const other of replacedTracks) stream.removeTrack(other);
}

/** Starts playback. Returns false when the browser wants a user gesture first, true after any other failure. */
export async function play(element: HTMLMediaElement): Promise<boolean> {
  try {
    await element.play();
    return true;
  } catch (error) {
    return (error as { name?: unknown } | null)?.name !== 'NotAllowedError';
  }
}

const helperStartMs = 1000;
const elementStartMs = 1000;
const pollMs = 10;

/**
 * Swaps the audio track without a gap: the element falls silent for a moment, so a helper plays the next track until
 * the element is audible again. `isWanted` returns false when a later change has overtaken this one.
 */
export async function swapAudio(
  element: HTMLMediaElement,
  next: MediaStreamTrack,
  isWanted: () => boolean,
): Promise<void> {
  if (element.paused || element.muted || element.volume === 0) {
    if (isWanted()) await swapTrack(element, next);
    return;
  }
  const helper = await helperFor(element, next);
  try {
    if (!isWanted()) return;
    helper.volume = element.volume;
    const before = element.currentTime;
    await swapTrack(element, next);
    await waitUntil(() => element.currentTime > before || element.paused, elementStartMs);
  } finally {
    helper.pause();
    helper.srcObject = null;
  }
}

async function helperFor(element: HTMLMediaElement, track: MediaStreamTrack): Promise<HTMLAudioElement> {
  const helper = new Audio();
  helper.srcObject = new MediaStream([track]);
  helper.volume = 0;
  const { sinkId } = element as { sinkId?: string };
  const { setSinkId } = helper as { setSinkId?: (id: string) => Promise<void> };
  // on a failure, the helper plays on the system's default for a moment
  if (sinkId) await setSinkId?.call(helper, sinkId).catch(() => undefined);
  if (await play(helper)) await waitUntil(() => helper.currentTime > 0, helperStartMs);
  return helper;
}

async function waitUntil(condition: () => boolean, limitMs: number): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition() && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, pollMs));
}
