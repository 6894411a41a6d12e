declare module '../store/tables.ts' {
  interface Tables {
    /** Rooms that are watched all the time while they are live. */
    wall_rooms: {
      tenant: string;
      room: string;
      /** Id of a user, or of the operator's key. */
      added_by: string;
      added_ms: number;
    };
  }
}

export {};
