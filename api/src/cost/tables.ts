declare module '../store/tables.ts' {
  interface Tables {
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
