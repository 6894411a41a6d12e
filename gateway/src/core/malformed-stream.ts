/** Bytes of a media stream that break its format or a bound; what is around them may still be usable. */
export class MalformedStream extends Error {
  readonly code = 'STREAM_MALFORMED';
  override readonly name = 'MalformedStream';
}
