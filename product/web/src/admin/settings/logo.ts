// Converts a picture file to a data URL that is small enough for the API.

/** 48 KiB as text: base64 turns three bytes into four characters. */
const LOGO_BYTES_MAX = 36_000;
/** Maximum of the longer side in the API. */
const LOGO_SIDE_MAX_PX = 2048;
/** Longer sides in pixels, tried in order; a logo is shown at 40. */
const SIZES = [512, 256, 128] as const;
const types: readonly string[] = ['image/png', 'image/jpeg', 'image/webp'];
/** Larger files are not read. */
const FILE_BYTES_MAX = 20_000_000;

export type LogoProblem = 'logoType' | 'logoLarge' | 'logoBroken';
export type Logo = { readonly url: string } | { readonly problem: LogoProblem };

export async function logoOf(file: Blob): Promise<Logo> {
  if (!types.includes(file.type)) return { problem: 'logoType' };
  if (file.size > FILE_BYTES_MAX) return { problem: 'logoLarge' };
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch (error) {
    console.info('The file is no picture:', error);
    return { problem: 'logoBroken' };
  }
  try {
    const sidePx = Math.max(picture.width, picture.height);
    if (file.size <= LOGO_BYTES_MAX && sidePx <= LOGO_SIDE_MAX_PX) return { url: await dataUrl(file) };
    for (const size of SIZES) {
      const smaller = await scaled(picture, size);
      if (smaller.size <= LOGO_BYTES_MAX && types.includes(smaller.type)) return { url: await dataUrl(smaller) };
    }
    return { problem: 'logoLarge' };
  } finally {
    picture.close();
  }
}

function scaled(picture: ImageBitmap, size: number): Promise<Blob> {
  const scale = Math.min(1, size / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  );
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  // Browsers that cannot write WebP write PNG.
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.9 });
}

async function dataUrl(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return `data:${blob.type};base64,${btoa(text)}`;
}
