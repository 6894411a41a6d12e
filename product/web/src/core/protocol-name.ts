import type { Translate } from './messages/translate.ts';

const names: ReadonlyMap<string, string> = new Map([
  ...['rtmp', 'h5', 'udp', 'whip', 'whep', 'cdn', 'flv', 'hls', 'srt', 'rtsp'].map(
    (word) => [word, word.toUpperCase()] as const,
  ),
  ['webrtc', 'WebRTC'],
]);

/** Returns the display name of a roster's protocol; an unknown protocol stays unchanged. */
export function protocolName(protocol: string, t: Translate): string {
  return protocol === 'miniprogram' ? t('protocol.miniprogram') : (names.get(protocol) ?? protocol);
}
