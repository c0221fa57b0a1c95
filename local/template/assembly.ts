import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TemplateError } from '../lib/errors.ts';

export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
};

export type Resource = {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
};

export type Assembly = {
  readonly stackName: string;
  readonly template: Template;
  readonly assetDirectory: (key: string) => string;
};

type Manifest = {
  readonly artifacts?: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly file?: string };
      }
    >
  >;
};

type AssetManifest = {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
};

/** Reads the output of `cdk synth`: the template of its one stack, and the assets' directories. */
export async function readAssembly(directory: string): Promise<Assembly> {
  const manifest = await readJson<Manifest>(join(directory, 'manifest.json'));
  const artifacts = Object.entries(manifest.artifacts ?? {});
  const [stack, ...others] = artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack');
  if (!stack || others.length > 0) throw new TemplateError('infra/ must define exactly one stack to run it locally.');
  const [id, { properties }] = stack;
  const paths = new Map<string, string>();
  for (const [, { type, properties }] of artifacts) {
    if (type !== 'cdk:asset-manifest' || !properties?.file) continue;
    const { files } = await readJson<AssetManifest>(join(directory, properties.file));
    for (const { source, destinations } of Object.values(files ?? {})) {
      for (const { objectKey } of Object.values(destinations)) paths.set(objectKey, join(directory, source.path ?? ''));
    }
  }
  return {
    stackName: properties?.stackName ?? id,
    template: await readJson<Template>(join(directory, properties?.templateFile ?? '')),
    assetDirectory: (key) => {
      const path = paths.get(key);
      if (!path) throw new TemplateError(`The bundle ${key} is not in ${directory}.`);
      return path;
    },
  };
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8'));
}
