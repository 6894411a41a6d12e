// The tables, the same on SQLite and PostgreSQL: ids and enumerations are text, times whole milliseconds since 1970,
// truth values 0 or 1, structured values JSON as text. A folder adds its tables by declaration merging:
// `declare module './tables.ts' { interface Tables { … } }` beside its queries.
// biome-ignore lint/suspicious/noEmptyInterface: folders add their tables
export interface Tables {}
