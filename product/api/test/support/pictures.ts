const be = (bytes: number, value: number): Buffer => {
  const out = Buffer.alloc(bytes);
  out.writeUIntBE(value, 0, bytes);
  return out;
};
const littleEndian = (bytes: number, value: number): Buffer => Buffer.from(be(bytes, value).reverse());
const text = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');

/** 24 bytes: 32 characters of base64. */
export const pngHead = (widthPx: number, heightPx: number): Buffer =>
  Buffer.concat([text('\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR'), be(4, widthPx), be(4, heightPx)]);
/** A segment before the frame contains the bytes of a frame of 1 x 1. */
export const jpegHead = (widthPx: number, heightPx: number, marker = 0xc0): Buffer =>
  Buffer.concat([
    text('\xff\xd8\xff\xe0\0\x0b\xff\xc0\0\x11\x08\0\x01\0\x01'),
    Buffer.from([0xff, marker, 0, 17, 8]),
    be(2, heightPx),
    be(2, widthPx),
  ]);
export const webpHeads = {
  lossy: (widthPx: number, heightPx: number): Buffer =>
    Buffer.concat([
      text('RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a'),
      littleEndian(2, widthPx),
      littleEndian(2, heightPx),
    ]),
  lossless: (widthPx: number, heightPx: number): Buffer =>
    Buffer.concat([
      text('RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f'),
      littleEndian(4, (widthPx - 1) | ((heightPx - 1) << 14)),
      Buffer.alloc(5),
    ]),
  extended: (widthPx: number, heightPx: number): Buffer =>
    Buffer.concat([
      text('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0'),
      littleEndian(3, widthPx - 1),
      littleEndian(3, heightPx - 1),
    ]),
};
