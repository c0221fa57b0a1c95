/**
 * Every command that a document has in a block for the shell, and how it is run. One that is not here fails
 * `test/unit/documents.test.ts`.
 */

export type Told = {
  /** As the document has it. */
  readonly line: string;
  /** It ends with an error, rightly. */
  readonly isRefused?: true;
  /** It only reads, and prints this once the deliveries under way have ended. */
  readonly isRepeated?: true;
  /** What the reader puts in the place of an example of ours. */
  readonly reads?: readonly [example: string, theirs: string];
  /** What the reader would answer in a terminal, as the flags for it. */
  readonly answers?: string;
  /** What comes by standard input. */
  readonly input?: string;
  readonly prints: RegExp;
};

/** Where the document deploys, which is played. */
type Deployment = { readonly line: 'npx cdk deploy'; readonly deploys: true };

/**
 * `npx forwarder …`, in the order of a story: from the first configuration to a new key. A CRM that refused two chats
 * has just been mended, and a body was rejected.
 */
export const story: readonly (Told | Deployment)[] = [
  {
    line: 'npx forwarder init',
    answers: '--crm webhook --name shop --set url=https://shop.example/chats --alarm-email "" --yes',
    prints: /✓ \S*forwarder\.json is written/,
  },
  {
    line: 'npx forwarder secret',
    answers: '--secret-stdin',
    input: `whsec_${'A'.repeat(32)}`,
    prints: /✓ .* in Secrets Manager/,
  },
  {
    line: 'npx forwarder secret hubspot',
    reads: ['hubspot', 'shop'],
    answers: '--secret-stdin',
    input: `whsec_${'B'.repeat(32)}`,
    prints: /✓ .* in Secrets Manager/,
  },
  { line: 'npx forwarder doctor', prints: /✓ stack .*SmartsuppCrmForwarder-prod/ },
  { line: 'npx forwarder status', prints: /parked +2\n/ },
  { line: 'npx forwarder status --stage dev', prints: /SmartsuppCrmForwarder-dev/ },
  { line: 'npx forwarder list --state parked', prints: /208:55039 .*no such property/ },
  { line: 'npx forwarder show 208:55039', prints: /shop: parked[\s\S]*no such\s+property/ },
  { line: 'npx forwarder replay 208:55039', prints: /^1 chat sent again/ },
  {
    line: 'npx forwarder dismiss 208:55039 --reason "a test of ours"',
    reads: ['208:55039', '208:55040'],
    prints: /^208:55040 at shop: dismissed/,
  },
  {
    line: 'npx forwarder dismiss 208:55039 --undo',
    reads: ['208:55039', '208:55040'],
    prints: /^208:55040 at shop: no longer dismissed/,
  },
  { line: 'npx forwarder replay --state parked --dry-run', prints: /208:55040[\s\S]*1 chat would be sent again/ },
  { line: 'npx forwarder replay --state parked', prints: /^1 chat sent again/ },
  // The one that was sent again just now may be on its way still.
  {
    line: 'npx forwarder replay --state pending',
    prints: /^Nothing|on its way already|being delivered at this moment/,
  },
  { line: 'npx forwarder list --state warned', prints: /^Nothing matches/ },
  { line: 'npx forwarder replay --state warned --reason job_title --dry-run', prints: /^Nothing matches/ },
  { line: 'npx forwarder replay --state warned --reason job_title', prints: /^Nothing matches/ },
  {
    line: 'npx forwarder replay --destination hubspot',
    reads: ['hubspot', 'shop'],
    prints: /^Nothing matches/,
  },
  { line: 'npx forwarder list --state pending', isRepeated: true, prints: /nothing/i },
  { line: 'npx forwarder list --state rejected', prints: /rejected +[0-9a-f]+ +invalid: / },
  { line: 'npx forwarder replay --state rejected', isRefused: true, prints: /refused by this release too/ },
  { line: 'npx forwarder replay --dead-letters', prints: /^0 messages / },
  { line: 'npx forwarder send', prints: /^answered {2}200 {2}accepted/ },
  {
    line: 'npx forwarder import --since 2024-01-01 --dry-run',
    isRefused: true,
    prints: /has no REST API of\s+Smartsupp/,
  },
  { line: 'npx forwarder import --since 2024-01-01', isRefused: true, prints: /has no REST API of\s+Smartsupp/ },
  {
    line: 'npx forwarder import chats.jsonl --dry-run',
    prints: /1 missing here, 0 here already\. Nothing was changed/,
  },
  { line: 'npx forwarder import chats.jsonl', prints: /1 chat on the way/ },
  { line: 'npx forwarder url', prints: /\/smartsupp\/\w{43}$[\s\S]*support@smartsupp\.com/m },
  { line: 'npx forwarder rotate-key', answers: '--yes', prints: /hookKeyRevision in cdk\.json is \d/ },
  { line: 'npx cdk deploy', deploys: true },
  { line: 'npx forwarder rotate-key --retire-old', answers: '--yes', prints: /hookKeyRevision in cdk\.json is \d/ },
];

