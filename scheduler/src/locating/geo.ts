// Location databases, as seen by address lookups.

/** Place of an address by a single source. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number;
  readonly source: string;
  readonly label: string;
  readonly countryCode: string;
}

export interface Geo {
  /** Returns undefined for an address that is not public or that no source knows. Never throws. */
  locate(ip: string): Place | undefined;
  /** Returns the number of the autonomous system; undefined when no database knows it. Never throws. */
  asnOf?(ip: string): number | undefined;
}

export interface DatabaseStatus {
  readonly source: string;
  readonly file: string;
  readonly isInUse: boolean;
  readonly builtAt: string | null; // of the version in use
  readonly ageDays: number | null;
  readonly isStale: boolean;
  readonly loadedAt: string | null;
  readonly problem: string | null; // of the present file; the version in use stays in use
  readonly refusals: number;
}

export interface RefreshStatus {
  readonly file: string;
  readonly cron: string;
  readonly lastSuccessAt: string | null; // since this process started
  readonly problem: string | null; // of the last attempt
}
