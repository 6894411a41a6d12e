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

const TENANT_KEY = 'meridian.tenant';

/** Of the user that was signed in here last: the sign-in page looks as its company wants. */
export function readTenant(): string | undefined {
  try {
    return localStorage.getItem(TENANT_KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

export function storeTenant(id: string): void {
  try {
    localStorage.setItem(TENANT_KEY, id);
  } catch (error) {
    console.info('The company is not kept:', error);
  }
}

/** A reload, and the link copied from the address bar, come back to the same room. */
export function showRoomInAddress(room: string): void {
  const url = new URL(location.href);
  if (url.searchParams.get('room') === room) return;
  url.searchParams.set('room', room);
  history.replaceState(null, '', url);
}
