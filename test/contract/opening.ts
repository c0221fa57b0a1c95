import type { Destination } from '../../lambda/crm/catalogue.ts';
import { createAdapter } from '../../lambda/crm/registry.ts';
import type { RunningCrm } from './subject.ts';

/** `RunningCrm.open` for a destination as it stands in `forwarder.json`. */
export const opening =
  (settings: Destination): RunningCrm['open'] =>
  (deps, changes) =>
    createAdapter({ ...settings, ...changes }, deps);
