// The title of a link. Pure.

const LINK_TITLE_MAX = 128;

/** The title of a link to the room, as far as the api takes it; '': none. */
export const linkTitle = (title: string): string =>
  title
    .slice(0, LINK_TITLE_MAX)
    .replace(/[\uD800-\uDBFF]$/, '') // half a character
    .trim();
