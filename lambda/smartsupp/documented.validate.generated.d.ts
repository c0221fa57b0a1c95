import type { ValidateFunction } from 'ajv';

/** Compiled from `documented.schema.ts` by `infra/compile-schemas.ts`; collects every deviation, however many. */
declare const validate: ValidateFunction;
export default validate;
