// The link by which somebody comes: /j/CODE. Pure.

const CODE_CHARACTERS_MAX = 128;

/**
 * The code in the path of the page's address; undefined: the page was not opened by a link. What cannot be a code is
 * asked about too, so that one place says that it is not valid.
 */
export function codeOfPath(pathname: string): string | undefined {
  const code = /^\/j\/([^/]+)\/?$/.exec(pathname)?.[1];
  return code?.slice(0, CODE_CHARACTERS_MAX);
}
