// What a viewer has chosen, kept in the browser. Where nothing can be kept, it is chosen anew.
const prefix = 'meridian.show.';

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(prefix + name, value);
  } catch (error) {
    console.info('The choice is not kept:', error);
  }
}
