/** Where a client is taken to be. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number; // the true place is taken to be within it
  readonly source: string; // city | opener | maxmind | dbip-city | geo-whois-asn-country | geoip-lite | none
  readonly label: string;
  readonly countryCode: string; // '' = unknown
}
