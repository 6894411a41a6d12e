// Messages described by a table of fields, which gives the type, the wire form and the comparison. A new field is a
// line of the table and a number in the .proto file.

export interface Codec<Value, Wire = Value> {
  /** Reads the field; an absent field gives the empty value. */
  readonly read: (wire: Wire | null | undefined) => Value;
  readonly write: (value: Value) => Wire | null;
  readonly isSame: (a: Value, b: Value) => boolean;
}

export interface AnyCodec {
  readonly read: (wire: never) => unknown;
  readonly write: (value: never) => unknown;
  readonly isSame: (a: never, b: never) => boolean;
}

export type Fields = Readonly<Record<string, AnyCodec>>;
/** Table that must have a codec for each field of a wire message, so that none is forgotten. */
export type FieldsOf<Wire> = { readonly [Key in Exclude<keyof Wire, '$unknowns'>]-?: AnyCodec };
export type MessageOf<Table extends Fields> = {
  readonly [Key in keyof Table]: ReturnType<Table[Key]['read']>;
};

const isIdentical = (a: unknown, b: unknown): boolean => a === b;
const isEqualAsJson = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Returns the codec of a field that has the same form on the wire, where it may be absent. */
const plain = <Value>(empty: Value): Codec<Value> => ({
  read: (wire) => wire ?? empty,
  write: (value) => value,
  isSame: isIdentical,
});
export const text = plain('');
export const flag = plain(false);
export const number = plain(0);
/** Milliseconds since 1970; an invalid time is read as 0, none. */
export const wallMs: Codec<number> = {
  ...number,
  read: (wire) => (wire != null && Number.isFinite(wire) && wire > 0 ? Math.round(wire) : 0),
};
/** Returns the codec of a text; further characters than `max` are left out, without cutting a character. */
export const textOf = (max: number): Codec<string> => ({
  ...text,
  read: (wire) => (wire != null && wire.length > max ? [...wire].slice(0, max).join('') : (wire ?? '')),
});

export const coded = <Value, Wire>(
  read: (wire: Wire | null | undefined) => Value,
  write: (value: Value) => Wire | null,
): Codec<Value, Wire> => ({ read, write, isSame: isEqualAsJson });

/** Returns the codec of a list; further items than `max` are left out when reading. */
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
 * Returns the functions that read, write and compare messages of a table.
 * @typeParam Wire the message of the wire; each field of the table must be one of it
 */
export function messageOf<Table extends Fields, Wire extends object>(table: Table) {
  type Message = MessageOf<Table>;
  type Key = keyof Table & string;
  const keys = Object.keys(table) as Key[];
  // A copy has its fields from the start. Many fields that are set one after another on an empty object make it a hash
  // table, which is larger and slower.
  const blank: Readonly<Record<string, unknown>> = Object.fromEntries(keys.map((key) => [key, undefined]));
  const isSameUnder = (a: Message, b: Message, some: readonly Key[]): boolean =>
    some.every((key) => table[key]?.isSame(a[key] as never, b[key] as never) ?? true);
  return {
    keys,
    fromWire: (wire: Wire | null | undefined): Message => {
      const values = (wire ?? {}) as Readonly<Record<string, unknown>>;
      const message = { ...blank };
      for (const key of keys) message[key] = table[key]?.read(values[key] as never);
      return message as Message;
    },
    toWire: (message: Message): Wire => {
      const wire = { ...blank };
      for (const key of keys) wire[key] = table[key]?.write(message[key] as never);
      return wire as Wire;
    },
    /** Returns whether two messages are equal under `some` of their fields, by default all. */
    isSame: (a: Message, b: Message, some: readonly Key[] = keys): boolean => isSameUnder(a, b, some),
  };
}
