import type { ValidateFunction } from 'ajv';

/** Compiled from `documentedSchema` of `hook.schema.ts` by `infra/compile-schemas.ts`; collects every deviation, however many. */
declare const validate: ValidateFunction;
export default validate;
