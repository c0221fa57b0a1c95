import { storeTestsOn } from './on-lane.ts';

storeTestsOn('the simulated table');
