declare module '../store/tables.ts' {
  interface Tables {
    alarms: {
      id: string;
      rule: string;
      subject: string;
      severity: string;
      /** firing | clearing | over */
      state: string;
      /** Numbers, which may be fractions. */
      value: string;
      limit_value: string;
      /** JSON. */
      labels: string;
      text: string;
      /** "RULE SUBJECT" of its cause; ''. */
      inhibited_by: string;
      started_ms: number;
      ended_ms: number | null;
      ack_ms: number | null;
      ack_by: string;
      ack_note: string;
    };
    alarm_changes: {
      id: string;
      alarm: string;
      at_ms: number;
      /** fired | cleared | acknowledged */
      kind: string;
      by_id: string;
      note: string;
    };
    alarm_judge: {
      /** One row. */
      id: string;
      /** Rises with each look: of two judges at once one is refused. */
      turn: number;
      /** JSON of JudgeState. */
      state: string;
    };
    alarm_silences: {
      id: string;
      /** JSON. */
      matchers: string;
      starts_ms: number;
      ends_ms: number;
      reason: string;
      by_id: string;
      created_ms: number;
    };
    alarm_receivers: {
      id: string;
      name: string;
      /** webhook | mail | sms | alertmanager */
      kind: string;
      severity: string;
      matchers: string;
      after_ms: number;
      repeat_ms: number;
      is_enabled: number;
      /** JSON of Target, sealed: it has secrets, addresses and numbers. */
      sealed_target: string;
      created_ms: number;
      updated_ms: number;
    };
    alarm_rules: {
      rule: string;
      /** ''; as the rule says. */
      severity: string;
      limit_value: string;
      for_ms: number | null;
      is_off: number;
      updated_ms: number;
    };
    alarm_notifications: {
      id: string;
      receiver: string;
      receiver_name: string;
      /** pending | delivered | failed | cancelled */
      state: string;
      /** JSON of NoticeContent. */
      content: string;
      attempts: number;
      created_ms: number;
      done_ms: number | null;
      last_status: number | null;
      last_error: string;
    };
    alarm_notified: { alarm: string; notification: string };
  }
}

export {};
