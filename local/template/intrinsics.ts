import { TemplateError } from '../lib/errors.ts';

/** Resolves references. Both functions throw a TemplateError for an unknown target. */
export type References = {
  readonly ref: (name: string) => unknown;
  readonly attribute: (logicalId: string, name: string) => unknown;
};

/** Replaces intrinsic functions by their results. Throws TemplateError for an unknown function or reference. */
export function resolve(value: unknown, references: References): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, references)).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first) {
    const [name, argument] = first;
    const intrinsic = intrinsics[name];
    if (intrinsic) return intrinsic(argument, references);
    if (name.startsWith('Fn::'))
      throw new TemplateError(`${name} is not known to the local stack: add it to local/template/.`);
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolve(item, references)] as const).filter(([, item]) => item !== undefined),
  );
}

type Intrinsic = (argument: unknown, references: References) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, { ref }) => ref(text(name, 'Ref')),

  'Fn::GetAtt': (argument, { attribute }) => {
    const [logicalId, ...name] = typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt');
    return attribute(text(logicalId, 'Fn::GetAtt'), name.join('.'));
  },

  'Fn::Join': (argument, references) => {
    const [separator, items] = list(argument, 'Fn::Join');
    return list(resolve(items, references), 'Fn::Join')
      .map((item) => text(item, 'Fn::Join'))
      .join(text(separator, 'Fn::Join'));
  },

  'Fn::Split': (argument, references) => {
    const [separator, whole] = list(argument, 'Fn::Split');
    return text(resolve(whole, references), 'Fn::Split').split(text(separator, 'Fn::Split'));
  },

  'Fn::Select': (argument, references) => {
    const [index, items] = list(argument, 'Fn::Select');
    return list(resolve(items, references), 'Fn::Select')[Number(index)];
  },

  'Fn::Sub': (argument, references) => {
    const [template, variables = {}] = typeof argument === 'string' ? [argument] : list(argument, 'Fn::Sub');
    const own = new Map(Object.entries(Object(resolve(variables, references))));
    return text(template, 'Fn::Sub').replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return whole.replace('!', '');
      const [logicalId = '', ...attribute] = name.split('.');
      const found = own.has(name)
        ? own.get(name)
        : attribute.length > 0
          ? references.attribute(logicalId, attribute.join('.'))
          : references.ref(name);
      return text(found, 'Fn::Sub');
    });
  },
};

function text(value: unknown, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${where} needs a text and has ${JSON.stringify(value)}.`);
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(`${where} needs a list and has ${JSON.stringify(value)}.`);
}
