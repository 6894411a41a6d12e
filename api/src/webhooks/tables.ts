declare module '../store/tables.ts' {
  interface Tables {
    webhooks: {
      id: string;
      tenant: string;
      url: string;
      description: string;
      /** Words with blanks; '': all. */
      events: string;
      /** standard | livekit */
      format: string;
      /** The API key that signs in LiveKit's form; ''. */
      signer: string;
      /** enabled | disabled */
      state: string;
      /** '' | request | gone */
      state_reason: string;
      /** Of `Deliveries`, by its last attempt: '' it was prompt, or answered; slow; new: there was none. */
      pool: string;
      sealed_secret: string;
      /** The secret before, valid until `previous_until_ms`; ''. */
      sealed_previous: string;
      previous_until_ms: number;
      created_ms: number;
      updated_ms: number;
    };
    webhook_deliveries: {
      id: string;
      tenant: string;
      webhook: string;
      event: string;
      type: string;
      /** What is delivered in order: the sid of a room, or the delivery alone. */
      lane: string;
      sequence: number;
      /** pending | delivered | failed | cancelled */
      state: string;
      attempts: number;
      created_ms: number;
      first_failed_ms: number | null;
      next_ms: number;
      done_ms: number | null;
      /** 0: no answer. */
      last_status: number | null;
      last_error: string;
      last_took_ms: number | null;
    };
  }
}

export {};
