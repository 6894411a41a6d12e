import type { Generated } from 'kysely';

/** Columns of each `create table` in `Sql`. An insert may omit those with a default. */
export type TablesOf<
  Sql extends string,
  Found = unknown,
> = Sql extends `${string}create table ${infer Name} (${infer Columns};\n${infer Rest}`
  ? TablesOf<Rest, Found & { [N in Name]: RowOf<DefinitionsOf<Columns>> }>
  : Found;

type DefinitionsOf<Columns extends string, Found = never> = Columns extends `${infer First},${infer Rest}`
  ? Trimmed<First> extends `constraint ${string}`
    ? Found
    : DefinitionsOf<Rest, Found | Trimmed<First>>
  : Found | Exclude<Trimmed<Columns>, `constraint ${string}`>;

type Trimmed<S extends string> = S extends ` ${infer Rest}` | `\n${infer Rest}` ? Trimmed<Rest> : S;

type RowOf<Definition> = {
  [D in Definition as D extends `${infer Name} ${string}` ? Name : never]: D extends `${string} ${infer Type}`
    ? Written<Type, (Type extends `text${string}` ? string : number) | NullIn<Type>>
    : never;
};

type NullIn<Type> = Type extends `${string} not null${string}` | `${string} primary key${string}` ? never : null;
type Written<Type, Value> = Type extends `${string} default ${string}` ? Generated<Value> : Value;
