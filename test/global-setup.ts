import { compileSchemas } from '../infra/compile-schemas.ts';

/** The validators are made, not kept: the tests must see what a deployment would. */
export default compileSchemas;
