import { expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { stageNamed } from '../../infra/stages.ts';
import { ConversationTable } from '../../infra/tables.ts';
import { tableDefinition } from '../support/table-definition.ts';
import { testApp } from './support/stacks.ts';

process.env['CDK_VALIDATION'] = 'false';

test('the table that the tests use is the one that is deployed', () => {
  const stack = new Stack(testApp(), 'Test');
  new ConversationTable(stack, 'Conversations', stageNamed('prod').table);
  const tables = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::GlobalTable'));
  const [{ AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes }] = tables.map(
    ({ Properties }) => Properties,
  );
  expect({ AttributeDefinitions, KeySchema, GlobalSecondaryIndexes }).toEqual(tableDefinition);
  expect(LocalSecondaryIndexes).toBeUndefined();
});
