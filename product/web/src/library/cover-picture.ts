// Converts a chosen picture to the `data:` URL that the API takes.

/** Maximum length of the longer edge: sharp on a large screen, small enough to send. */
const EDGE_PX_MAX = 1280;
/** Maximum length of the URL, as in the API. */
const URL_CHARACTERS_MAX = 300_000;
/** JPEG qualities, tried until the result is small enough. */
const QUALITIES = [0.88, 0.75, 0.6, 0.4];

/** Rejects when the browser cannot decode the picture. */
export async function coverOf(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  try {
    const scale = Math.min(1, EDGE_PX_MAX / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser has no 2D canvas');
    context.fillStyle = '#fff'; // JPEG has no transparency
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const url = canvas.toDataURL('image/jpeg', quality);
      if (url.length <= URL_CHARACTERS_MAX) return url;
    }
    throw new Error('the picture stays too large');
  } finally {
    picture.close();
  }
}
