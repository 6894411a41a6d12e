// Joins a room in a new tab, opened during the click: later the browser would block it.

export interface NewTab {
  go(url: string): void;
  close(): void;
}

/**
 * Sends the link to a new tab. Returns the link when the browser opened none, else undefined. Rejects as `makeLink`
 * does, after closing the tab.
 */
export async function joinInTab(
  open: () => NewTab | undefined,
  makeLink: () => Promise<string>,
): Promise<string | undefined> {
  const tab = open();
  try {
    const url = await makeLink();
    if (tab === undefined) return url;
    tab.go(url);
    return undefined;
  } catch (error) {
    tab?.close();
    throw error;
  }
}

/** Opens an empty tab without access to this page; returns undefined when blocked. */
export function openTab(): NewTab | undefined {
  const tab = window.open('', '_blank');
  if (tab === null) return undefined;
  tab.opener = null;
  return { go: (url) => tab.location.replace(url), close: () => tab.close() };
}
