import type { Abilities } from '../core/play.ts';

/** A browser that allows sound reports so within this time. */
const SOUND_ALLOWED_MS = 300;

/** H.264 and AAC, as gateways send them. */
const MSE_TYPE = 'video/mp4; codecs="avc1.42E01E,mp4a.40.2"';

export function abilities(): Abilities {
  const scope = globalThis as { MediaSource?: typeof MediaSource; ManagedMediaSource?: typeof MediaSource };
  const source = scope.MediaSource ?? scope.ManagedMediaSource;
  return {
    webrtc: 'RTCPeerConnection' in globalThis,
    mse: source?.isTypeSupported(MSE_TYPE) === true,
    nativeHls: document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== '',
    webSocket: 'WebSocket' in globalThis,
  };
}

export async function allowsSound(): Promise<boolean> {
  if (typeof AudioContext === 'undefined') return false;
  const context = new AudioContext();
  const isRunning = context.resume().then(() => true);
  const waited = new Promise<boolean>((resolve) => setTimeout(resolve, SOUND_ALLOWED_MS, false));
  const isAllowed = await Promise.race([isRunning, waited]);
  isRunning.catch(() => undefined); // rejects when the context closes before sound is allowed
  void context.close();
  return isAllowed;
}
