// The wall clock as a picture: large black and white blocks, 8 by 5 over the whole picture, first block top left. 24
// bits of milliseconds (4.6 hours), then 16 of a checksum, so that a picture that is blurred, torn or not ours says
// nothing rather than something wrong. They survive 180 lines, H.264 at 300 kbit/s and MPEG-1.

/** As ITU-R BT.601 has them in 8 bits. */
export const black = 16;
export const white = 235;

/** Rows of 8-bit gray samples from the top, without padding. */
export interface GrayPicture {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

export interface TimeCode {
  /** Paints the whole picture. `wallMs`: since 1970; fractions are cut. */
  draw(picture: GrayPicture, wallMs: number): void;
  /** The blocks, from top left, row by row: true is white. For callers that paint by other means. */
  blocks(wallMs: number): boolean[];
  /** The time in the picture: the one nearest to `nearMs`, since 1970. Undefined: none can be read for sure. */
  read(picture: GrayPicture, nearMs: number): number | undefined;
  readonly columns: number;
  readonly rows: number;
}

/** It uses nothing from outside of itself but its arguments: pages get its source. */
export function makeTimeCode(levels: { readonly black: number; readonly white: number }): TimeCode {
  const [columns, rows, timeBits, period] = [8, 5, 24, 2 ** 24];
  /** A block this near to the middle is neither. */
  const unsureShare = 0.2;

  /** CRC-16/CCITT of three bytes: finds every error within 16 neighbouring blocks. */
  function checksum(value: number): number {
    let crc = 0xffff;
    for (let bit = timeBits - 1; bit >= 0; bit -= 1) {
      const isOne = ((value >> bit) & 1) !== crc >> 15;
      crc = ((crc << 1) & 0xffff) ^ (isOne ? 0x1021 : 0);
    }
    return crc;
  }

  function blocks(wallMs: number): boolean[] {
    const value = Math.floor(wallMs) % period;
    const crc = checksum(value);
    return Array.from({ length: columns * rows }, (_, at) =>
      at < timeBits ? ((value >> (timeBits - 1 - at)) & 1) === 1 : ((crc >> (columns * rows - 1 - at)) & 1) === 1,
    );
  }

  /** Shares of width and height, in the middle: all, or a picture of 16:9, 4:3 or 9:16 with bars beside or above it. */
  const boxes = [1, 3 / 4, 1, 81 / 256, 27 / 64].map((across, at) => ({ across, down: at === 2 ? 3 / 4 : 1 }));

  /** The mean of the inner quarter of a block. */
  function level({ data, width, height }: GrayPicture, box: (typeof boxes)[number], at: number): number {
    const [column, row] = [at % columns, Math.floor(at / columns)];
    const [x0, y0] = [((1 - box.across) * width) / 2, ((1 - box.down) * height) / 2];
    const [blockWidth, blockHeight] = [(box.across * width) / columns, (box.down * height) / rows];
    const [left, right] = [x0 + (column + 0.25) * blockWidth, x0 + (column + 0.75) * blockWidth];
    const [top, bottom] = [y0 + (row + 0.25) * blockHeight, y0 + (row + 0.75) * blockHeight];
    let [sum, count] = [0, 0];
    for (let y = Math.floor(top); y < bottom; y += 1)
      for (let x = Math.floor(left); x < right; x += 1) {
        sum += data[y * width + x] ?? 0;
        count += 1;
      }
    return sum / count;
  }

  function readBox(picture: GrayPicture, box: (typeof boxes)[number]): number | undefined {
    const middle = (levels.black + levels.white) / 2;
    const unsure = (levels.white - levels.black) * unsureShare;
    let [value, crc] = [0, 0];
    for (let at = 0; at < columns * rows; at += 1) {
      const ofMiddle = level(picture, box, at) - middle;
      if (!(Math.abs(ofMiddle) > unsure)) return undefined;
      const bit = ofMiddle > 0 ? 1 : 0;
      if (at < timeBits) value = value * 2 + bit;
      else crc = crc * 2 + bit;
    }
    return crc === checksum(value) ? value : undefined;
  }

  return {
    columns,
    rows,
    blocks,
    draw({ data, width, height }, wallMs) {
      const isWhite = blocks(wallMs);
      for (let row = 0; row < rows; row += 1) {
        const top = Math.round((row * height) / rows);
        const bottom = Math.round(((row + 1) * height) / rows);
        for (let column = 0; column < columns; column += 1) {
          const [left, right] = [Math.round((column * width) / columns), Math.round(((column + 1) * width) / columns)];
          const gray = isWhite[row * columns + column] ? levels.white : levels.black;
          data.fill(gray, top * width + left, top * width + right);
        }
        for (let y = top + 1; y < bottom; y += 1) data.copyWithin(y * width, top * width, (top + 1) * width);
      }
    },
    read(picture, nearMs) {
      const isWhole = picture.data.length >= picture.width * picture.height;
      if (picture.width < columns * 2 || picture.height < rows * 2 || !isWhole) return undefined;
      for (const box of boxes) {
        const value = readBox(picture, box);
        if (value !== undefined) return value + Math.round((nearMs - value) / period) * period;
      }
      return undefined;
    },
  };
}

export const timeCode = makeTimeCode({ black, white });
