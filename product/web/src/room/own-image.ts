const DATABASE = 'meridian';
const STORE = 'images';
const KEY = 'background';
const SIDE_MAX = 1920; // a larger image makes no visible difference behind a person
const QUALITY = 0.9;

/** Returns the file as an image of at most about 1080p. Rejects when it is no image. */
export async function shrunkImage(file: Blob): Promise<Blob> {
  const whole = await createImageBitmap(file);
  const scale = Math.min(1, SIDE_MAX / Math.max(whole.width, whole.height));
  const canvas = new OffscreenCanvas(Math.round(whole.width * scale), Math.round(whole.height * scale));
  canvas.getContext('2d')?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  return await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}

export async function readOwnImage(): Promise<Blob | undefined> {
  try {
    const found: unknown = await inStore('readonly', (store) => store.get(KEY));
    return found instanceof Blob ? found : undefined;
  } catch (error) {
    console.info("The user's image cannot be read:", error);
    return undefined;
  }
}

/** Stores the image. Without storage it lasts until the page closes. */
export async function keepOwnImage(image: Blob): Promise<void> {
  try {
    await inStore('readwrite', (store) => store.put(image, KEY));
  } catch (error) {
    console.info("The user's image was not stored:", error);
  }
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE);
  const database = await resultOf(opening);
  try {
    return await resultOf(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  const settled = Promise.withResolvers<T>();
  request.onsuccess = () => settled.resolve(request.result);
  request.onerror = () => settled.reject(request.error);
  return settled.promise;
}
