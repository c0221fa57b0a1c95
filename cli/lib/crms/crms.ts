import { configSchema } from '../../../lambda/config/config.schema.ts';
import type { Destination } from '../../../lambda/config/config.ts';
import type { SecretShape } from '../../../lambda/crm/secret.ts';
import { secretShapes } from '../../../lambda/crm/secret-shapes.ts';

/** A kind of CRM that there is an adapter for, as its schema describes it. */
export type Crm = {
  readonly adapter: Destination['adapter'];
  /** What appears there, in a few words. */
  readonly description: string;
  /** All that a destination of this kind may say, by name. */
  readonly settings: Readonly<Record<string, SettingSchema>>;
  /** What it has to say beyond its name and its adapter: paths, such as `owners.fallback`. */
  readonly required: readonly string[];
  readonly secret: SecretShape;
};

/** As much of a JSON schema as a question can be made of. */
export type SettingSchema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly required?: readonly string[];
};

const described: readonly Crm[] = configSchema.properties.destinations.items.oneOf.map((schema) => {
  const { name: _, adapter, ...settings } = schema.properties;
  return {
    adapter: adapter.const,
    description: schema.title.slice(schema.title.indexOf(':') + 1).trim(),
    settings,
    required: requiredIn({ properties: settings, required: schema.required }),
    secret: secretShapes[adapter.const],
  };
});

/** Whether nobody gives credentials out: the stack makes a key, and whoever receives has to have it. */
export const isOwn = ({ secret }: Pick<Crm, 'secret'>): boolean => secret.kind === 'generated';

/** Those that one buys, then what is for a system of one's own: it is nobody's first choice by accident. */
export const crms: readonly Crm[] = described.toSorted((one, other) => Number(isOwn(one)) - Number(isOwn(other)));

export const crmOf = (adapter: string): Crm | undefined => crms.find((crm) => crm.adapter === adapter);

export function isOwnSystem(adapter: string): boolean {
  const crm = crmOf(adapter);
  return crm !== undefined && isOwn(crm);
}

/** The single values without which an object will not do. */
function requiredIn({ properties = {}, required = [] }: SettingSchema): readonly string[] {
  return required.flatMap((name) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema === undefined) return [];
    return schema.type === 'object' ? requiredIn(schema).map((inner) => `${name}.${inner}`) : [name];
  });
}
