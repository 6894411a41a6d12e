// A message whose fields stand in one table: the table gives its type, its wire form, and whether two are the same. A
// new field is a line of the table and a number in the .proto file.

/** How one field is read from the wire, written to it, and compared. */
export interface Codec<Value, Wire = Value> {
  /** Absent fields are read as the empty value. */
  readonly read: (wire: Wire | null | undefined) => Value;
  readonly write: (value: Value) => Wire | null;
  readonly isSame: (a: Value, b: Value) => boolean;
}

/** Any codec: what it takes and gives is known where it stands in a table. */
export interface AnyCodec {
  readonly read: (wire: never) => unknown;
  readonly write: (value: never) => unknown;
  readonly isSame: (a: never, b: never) => boolean;
}

export type Fields = Readonly<Record<string, AnyCodec>>;
/** A codec for each field of a message of the wire: what a table has to be, so that none is forgotten. */
export type FieldsOf<Wire> = { readonly [Key in Exclude<keyof Wire, '$unknowns'>]-?: AnyCodec };
/** The message that a table describes. */
export type MessageOf<Table extends Fields> = {
  readonly [Key in keyof Table]: ReturnType<Table[Key]['read']>;
};

const isIdentical = (a: unknown, b: unknown): boolean => a === b;
/** Of values that are small trees of JSON. */
const isEqualAsJson = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** A field that is the same in the program and on the wire, but for its absence. */
const plain = <Value>(empty: Value): Codec<Value> => ({
  read: (wire) => wire ?? empty,
  write: (value) => value,
  isSame: isIdentical,
});
export const text = plain('');
export const flag = plain(false);
export const number = plain(0);
/** A time, whole milliseconds since 1970; what is no time is read as 0, none. */
export const wallMs: Codec<number> = {
  ...number,
  read: (wire) => (wire != null && Number.isFinite(wire) && wire > 0 ? Math.round(wire) : 0),
};
/** At most `max` characters; further ones are left out, and none is cut in two. */
export const textOf = (max: number): Codec<string> => ({
  ...text,
  read: (wire) => (wire != null && wire.length > max ? [...wire].slice(0, max).join('') : (wire ?? '')),
});

/** A value that the wire has as another one, such as a name that it has as a number. */
export const coded = <Value, Wire>(
  read: (wire: Wire | null | undefined) => Value,
  write: (value: Value) => Wire | null,
): Codec<Value, Wire> => ({ read, write, isSame: isEqualAsJson });

/** At most `max` items; the wire's further ones are left out. */
export const listOf = <Item, Wire>(
  read: (wire: Wire) => Item,
  write: (item: Item) => Wire,
  max = Number.POSITIVE_INFINITY,
): Codec<readonly Item[], Wire[]> => ({
  read: (wire) => (wire ?? []).slice(0, max).map(read),
  write: (items) => items.map(write),
  isSame: isEqualAsJson,
});

/**
 * Reads, writes and compares messages as a table describes them.
 * @typeParam Wire the message of the wire; each field of the table must be one of it
 */
export function messageOf<Table extends Fields, Wire extends object>(table: Table) {
  type Message = MessageOf<Table>;
  type Key = keyof Table & string;
  const keys = Object.keys(table) as Key[];
  const isSameUnder = (a: Message, b: Message, some: readonly Key[]): boolean =>
    some.every((key) => table[key]?.isSame(a[key] as never, b[key] as never) ?? true);
  return {
    keys,
    /** Throws what a codec throws. */
    fromWire: (wire: Wire | null | undefined): Message => {
      const values = (wire ?? {}) as Readonly<Record<string, unknown>>;
      const message: Record<string, unknown> = {};
      for (const key of keys) message[key] = table[key]?.read(values[key] as never);
      return message as Message;
    },
    toWire: (message: Message): Wire => {
      const wire: Record<string, unknown> = {};
      for (const key of keys) wire[key] = table[key]?.write(message[key] as never);
      return wire as Wire;
    },
    /** Whether two are the same under all, or these, of their fields. */
    isSame: (a: Message, b: Message, some: readonly Key[] = keys): boolean => isSameUnder(a, b, some),
  };
}
