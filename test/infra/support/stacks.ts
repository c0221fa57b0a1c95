import { App } from 'aws-cdk-lib';
import cdk from '../../../cdk.json' with { type: 'json' };
import { ForwarderStack, type ForwarderStackProps } from '../../../infra/stack.ts';
import { stageNamed } from '../../../infra/stages.ts';

/** An app with the settings that users get, which bundles nothing. */
export const testApp = (): App => new App({ context: { ...cdk.context, 'aws:cdk:bundling-stacks': [] } });

export type TestStackOptions = { readonly stage?: string; readonly config?: Partial<ForwarderStackProps['config']> };

export const forwarderStack = (app: App, { stage = 'prod', config = {} }: TestStackOptions = {}): ForwarderStack =>
  new ForwarderStack(app, {
    stage: stageNamed(stage),
    configFile: 'forwarder.json',
    config: {
      destinations: [
        { name: 'own-system', adapter: 'webhook', url: 'https://chats.example.com/' },
        { name: 'hubspot', adapter: 'hubspot' },
      ],
      rejectedRetentionDays: 30,
      alarmEmail: 'operator@shop.example',
      maxConcurrency: 5,
      batchingWindowSeconds: 1,
      ...config,
    },
    hookKeyRevision: '1',
    runbook: 'https://example.com/RUNBOOK.md',
  });
