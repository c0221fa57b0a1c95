import { compileSchemas } from '../infra/compile-schemas.ts';
import { forgetOwnSettings } from './support/own-settings.ts';

/** Ahead of all tests. */
export default async function setUp(): Promise<void> {
  forgetOwnSettings();
  // The validators are made, not kept: the tests must see what a deployment would.
  await compileSchemas();
}
