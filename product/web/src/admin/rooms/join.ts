// Joining a room in a tab of its own. The tab opens while the click lasts: later the browser would block it.

export interface NewTab {
  go(url: string): void;
  close(): void;
}

/** Answers a link to press where no tab opened; undefined: the tab has it. Rejects as `makeLink`, without a tab. */
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

/** An empty tab that cannot reach this page; undefined: the browser opened none. */
export function openTab(): NewTab | undefined {
  const tab = window.open('', '_blank');
  if (tab === null) return undefined;
  tab.opener = null;
  return { go: (url) => tab.location.replace(url), close: () => tab.close() };
}
