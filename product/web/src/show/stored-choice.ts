// Stores a viewer's choices in the browser. Without storage they last until a reload.
const prefix = 'meridian.show.';

export function storedChoice(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

export function storeChoice(name: string, value: string): void {
  try {
    localStorage.setItem(prefix + name, value);
  } catch (error) {
    console.info('The choice was not stored:', error);
  }
}
