const LINK_TITLE_MAX = 128;

/** Returns the room's title, cut to what the API takes for a link; '' for none. */
export const linkTitle = (title: string): string =>
  title
    .slice(0, LINK_TITLE_MAX)
    .replace(/[\uD800-\uDBFF]$/, '') // half of a surrogate pair
    .trim();
