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
    console.info('The name is not kept:', error);
  }
}

const TENANT_KEY = 'meridian.tenant';

/** Tenant of the last signed-in user, whose branding the sign-in page uses. */
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

/** A reload, or a link copied from the address bar, leads to the same room. */
export function showRoomInAddress(room: string): void {
  const url = new URL(location.href);
  if (url.searchParams.get('room') === room) return;
  url.searchParams.set('room', room);
  history.replaceState(null, '', url);
}
