// Keyboard shortcuts; ui/hooks.ts passes the key presses.

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
  /** The focus is in a text field or a list, which needs the letters. */
  typing: boolean;
  /** An open dialog keeps all keys and closes itself on Escape. */
  modal: boolean;
}

/** Returns the shortcut of a key press; undefined for all others. Keys with modifiers are left to the browser. */
export function shortcutOf(press: KeyPress): ShortcutName | undefined {
  if (press.altKey || press.ctrlKey || press.metaKey || press.repeat || press.modal) return undefined;
  if (press.key === 'Escape') return 'escape';
  if (press.typing) return undefined;
  const key = press.key.toLowerCase();
  const found = Object.entries(shortcutKeys).find(([, known]) => known === key);
  return found?.[0] as ShortcutName | undefined;
}
