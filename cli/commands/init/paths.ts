import type { SettingSchema } from '../../lib/crms/crms.ts';

type Settings = Readonly<Record<string, unknown>>;

/** The schema of the setting at a path, such as `owners.fallback`; undefined where there is none. */
export function schemaAt(properties: Readonly<Record<string, SettingSchema>>, path: string): SettingSchema | undefined {
  const [name = '', ...rest] = path.split('.');
  const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return rest.length === 0 ? schema : schemaAt(schema?.properties ?? {}, rest.join('.'));
}

export const valueAt = (settings: Settings, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => Object(value)[name], settings);

/** The settings with another value at a path; all else stays. */
export function withValueAt(settings: Settings, path: string, value: unknown): Settings {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...settings, [name]: value };
  return { ...settings, [name]: withValueAt(Object(settings[name]), rest.join('.'), value) };
}
