// The wall clock as a picture: large black and white blocks, 8 by 5 over the whole picture, first block top left. 24
// bits are milliseconds (4.6 hours), then 16 are a checksum, so a blurred, torn or foreign picture has no time. Blocks
// survive 90 lines and H.264 at 300 kbit/s.

/** Levels of ITU-R BT.601 in 8 bits. */
const [black, white] = [16, 235];
/** Least distance of a block from the middle level; a nearer block is neither black nor white. */
const levelDistanceMin = (white - black) * 0.2;
const [columns, rows, timeBits, periodMs] = [8, 5, 24, 2 ** 24];

/** Rows of 8-bit gray samples from the top, without padding. */
export interface GrayPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** CRC-16/CCITT of three bytes, which finds every error within 16 neighbouring blocks. */
function checksum(value: number): number {
  let crc = 0xffff;
  for (let bit = timeBits - 1; bit >= 0; bit -= 1) {
    const isOne = ((value >> bit) & 1) !== crc >> 15;
    crc = ((crc << 1) & 0xffff) ^ (isOne ? 0x1021 : 0);
  }
  return crc;
}

/** Draws a time over the whole picture. Fractions of `wallMs` are cut. */
export function drawTime({ data, width, height }: GrayPicture, wallMs: number): void {
  const value = Math.floor(wallMs) % periodMs;
  const crc = checksum(value);
  for (let row = 0; row < rows; row += 1) {
    const top = Math.round((row * height) / rows);
    const bottom = Math.round(((row + 1) * height) / rows);
    for (let column = 0; column < columns; column += 1) {
      const at = row * columns + column;
      const isWhite = at < timeBits ? (value >> (timeBits - 1 - at)) & 1 : (crc >> (columns * rows - 1 - at)) & 1;
      const [left, right] = [Math.round((column * width) / columns), Math.round(((column + 1) * width) / columns)];
      data.fill(isWhite === 1 ? white : black, top * width + left, top * width + right);
    }
    for (let y = top + 1; y < bottom; y += 1) data.copyWithin(y * width, top * width, (top + 1) * width);
  }
}

/** Returns the time in the picture that is nearest to `nearMs`, since 1970; undefined if the picture has none. */
export function timeOf(picture: GrayPicture, nearMs: number): number | undefined {
  let [value, crc] = [0, 0];
  for (let at = 0; at < columns * rows; at += 1) {
    const level = levelOf(picture, at) - (black + white) / 2;
    if (!(Math.abs(level) > levelDistanceMin)) return undefined;
    const bit = level > 0 ? 1 : 0;
    if (at < timeBits) value = value * 2 + bit;
    else crc = crc * 2 + bit;
  }
  if (crc !== checksum(value)) return undefined;
  return value + Math.round((nearMs - value) / periodMs) * periodMs;
}

/** Returns the mean of the inner quarter of a block. */
function levelOf({ data, width, height }: GrayPicture, at: number): number {
  const [column, row] = [at % columns, Math.floor(at / columns)];
  const [blockWidth, blockHeight] = [width / columns, height / rows];
  let [sum, count] = [0, 0];
  for (let y = Math.floor((row + 0.25) * blockHeight); y < Math.floor((row + 0.75) * blockHeight); y += 1)
    for (let x = Math.floor((column + 0.25) * blockWidth); x < Math.floor((column + 0.75) * blockWidth); x += 1) {
      sum += data[y * width + x] ?? Number.NaN;
      count += 1;
    }
  return sum / count;
}
