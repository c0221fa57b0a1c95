import { App } from 'aws-cdk-lib';
import cdk from '../../../cdk.json' with { type: 'json' };
import { ForwarderStack } from '../../../infra/stack.ts';

/** An app with the settings that users get, which bundles nothing. */
export const testApp = (): App => new App({ context: { ...cdk.context, 'aws:cdk:bundling-stacks': [] } });

export const forwarderStack = (app: App): ForwarderStack =>
  new ForwarderStack(app, 'Test', {
    configFile: 'forwarder.json',
    config: {
      destinations: [
        { name: 'own-system', adapter: 'webhook', url: 'https://chats.example.com/' },
        { name: 'hubspot', adapter: 'hubspot' },
      ],
      rejectedRetentionDays: 30,
    },
    hookKeyRevision: '1',
  });
