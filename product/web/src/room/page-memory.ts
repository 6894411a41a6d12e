// Stores values between visits. Storage throws where the user forbids it; the page then works without.

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
    console.info('The name was not stored:', error);
  }
}

const TENANT_KEY = 'meridian.tenant';

/** Returns the tenant of the last signed-in user; the sign-in page uses its branding. */
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
    console.info('The tenant was not stored:', error);
  }
}

/** Puts the room into the URL, so that a reload or a link copied from the address bar leads to the same room. */
export function showRoomInAddress(room: string): void {
  const url = new URL(location.href);
  if (url.searchParams.get('room') === room) return;
  url.searchParams.set('room', room);
  history.replaceState(null, '', url);
}
