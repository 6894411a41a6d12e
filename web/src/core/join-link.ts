// The link by which somebody comes: /j/CODE. Pure.

const CODE_CHARACTERS_MAX = 128;

/**
 * The code in the path of the page's address; undefined: the page was not opened by a link. One that cannot be a code is
 * asked about too, so that there is one place that says it is not valid.
 */
export function codeOfPath(pathname: string): string | undefined {
  const code = /^\/j\/([^/]+)\/?$/.exec(pathname)?.[1];
  return code?.slice(0, CODE_CHARACTERS_MAX);
}
