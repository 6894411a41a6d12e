// What people call the protocols by which others take part. Pure.
import type { Translate } from './messages/translate.ts';

/** Names that are the same in every language. */
const names: ReadonlyMap<string, string> = new Map([
  ...['rtmp', 'h5', 'udp', 'whip', 'whep', 'cdn', 'flv', 'hls', 'srt', 'rtsp'].map(
    (word) => [word, word.toUpperCase()] as const,
  ),
  ['webrtc', 'WebRTC'],
]);

/** A protocol as the roster has it, in words; one that is not known here stays as it is. */
export function protocolName(protocol: string, t: Translate): string {
  return protocol === 'miniprogram' ? t('protocol.miniprogram') : (names.get(protocol) ?? protocol);
}
