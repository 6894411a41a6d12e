// Databases of locations, as the code that looks up addresses sees them.

/** Where an address is, as one source says it. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number;
  readonly source: string;
  readonly label: string;
  readonly countryCode: string;
}

export interface Geo {
  /** Undefined for what is no public address, or when no source knows it. Never throws. */
  locate(ip: string): Place | undefined;
  /** Number of the autonomous system; undefined: no database names it. Never throws. */
  asnOf?(ip: string): number | undefined;
}

/** One database of locations, as the administrator sees it. */
export interface DatabaseStatus {
  readonly source: string;
  readonly file: string;
  readonly isInUse: boolean;
  readonly builtAt: string | null; // of what is in use
  readonly ageDays: number | null;
  readonly isStale: boolean;
  readonly loadedAt: string | null;
  readonly problem: string | null; // of the file as it is now; what is in use stays in use
  readonly refusals: number;
}

/** One scheduled refresh of such a database's file. */
export interface RefreshStatus {
  readonly file: string;
  readonly cron: string;
  readonly lastSuccessAt: string | null; // since this process started
  readonly problem: string | null; // of the last attempt
}
