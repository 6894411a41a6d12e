// Which key does what. Pure: the listener in ui/hooks.ts hands over what was pressed.

export type ShortcutName =
  | 'microphone'
  | 'camera'
  | 'share'
  | 'chat'
  | 'people'
  | 'view'
  | 'where'
  | 'stats'
  | 'fullScreen'
  | 'devices'
  | 'help'
  | 'escape';

export const shortcutKeys: Readonly<Record<ShortcutName, string>> = {
  microphone: 'm',
  camera: 'v',
  share: 's',
  chat: 'c',
  people: 'p',
  view: 'g',
  where: 'w',
  stats: 'i',
  fullScreen: 'f',
  devices: 'd',
  help: '?',
  escape: 'Escape',
};

export interface KeyPress {
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  repeat: boolean;
  /** The user is writing, or choosing in a list: letters belong to that. */
  typing: boolean;
  /** A dialog is open: it keeps all keys, and closes itself on Escape. */
  modal: boolean;
}

/**
 * What a pressed key asks for; undefined when it belongs to something else. Browser shortcuts (with modifiers) never
 * do.
 */
export function shortcutOf(press: KeyPress): ShortcutName | undefined {
  if (press.altKey || press.ctrlKey || press.metaKey || press.repeat || press.modal) return undefined;
  if (press.key === 'Escape') return 'escape';
  if (press.typing) return undefined;
  const key = press.key.toLowerCase();
  const found = Object.entries(shortcutKeys).find(([, known]) => known === key);
  return found?.[0] as ShortcutName | undefined;
}