/** What a script or another test runs, word for word or as `package.json` has it. */
export const runElsewhere: Readonly<Record<string, { readonly by: string; readonly as?: string }>> = {
  'npm start': { by: 'test/integration/documents/story.test.ts', as: "'npm', ['start']" },
  'npx forwarder dashboard': { by: 'test/integration/cli/support/dashboard.ts', as: "[script, 'dashboard']" },
  'npm ci': { by: '.github/workflows/ci.yml' },
  'npm test': { by: '.ci/run' },
  'npm run check': { by: '.ci/run' },
  'npm run simulate': { by: '.ci/run', as: 'npm run simulate -- --from 1 --seeds 5000' },
  'npm run test:faults': { by: '.ci/run' },
  'npx forwarder restored --table SmartsuppCrmForwarder-prod-restored --since 2026-05-01T09:30Z': {
    by: 'test/integration/cli/restart.test.ts',
    as: "tell(TableName, '--since', '2026-05-01T09:30Z')",
  },
  // Row by row; all of them take ten minutes.
  'npm run bench': { by: 'test/bench/bench.test.ts', as: "'test/bench/main.ts', 'validation'" },
};

/** The blocks that `add-a-crm.test.ts` runs, from the first line to the last. */
export const addACrm = { document: 'docs/crms/adding-a-crm.md', blocks: 2 } as const;

/** Nothing here can run these: they work on an account of AWS. Their names and options are looked up. */
export const lookedUp = /^(npx cdk|aws) /;

/** What is not run, and why. */
export const notRun: Readonly<Record<string, string>> = {
  'git pull': 'It changes the clone that the tests are in.',
  'curl https://accounts.zoho.eu/oauth/v2/token -d grant_type=authorization_code -d client_id=… -d client_secret=… -d code=…':
    'It asks Zoho for a token; nobody else answers that.',
};

/**
 * The `aws` commands, with their options, as AWS's reference has them:
 * https://docs.aws.amazon.com/cli/latest/reference/iam/create-open-id-connect-provider.html and so on.
 */
export const awsOptions: Readonly<Record<string, readonly string[]>> = {
  'dynamodb restore-table-to-point-in-time': ['source-table-name', 'target-table-name', 'restore-date-time'],
  'dynamodb update-continuous-backups': ['table-name', 'point-in-time-recovery-specification'],
  'dynamodb update-table': ['table-name', 'deletion-protection-enabled'],
  'dynamodb update-time-to-live': ['table-name', 'time-to-live-specification'],
  'dynamodb wait': ['table-name'],
  'lambda list-event-source-mappings': ['function-name'],
  'lambda update-event-source-mapping': ['uuid', 'enabled', 'no-enabled'],
  'cloudformation describe-stacks': ['stack-name', 'max-items', 'page-size', 'starting-token'],
  'events list-rules': ['name-prefix', 'event-bus-name', 'next-token', 'limit'],
  'iam create-open-id-connect-provider': ['url', 'client-id-list', 'thumbprint-list', 'tags'],
  'iam create-role': ['role-name', 'assume-role-policy-document', 'path', 'description', 'max-session-duration'],
  'iam put-role-policy': ['role-name', 'policy-name', 'policy-document'],
  'lambda get-account-settings': [],
  'logs tail': ['since', 'follow', 'format', 'filter-pattern', 'log-stream-names', 'log-stream-name-prefix'],
  'secretsmanager get-secret-value': ['secret-id', 'version-id', 'version-stage'],
  'service-quotas request-service-quota-increase': [
    'service-code',
    'quota-code',
    'desired-value',
    'context-id',
    'support-case-allowed',
  ],
  'sts get-caller-identity': [],
};

/** What every `aws` command takes: https://docs.aws.amazon.com/cli/latest/reference/ */
export const awsGlobalOptions = ['region', 'profile', 'output', 'query'] as const;
