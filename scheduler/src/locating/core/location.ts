/** Assumed place of a client. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number; // radius that contains the true place, by assumption
  readonly source: string; // city | opener | maxmind | dbip-city | geo-whois-asn-country | geoip-lite | none
  readonly label: string;
  readonly countryCode: string; // '' = unknown
}
