declare module '../store/tables.ts' {
  interface Tables {
    /** The newest ones. */
    policy_comparisons: {
      id: string;
      made_ms: number;
      /** `NewPolicyComparison` of `schemas.ts`, JSON. */
      comparison: string;
    };
  }
}

export {};
