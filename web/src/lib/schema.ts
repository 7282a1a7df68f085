/** JSON schemas as forms read them: what kind of field a value wants, and what a new one begins with. */
export interface Schema {
  type?: string;
  enum?: string[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  discriminator?: { propertyName: string };
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  default?: unknown;
  description?: string;
  pattern?: string;
  /** What it names, of the table or the twin; `exact`: nothing but names of the table. */
  names?: Names;
  exact?: boolean;
}
export type Names = 'region' | 'sector' | 'lever' | 'metric';
export type Table = Record<string, unknown>;

/** A schema with its reference followed, and without the "or nothing" around it. */
export function resolved(schema: Schema, root: Schema): Schema {
  if (schema.$ref) return { ...resolved(root.$defs?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}, root), ...without(schema, '$ref') };
  const some = schema.anyOf?.filter((one) => one.type !== 'null');
  return some?.[0] ? { ...resolved(some[0], root), ...without(schema, 'anyOf') } : schema;
}

export type Kind = 'choice' | 'text' | 'number' | 'truth' | 'name' | 'list' | 'tables' | 'table' | 'variants' | 'pairs';

/** What kind of field a resolved schema wants. */
export function kindOf(schema: Schema, root: Schema): Kind {
  if (schema.oneOf) return 'variants';
  if (schema.enum) return 'choice';
  if (schema.type === 'number' || schema.type === 'integer') return 'number';
  if (schema.type === 'boolean') return 'truth';
  if (schema.type === 'array') return holdsTables(schema, root) ? 'tables' : 'list';
  if (schema.type === 'object') return schema.properties ? 'table' : 'pairs';
  return schema.names ? 'name' : 'text';
}

function holdsTables(schema: Schema, root: Schema): boolean {
  const item = resolved(schema.items ?? {}, root);
  return item.type === 'object' || Boolean(item.oneOf);
}

/** The variants of a table by the value of the field that tells them apart. */
export function variants(schema: Schema, root: Schema): { field: string; of: Map<string, Schema> } {
  const field = schema.discriminator?.propertyName ?? 'kind';
  const all = (schema.oneOf ?? []).map((one) => resolved(one, root));
  return { field, of: new Map(all.map((one) => [String(one.properties?.[field]?.const ?? ''), one])) };
}

/** A new value: what must be there, and no more; numbers and texts are for whoever fills it in. */
export function blank(written: Schema, root: Schema): unknown {
  const schema = resolved(written, root);
  if (schema.const !== undefined) return schema.const;
  switch (kindOf(schema, root)) {
    case 'variants': {
      const [first] = variants(schema, root).of.values();
      return first ? blank(first, root) : {};
    }
    case 'table': {
      const must = (schema.required ?? []).map((name) => [name, blank(schema.properties?.[name] ?? {}, root)] as const);
      return Object.fromEntries(must.filter(([, value]) => value !== undefined));
    }
    case 'tables':
      return schema.items ? [blank(schema.items, root)] : [];
    case 'list':
      return [];
    case 'pairs':
      return {};
    case 'choice':
      return schema.enum?.[0];
    case 'truth':
      return false;
    default:
      return undefined;
  }
}

/** A table with one field changed, or taken out where nothing stands in it. */
export function changed(table: Table, name: string, value: unknown): Table {
  return value === undefined ? without(table, name) : { ...table, [name]: value };
}

function without<T extends object>(table: T, name: string): T {
  return Object.fromEntries(Object.entries(table).filter(([key]) => key !== name)) as T;
}
