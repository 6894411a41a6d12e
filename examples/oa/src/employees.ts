// The employees. Yours come from your directory.
export interface Employee {
  /** Identity in meetings. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly language: 'en' | 'zh';
}

export const employees: readonly Employee[] = [
  { id: 'hana', name: 'Hana Weber', email: 'hana@example.org', language: 'en' },
  { id: 'bo', name: 'Bo Lindqvist', email: 'bo@example.org', language: 'en' },
  { id: 'mei', name: '陈梅', email: 'mei@example.org', language: 'zh' },
  { id: 'ravi', name: 'Ravi Nair', email: 'ravi@example.org', language: 'en' },
];
