declare module '../store/tables.ts' {
  interface Tables {
    /** What media nodes of one region sent to those of another, of an hour; a relayed path is each of its legs. */
    link_hours: {
      /** The end of the hour, of UTC. */
      at_ms: number;
      from_region: string;
      to_region: string;
      sent_bytes: number;
      /** The largest mean of five minutes. */
      peak_bps: number;
    };
    /** One row at most. */
    cost_prices: {
      id: string;
      /** `CostPrices` of `schemas.ts`, JSON. */
      prices: string;
      updated_ms: number;
    };
  }
}

export {};
