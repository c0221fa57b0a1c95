import { storeTestsOn } from './on-lane.ts';

storeTestsOn('DynamoDB Local');
