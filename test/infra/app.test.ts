import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(30_000);

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'infra-app-'));
});

afterAll(() => rm(directory, { recursive: true }));

type Run = { readonly code: unknown; readonly stdout: string; readonly stderr: string };

/** Runs the app in a process of its own, as the CDK does; the rules have their own test. */
const runApp = (env: NodeJS.ProcessEnv): Promise<Run> =>
  new Promise((resolve) => {
    const { CDK_DEFAULT_ACCOUNT: _, FORWARDER_CONFIG: __, ...inherited } = process.env;
    const CDK_OUTDIR = join(directory, 'cdk.out');
    const options = { env: { ...inherited, CDK_OUTDIR, CDK_VALIDATION: 'false', ...env } };
    execFile(process.execPath, ['infra/app.ts'], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

const configured = async (config: unknown): Promise<string> => {
  const file = join(directory, 'forwarder.json');
  await writeFile(file, JSON.stringify(config));
  return file;
};

describe('infra/app.ts', () => {
  describe('with the configuration that everybody starts with', () => {
    let run: Run;
    let functions: readonly { readonly Description: string; readonly bundle: string }[];

    beforeAll(async () => {
      run = await runApp({});
      const assembly = join(directory, 'cdk.out');
      const template = JSON.parse(await readFile(join(assembly, 'SmartsuppCrmForwarder-prod.template.json'), 'utf8'));
      functions = Object.values(template.Resources)
        .map(Object)
        .filter(({ Type }) => Type === 'AWS::Lambda::Function')
        .map(({ Properties: { Description, Code } }) => ({
          Description,
          bundle: join(assembly, `asset.${String(Code.S3Key).replace('.zip', '')}`),
        }));
    });

    it('synthesizes without a word but what is being bundled', () => {
      expect(run).toMatchObject({ code: 0, stdout: '' });
      expect(run.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Bundling asset'))).toEqual([]);
    });

    it('makes a bundle of its own for each function', () => {
      expect(new Set(functions.map(({ bundle }) => bundle)).size).toBe(4);
    });

    it('keeps the source maps beside the bundles, where nothing loads them', async () => {
      for (const { bundle } of functions) {
        expect(await readFile(join(bundle, 'index.cjs'), 'utf8')).not.toContain('sourceMappingURL');
        const { sources } = JSON.parse(await readFile(join(bundle, 'index.cjs.map'), 'utf8'));
        expect(sources).toContainEqual(expect.stringMatching(/^lambda\//));
      }
    });

    it('puts the configuration, as it is, beside deliver', async () => {
      const deliver = functions.find(({ Description }) => Description.includes('delivers'));
      const copy = await readFile(join(deliver?.bundle ?? '', 'forwarder.json'), 'utf8');
      expect(copy).toBe(await readFile('forwarder.json', 'utf8'));
    });

    it('makes bundles that load by themselves', () => {
      const digest = functions.find(({ Description }) => Description.includes('Digests'));
      const require = createRequire(import.meta.filename);
      expect(require(join(digest?.bundle ?? '', 'index.cjs'))).toMatchObject({ handler: expect.any(Function) });
    });
  });

  it('explains a mistake in the configuration, without a stack trace', async () => {
    const FORWARDER_CONFIG = await configured({ destinations: [], timezone: 'Europe/Atlantis' });
    const { code, stderr } = await runApp({ FORWARDER_CONFIG });
    expect(code).toBe(1);
    expect(stderr).toContain('"Europe/Atlantis" is not a timezone');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('explains a stage that there is not, without a stack trace', async () => {
    const { code, stderr } = await runApp({ CDK_CONTEXT_JSON: '{"stage":"production"}' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^There is no stage "production"\. .*\n$/);
  });

  it('refuses to deploy a destination on this machine', async () => {
    const { code, stderr } = await runApp({ CDK_DEFAULT_ACCOUNT: '123456789012' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\S*forwarder\.json sends chats to this machine \(demo\).*\n$/);
  });
});
