// What is assumed of prices where none are set.

/**
 * An assumption, in US dollars: an hour of an 8-core machine, and traffic out of it by GB (10^9 bytes), which is the
 * public price of Cloudflare Calls.
 */
export const assumedPrices = { currency: 'USD', nodeHour: 0.2, gigabyte: 0.05 } as const;
