import { configSchema } from '../../../infra/config/schema.ts';
import { type Destination, secretShapes } from '../../../lambda/crm/catalogue.ts';
import type { SecretShape } from '../../../lambda/crm/http/credentials.ts';

export type Crm = {
  readonly adapter: Destination['adapter'];
  readonly description: string;
  readonly settings: Readonly<Record<string, SettingSchema>>;
  /** Paths other than name and adapter, such as `owners.fallback`. */
  readonly required: readonly string[];
  readonly secret: SecretShape;
};

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

/** A system of your own has no credentials: the stack generates a signing key. */
export const isOwn = ({ secret }: Pick<Crm, 'secret'>): boolean => secret.kind === 'generated';

/** Commercial CRMs first, `webhook` last, so that nobody chooses it by accident. */
export const crms: readonly Crm[] = described.toSorted((one, other) => Number(isOwn(one)) - Number(isOwn(other)));

export const crmOf = (adapter: string): Crm | undefined => crms.find((crm) => crm.adapter === adapter);

export function isOwnSystem(adapter: string): boolean {
  const crm = crmOf(adapter);
  return crm !== undefined && isOwn(crm);
}

function requiredIn({ properties = {}, required = [] }: SettingSchema): readonly string[] {
  return required.flatMap((name) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema === undefined) return [];
    return schema.type === 'object' ? requiredIn(schema).map((inner) => `${name}.${inner}`) : [name];
  });
}
