import { resolve } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdk from '../cdk.json' with { type: 'json' };
import { compileSchemas } from './compile-schemas.ts';
import { loopbackDestinations } from './loopback.ts';
import { ForwarderStack } from './stack.ts';

await compileSchemas();
// Only now: it imports what has just been compiled.
const { ConfigError, loadConfig } = await import('../lambda/config/load.ts');

const configFile = resolve(process.env['FORWARDER_CONFIG'] ?? 'forwarder.json');

const checkedConfig = () => {
  const config = loadConfig(configFile);
  const local = loopbackDestinations(config);
  // The CLI sets this when it has found credentials, so when the template may be deployed.
  if (process.env['CDK_DEFAULT_ACCOUNT'] === undefined || local.length === 0) return config;
  throw new ConfigError(
    `${configFile} sends chats to this machine (${local.join(', ')}), which a function on AWS cannot reach. ` +
      'Give the destination a public https:// address, or name another file in FORWARDER_CONFIG.',
  );
};

try {
  const config = checkedConfig();
  // The CLI passes cdk.json's context by itself; given here too, the template is the same without the CLI.
  const app = new App({ context: cdk.context });
  const hookKeyRevision = String(app.node.getContext('hookKeyRevision'));
  new ForwarderStack(app, 'SmartsuppCrmForwarder', { configFile, config, hookKeyRevision });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
