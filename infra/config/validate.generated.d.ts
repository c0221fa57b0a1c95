import type { ValidateFunction } from 'ajv';
import type { Config } from '../../lambda/config/config.ts';

/** Compiled from `schema.ts` by `infra/compile-schemas.ts`; fills in the defaults. */
declare const validate: ValidateFunction<Config>;
export default validate;
