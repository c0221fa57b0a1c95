import type { ValidateFunction } from 'ajv';
import type { Hook } from './hook.ts';

/** Compiled from `hookSchema` of `hook.schema.ts` by `infra/compile-schemas.ts`; collects every fault, of which there are few kinds. */
declare const validate: ValidateFunction<Hook>;
export default validate;
