/**
 * Assumed prices in US dollars where none are set: an hour of an 8-core machine, and a GB (10^9 bytes) of outgoing
 * traffic, the public price of Cloudflare Calls.
 */
export const assumedPrices = { currency: 'USD', nodeHour: 0.2, gigabyte: 0.05 } as const;
