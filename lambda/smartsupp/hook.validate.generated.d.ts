import type { ValidateFunction } from 'ajv';
import type { Hook } from './hook.ts';

/** Compiled from `hook.schema.ts` by `infra/compile-schemas.ts`; stops at the first fault. */
declare const validate: ValidateFunction<Hook>;
export default validate;
