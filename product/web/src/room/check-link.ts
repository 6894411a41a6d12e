import { checkUrl } from '../core/check-address.ts';
import { parseQuery } from '../core/query.ts';

/** Returns the URL of the connection check, which leads back to this page. */
export const checkHref = (): string =>
  checkUrl(location.pathname, location.search, parseQuery(location.search, location.hash));
