import { AwsError } from '../platform/aws/aws-error.ts';
import { together } from '../platform/together.ts';
import { mostPerPut, type Table } from './table.ts';

/**
 * Writes items, those that are given in one turn of the event loop in one request: to ask takes more time than what is
 * asked. Where DynamoDB refuses that, each is written alone: one of them is not to keep out the others.
 */
export function createPutTogether<Item extends Parameters<Table['put']>[0]>(table: Pick<Table, 'putMany'>) {
  const put = together<Item>((items) => table.putMany(items), mostPerPut);
  return (item: Item): Promise<void> =>
    put(item).catch((error: unknown) => {
      if (error instanceof AwsError) return table.putMany([item]);
      throw error;
    });
}
