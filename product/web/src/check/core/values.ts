export interface Format {
  ms(ms: number): string;
  bps(bps: number): string;
  share(share: number): string;
  number(value: number): string;
}

export function formatIn(tag: string): Format {
  const number = (value: number, digits: number): string =>
    new Intl.NumberFormat(tag, { maximumFractionDigits: digits }).format(value);
  return {
    ms: (ms) => (ms < 10_000 ? `${number(ms, 0)} ms` : `${number(ms / 1000, 0)} s`),
    bps: (bps) => (bps < 1_000_000 ? `${number(bps / 1000, 0)} kbit/s` : `${number(bps / 1_000_000, 1)} Mbit/s`),
    share: (share) => `${number(share * 100, 1)} %`,
    number: (value) => number(value, 0),
  };
}

/** Formats an address and port as firewalls take them; an IPv6 address in brackets. */
export const endpointText = (address: string, port: number): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`;
