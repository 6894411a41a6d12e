// What the page remembers between visits. Storage throws where the user forbids it; the page then works without.

const NAME_KEY = 'meridian.name';

export function readName(): string | undefined {
  try {
    return localStorage.getItem(NAME_KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

export function storeName(name: string): void {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch (error) {
    console.info('The name is not kept:', error);
  }
}

/** A reload, and the link copied from the address bar, come back to the same room. */
export function showRoomInAddress(room: string): void {
  const url = new URL(location.href);
  if (url.searchParams.get('room') === room) return;
  url.searchParams.set('room', room);
  history.replaceState(null, '', url);
}
