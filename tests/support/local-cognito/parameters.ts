/**
 * The service model's parameters (types, lengths, ranges, patterns) as data, and the check against them. The local Cognito must refuse what
 * AWS refuses; otherwise only a live account would show a wrong request.
 */
import { ServiceFailure } from './service-failure.ts';

type Shape =
  | {
      readonly kind: 'string';
      readonly min?: number;
      readonly max?: number;
      readonly pattern?: string;
      readonly oneOf?: readonly string[];
    }
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'list'; readonly max?: number; readonly of: Shape }
  /** Stored and returned unchanged. */
  | { readonly kind: 'structure' };

/** The parameters of an operation by name. */
export type Parameters = Readonly<Record<string, Shape & { readonly required?: true }>>;

type ValueOf<S> = S extends { readonly kind: 'string' }
  ? string
  : S extends { readonly kind: 'integer' }
    ? number
    : S extends { readonly kind: 'boolean' }
      ? boolean
      : S extends { readonly kind: 'list'; readonly of: infer Item }
        ? readonly ValueOf<Item>[]
        : Readonly<Record<string, unknown>>;

/** The validated input of an operation with the parameters `P`. */
export type InputOf<P extends Parameters> = {
  readonly [N in keyof P as P[N] extends { readonly required: true } ? N : never]: ValueOf<P[N]>;
} & {
  readonly [N in keyof P as P[N] extends { readonly required: true } ? never : N]?: ValueOf<P[N]>;
};

/**
 * Checks a request body. Unknown parameters are silently dropped, as in the service. Throws SerializationException for a wrong JSON type,
 * otherwise InvalidParameterException with all violations.
 */
export function readInput<P extends Parameters>(body: unknown, parameters: P): InputOf<P> {
  if (!isStructure(body)) throw new ServiceFailure('SerializationException', 'The body is not a JSON object');
  const input: Record<string, unknown> = {};
  const complaints: string[] = [];
  for (const [name, shape] of Object.entries(parameters)) {
    const value = body[name] ?? undefined;
    const place = name.charAt(0).toLowerCase() + name.slice(1);
    if (value !== undefined) {
      complaints.push(...complaintsAbout(value, shape, place));
      input[name] = value;
    } else if (shape.required) {
      complaints.push(`Value at '${place}' failed to satisfy constraint: Member must not be null`);
    }
  }
  if (complaints.length > 0) {
    const head = `${complaints.length} validation error${complaints.length === 1 ? '' : 's'} detected`;
    throw new ServiceFailure('InvalidParameterException', `${head}: ${complaints.join('; ')}`);
  }
  return input as InputOf<P>;
}

function complaintsAbout(value: unknown, shape: Shape, place: string): string[] {
  switch (shape.kind) {
    case 'string':
      if (typeof value !== 'string') throw wrongType(value, 'String');
      return brokenStringRules(value, shape).map((rule) => complaint(`Value '${value}'`, place, rule));
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(value, 'Integer');
      return brokenBounds(value, shape, 'value').map((rule) => complaint(`Value '${value}'`, place, rule));
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(value, 'Boolean');
      return [];
    case 'list': {
      if (!Array.isArray(value)) throw wrongType(value, 'List');
      const tooMany = brokenBounds(value.length, { max: shape.max }, 'length');
      return [
        ...tooMany.map((rule) => complaint('Value', place, rule)),
        ...value.flatMap((item, index) => complaintsAbout(item, shape.of, `${place}.${index + 1}.member`)),
      ];
    }
    case 'structure':
      if (!isStructure(value)) throw wrongType(value, 'Structure');
      return [];
  }
}

function brokenStringRules(value: string, shape: Extract<Shape, { kind: 'string' }>): string[] {
  const broken = brokenBounds(value.length, shape, 'length');
  if (shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern})$`, 'u').test(value)) {
    broken.push(`satisfy regular expression pattern: ${shape.pattern}`);
  }
  if (shape.oneOf !== undefined && !shape.oneOf.includes(value)) {
    broken.push(`satisfy enum value set: [${shape.oneOf.join(', ')}]`);
  }
  return broken;
}

function brokenBounds(
  size: number,
  bounds: { readonly min?: number | undefined; readonly max?: number | undefined },
  what: 'value' | 'length',
): string[] {
  const broken: string[] = [];
  if (bounds.min !== undefined && size < bounds.min) {
    broken.push(`have ${what} greater than or equal to ${bounds.min}`);
  }
  if (bounds.max !== undefined && size > bounds.max) {
    broken.push(`have ${what} less than or equal to ${bounds.max}`);
  }
  return broken;
}

function complaint(value: string, place: string, rule: string): string {
  return `${value} at '${place}' failed to satisfy constraint: Member must ${rule}`;
}

function wrongType(value: unknown, wanted: string): ServiceFailure {
  return new ServiceFailure(
    'SerializationException',
    `A ${Array.isArray(value) ? 'list' : typeof value} cannot be converted to ${wanted}`,
  );
}

function isStructure(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
