import { checkUrl } from '../core/check-address.ts';
import { parseQuery } from '../core/query.ts';

/** The address of the page that checks the connection of a person at this one, which leads back here. */
export const checkHref = (): string =>
  checkUrl(location.pathname, location.search, parseQuery(location.search, location.hash));
