// What rooms lived through. `journal_entries` says which entries have been taken, `events` what companies get.
declare module '../store/tables.ts' {
  interface Tables {
    room_lives: {
      sid: string;
      tenant: string;
      room: string;
      started_ms: number;
      ended_ms: number | null;
      end_reason: string;
      /** 1: no owner reported the end. */
      estimated: number;
      /** Of the latest owner that sent a roster, and when it did. */
      epoch: number;
      roster_ms: number;
      /** 1: companies have the event. */
      opened: number;
      finished: number;
      /** RoomInfo, JSON. */
      info: string;
      /** Of the latest event. */
      sequence: number;
      /** Entries that owners could not keep. */
      lost: number;
      /** When a sweep first found the room without an owner; null: it has one, as far as is known. */
      unowned_ms: number | null;
      heard_ms: number;
    };
    room_stays: {
      id: string;
      sid: string;
      tenant: string;
      session_id: string;
      identity: string;
      name: string;
      kind: string;
      protocol: string;
      region: string;
      node_id: string;
      joined_ms: number;
      joined_epoch: number;
      joined_seq: number;
      left_ms: number | null;
      left_epoch: number;
      left_seq: number;
      left_reason: string;
      estimated: number;
      epoch: number;
      /** Participant without tracks, JSON. */
      participant: string;
    };
    journal_entries: { sid: string; epoch: number; seq: number };
    journal_losses: { sid: string; epoch: number; lost: number };
    events: {
      id: string;
      tenant: string;
      sid: string;
      room: string;
      /** Dense per sid, from 1. */
      sequence: number;
      type: string;
      at_ms: number;
      /** When it was stored. */
      created_ms: number;
      /** WebhookBody without id, event, sequence; JSON. */
      body: string;
    };
  }
}

export {};
