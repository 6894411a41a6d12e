import type { Locator } from 'playwright-core';
import type { Participant } from './browser.ts';

export const press = (one: Participant, testId: string): Promise<void> => one.page.getByTestId(testId).click();

/** Presses an entry of the menu "More" by its name. */
export async function pressInMore(one: Participant, entry: string): Promise<void> {
  await press(one, 'more');
  await press(one, `more-${entry}`);
}

/** Sets a switch of the host's dialog; waits until the service confirms it. */
export async function setRoom(host: Participant, testId: 'host-lock' | 'host-lobby', on: boolean): Promise<void> {
  await press(host, 'host');
  await press(host, testId);
  await host.page.locator(`[data-testid=${testId}][aria-checked=${on}]`).waitFor();
  await host.page.keyboard.press('Escape');
}

export const rowOf = (host: Participant, identity: string): Locator =>
  host.page.locator(`[data-panel=people] li[data-identity="${identity}"]`);

export async function choosePersonAction(host: Participant, identity: string, choice: string): Promise<void> {
  await rowOf(host, identity).getByTestId('manage').click();
  await rowOf(host, identity).locator(`[data-testid=person-menu] [data-choice=${choice}]`).click();
}

export async function endForAll(host: Participant): Promise<void> {
  await press(host, 'host');
  await press(host, 'end-all');
  await press(host, 'end-confirm');
}

export const untilMeetingEnded = (one: Participant, code: string): Promise<void> =>
  one.page.locator(`[data-testid=ended][data-code=${code}]`).waitFor();

/** Lets the page use the clipboard, and empties it: all pages of a browser share it, also those of other test files. */
export async function prepareClipboard(one: Participant): Promise<void> {
  await one.context.grantPermissions(['camera', 'microphone', 'clipboard-read', 'clipboard-write']);
  await one.page.evaluate(() => navigator.clipboard.writeText(''));
}
