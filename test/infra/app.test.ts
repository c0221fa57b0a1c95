import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { loadConfig } from '../../infra/config/load.ts';
import { readCheckedConfig } from '../../lambda/config/config.ts';

jest.setTimeout(120_000);

/** What everybody starts with; the user's own may be another by now. */
const demoConfig = 'test/fixtures/forwarder.demo.json';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'infra-app-'));
});

afterAll(() => rm(directory, { recursive: true }));

type Run = { readonly code: unknown; readonly stdout: string; readonly stderr: string };

/** Runs the app in a process of its own, as the CDK does; the rules have their own test. */
const runApp = (env: NodeJS.ProcessEnv): Promise<Run> =>
  new Promise((resolve) => {
    const { CDK_DEFAULT_ACCOUNT: _, ...inherited } = process.env;
    const CDK_OUTDIR = join(directory, 'cdk.out');
    const ours = { CDK_OUTDIR, CDK_VALIDATION: 'false', FORWARDER_CONFIG: demoConfig };
    const options = { env: { ...inherited, ...ours, ...env } };
    execFile(process.execPath, ['infra/app.ts'], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

const configured = async (config: unknown): Promise<string> => {
  const file = join(directory, 'forwarder.json');
  await writeFile(file, JSON.stringify(config));
  return file;
};

/** What the CDK CLI is told of the stack beside its template. */
const protectionOf = async (env: NodeJS.ProcessEnv) => {
  expect(await runApp(env)).toMatchObject({ code: 0 });
  const { artifacts } = JSON.parse(await readFile(join(directory, 'cdk.out', 'manifest.json'), 'utf8'));
  return artifacts['SmartsuppCrmForwarder-prod'].properties;
};

describe('infra/app.ts', () => {
  describe('with the configuration that everybody starts with', () => {
    let run: Run;
    let functions: readonly { readonly Description: string; readonly bundle: string }[];

    beforeAll(async () => {
      const umask = process.umask(0o077);
      run = await runApp({});
      process.umask(umask);
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

    it('lets Lambda read the bundles, also when the deployer keeps files private', async () => {
      for (const { bundle } of functions) {
        const files = await readdir(bundle);
        const modes = await Promise.all(files.map(async (file) => (await stat(join(bundle, file))).mode & 0o777));
        expect(new Set(modes)).toEqual(new Set([0o644]));
      }
    });

    it('keeps the source maps beside the bundles, where nothing loads them', async () => {
      for (const { bundle } of functions) {
        expect(await readFile(join(bundle, 'index.js'), 'utf8')).not.toContain('sourceMappingURL');
        const { sources } = JSON.parse(await readFile(join(bundle, 'index.js.map'), 'utf8'));
        expect(sources).toContainEqual(expect.stringMatching(/^lambda\//));
      }
    });

    it('puts the configuration beside deliver, checked and with every default', async () => {
      const deliver = functions.find(({ Description }) => Description.includes('delivers'));
      expect(readCheckedConfig(deliver?.bundle ?? '')).toEqual(loadConfig(demoConfig));
    });

    it('makes CommonJS of them, whatever package they lie in', async () => {
      for (const { bundle } of functions) {
        expect(JSON.parse(await readFile(join(bundle, 'package.json'), 'utf8'))).toEqual({ type: 'commonjs' });
      }
    });

    it('makes bundles that load by themselves', async () => {
      const digest = functions.find(({ Description }) => Description.includes('Digests'));
      const script = 'console.log(typeof require(process.argv[1]).handler)';
      // What Lambda gives to every function.
      const env = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
      const args = ['-e', script, join(digest?.bundle ?? '', 'index.js')];
      expect((await promisify(execFile)(process.execPath, args, { env })).stdout).toBe('function\n');
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
    expect(stderr).toMatch(/^\S*forwarder\.demo\.json sends chats to this machine \(demo\).*\n$/);
  });

  it('lets an emulator of AWS on this machine have it, and asks it for no protection of the stack', async () => {
    expect((await protectionOf({})).terminationProtection).toBe(true);
    const emulated = { CDK_DEFAULT_ACCOUNT: '000000000000', AWS_ENDPOINT_URL: 'http://localhost:4566' };
    expect((await protectionOf(emulated)).terminationProtection).toBe(false);
  });
});
