import { resolve } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import cdk from '../cdk.json' with { type: 'json' };
import { compileSchemas } from './compile-schemas.ts';
import { isLoopback, loopbackDestinations, StackNameError } from './deployed.ts';
import { ForwarderStack } from './stack.ts';
import { StageError, stageNamed } from './stages.ts';

await compileSchemas();
// Imported after the compilation, since it imports the compiled files.
const { ConfigError, loadWithExpressions } = await import('./config/load.ts');

/** Deployed to an emulator on this machine, which can reach this machine, and rarely knows CloudFormation's protection of a stack. */
const isEmulated = isLoopback(process.env['AWS_ENDPOINT_URL'] ?? '');

const configFile = resolve(process.env['FORWARDER_CONFIG'] ?? 'forwarder.json');

const loadConfig = async () => {
  const config = await loadWithExpressions(configFile);
  const local = loopbackDestinations(config);
  // The CDK CLI sets this once it has found credentials, so only for a template that may be deployed.
  if (process.env['CDK_DEFAULT_ACCOUNT'] === undefined || isEmulated || local.length === 0) return config;
  throw new ConfigError(
    `${configFile} sends chats to this machine (${local.join(', ')}), which a function on AWS cannot reach. ` +
      'Run npx forwarder init, give the destination a public https:// address, or name another file in FORWARDER_CONFIG.',
  );
};

try {
  const config = await loadConfig();
  // The CLI passes this context itself; given here too, the template is the same without the CLI.
  const app = new App({ context: cdk.context });
  const context = (name: string): unknown => app.node.tryGetContext(name);
  const stage = stageNamed(context('stage'));
  const optional = (name: string, value = context(name)) => (value === undefined ? {} : { [name]: String(value) });
  new ForwarderStack(app, {
    name: String(context('name')),
    stage: isEmulated ? { ...stage, terminationProtection: false } : stage,
    config,
    hookKeyRevision: String(context('hookKeyRevision')),
    runbook: String(context('runbook')),
    takeOver: { ...optional('table'), ...optional('erasures'), ...optional('hookKeySecret') },
  });
  // The built-in rules go by this, too: `npm start` leaves all of them out.
  if (process.env['CDK_VALIDATION'] !== 'false') {
    const { AwsSolutionsChecks } = await import('cdk-nag');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StageError || error instanceof StackNameError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
