/** Assumed prices: an hour of an 8-core machine, and a GB (10^9 bytes) of traffic as of Cloudflare Calls. */
export const assumedPrices = { currency: 'USD', nodeHour: 0.2, gigabyte: 0.05 } as const;
