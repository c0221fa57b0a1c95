import { App } from 'aws-cdk-lib';
import cdk from '../../../cdk.json' with { type: 'json' };
import { parseConfig } from '../../../infra/config/load.ts';
import { ForwarderStack, type ForwarderStackProps } from '../../../infra/stack.ts';
import { stageNamed } from '../../../infra/stages.ts';
import type { Config } from '../../../lambda/config/config.ts';

/** An app with the settings that users get, which bundles nothing. */
export const testApp = (): App => new App({ context: { ...cdk.context, 'aws:cdk:bundling-stacks': [] } });

export type TestStackOptions = Partial<Omit<ForwarderStackProps, 'stage' | 'config'>> & {
  readonly stage?: string;
  readonly config?: Partial<Config>;
};

/** A second source beside the hook. */
export const withApi = {
  api: { accountId: '208', webhooks: true, reconcile: true, url: 'https://api.smartsupp.com/v2/' },
} satisfies Partial<Config>;

const usual: Partial<Config> = {
  destinations: [
    { name: 'own-system', adapter: 'webhook', url: 'https://chats.example.com/' },
    { name: 'hubspot', adapter: 'hubspot' },
  ],
  alarmEmail: 'operator@shop.example',
};

export const forwarderStack = (
  app: App,
  { stage = 'prod', config = {}, ...others }: TestStackOptions = {},
): ForwarderStack =>
  new ForwarderStack(app, {
    name: 'SmartsuppCrmForwarder',
    stage: stageNamed(stage),
    config: parseConfig('the test', JSON.stringify({ ...usual, ...config })),
    hookKeyRevision: '1',
    runbook: 'https://example.com/runbook.md',
    ...others,
  });
