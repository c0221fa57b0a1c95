import { storeTestsOn } from './on-lane.ts';

storeTestsOn('dynalite');
