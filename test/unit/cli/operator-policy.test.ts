import { globSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import policies from '../../../docs/operator-policy.json' with { type: 'json' };
import type { Table } from '../../../lambda/store/table.ts';
import { bundledCode } from '../../support/bundled-code.ts';

/** The files of these commands' handlers. */
const readOnly = globSync('cli/commands/{list,tail,doctor/doctor,show/show,status/status,url/url}.ts');
/** How every command finds its stack. */
const opening = 'cli/lib/deployment/on-aws.ts';

const ofTable: Readonly<Record<keyof Table, string | readonly string[]>> = {
  get: 'dynamodb:GetItem',
  getMany: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  query: 'dynamodb:Query',
  scan: 'dynamodb:Scan',
};

/** Operations of AWS by their service. Those of the table's items are counted by the table's methods. */
const services: Readonly<Record<string, readonly string[]>> = {
  cloudformation: ['DescribeStacks'],
  cloudwatch: ['DescribeAlarms'],
  dynamodb: ['ListTables'],
  lambda: ['GetAccountSettings', 'ListEventSourceMappings'],
  secretsmanager: ['GetSecretValue', 'PutSecretValue'],
  sns: ['ListSubscriptionsByTopic'],
  sqs: ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage', 'SendMessage'],
  ssm: ['GetParameter'],
};
const ofService = new Map(
  Object.entries(services).flatMap(([service, names]) => names.map((name) => [name, `${service}:${name}`] as const)),
);
/** Everybody may ask who they are. */
const free = new Set(['GetCallerIdentity']);
const isOfItems = (operation: string) => /^(BatchGet|Get|Put|Update|Delete)Item$|^(Query|Scan)$/.test(operation);

/** The actions that the code of these commands asks for. */
function actionsIn(entryPoints: readonly string[]): readonly string[] {
  const code = bundledCode([...entryPoints, opening]);
  const methods = [...code.matchAll(/\btable\d*\.(\w+)\(/g)].flatMap(
    ([, method = '']) => new Map(Object.entries(ofTable)).get(method) ?? [],
  );
  const operations = [...code.matchAll(/\bnew (\w+?)Command\d*\(|\bpaginate(\w+?)\d*\(/g)]
    .map(([, sent = '', paged = '']) => sent || paged)
    .filter((operation) => !free.has(operation) && !isOfItems(operation))
    .map((operation) => ofService.get(operation) ?? `Say which service has ${operation}.`);
  return [...new Set([...methods, ...operations])].toSorted();
}

const allowed = ({ Statement }: (typeof policies)['full']) => Statement.flatMap(({ Action }) => Action).toSorted();

describe('the policies for operators allow', () => {
  test('all commands together what they ask for, no less and no more', () => {
    expect(allowed(policies.full)).toEqual(actionsIn(globSync('cli/commands/**/*.ts')));
  });

  test('those that only look what they ask for, without the writes in code that they share with others', () => {
    const asked = actionsIn(readOnly);
    const writes = /:(Put|Update|Delete|Send)/;
    expect(allowed(policies.readOnly)).toEqual(asked.filter((action) => !writes.test(action)));
    expect(allowed(policies.readOnly).filter((action) => writes.test(action))).toEqual([]);
  });
});

test('a policy allows nothing outside the stack but to list', () => {
  for (const { Statement } of [policies.readOnly, policies.full]) {
    const everywhere = Statement.filter((each) => each.Resource.includes('*') && !('Condition' in each));
    expect(everywhere.flatMap(({ Action }) => Action)).toEqual([
      'cloudwatch:DescribeAlarms',
      'dynamodb:ListTables',
      'lambda:GetAccountSettings',
      'lambda:ListEventSourceMappings',
    ]);
  }
});
