// The URL of the page that plays a recording: `#base=FILE BASE`.
import { FINISHED_NAME } from '@meridian/protocol';

export interface RecordingAddress {
  /** Ends with a slash, before the names of files. */
  readonly base: string;
  /** Whether the base's token, read without verification, allows downloads; true without a token. */
  readonly mayDownload: boolean;
}

const BASE_LENGTH_MAX = 16 * 1024;

/** Returns undefined if the fragment has no base. `pageUrl`: resolves a base without host. */
export function parseRecordingAddress(fragment: string, pageUrl: string): RecordingAddress | undefined {
  const text = new URLSearchParams(fragment.replace(/^#/, '')).get('base') ?? '';
  if (text === '' || text.length > BASE_LENGTH_MAX || !URL.canParse(text, pageUrl)) return undefined;
  const url = new URL(text, pageUrl);
  const isFolder = url.pathname.endsWith('/') && url.search === '' && url.hash === '';
  if (!isFolder || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return { base: url.href, mayDownload: mayDownload(url.pathname.split('/').at(-2) ?? '') };
}

/** Returns the URL of a file. `isKept`: makes the browser download it. */
export const fileUrl = (base: string, name: string, isKept = false): string =>
  `${new URL(name, base).href}${isKept ? '?download=1' : ''}`;

export const descriptionUrl = (base: string): string => fileUrl(base, FINISHED_NAME);

function mayDownload(token: string): boolean {
  const payload = token.split('.')[1];
  if (payload === undefined) return true;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return (JSON.parse(new TextDecoder().decode(bytes)) as { may?: unknown } | null)?.may === 'download';
  } catch {
    return true; // no token: another server has the files
  }
}
