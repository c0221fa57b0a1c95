import isAsDocumented from './documented.validate.generated.js';

/**
 * A place and a rule of the documented schema that a body breaks. It contains no value of the body, and no key that a
 * visitor or a shop chose.
 */
export type Deviation = string;

/** A longer body is not checked, because a million deviations would create a million error objects. */
const maxLength = 64 * 1024;

/** Each deviation once, in order. There are at most as many as the schema has rules. */
export function deviationsOf(hook: unknown, length: number): readonly Deviation[] {
  if (length > maxLength || isAsDocumented(hook)) return [];
  return [...new Set(isAsDocumented.errors?.map(({ schemaPath }) => toDeviation(schemaPath)))].toSorted();
}

// `#/properties/messages/items/type` is `/messages/* type`.
function toDeviation(schemaPath: string): Deviation {
  const steps = schemaPath.split('/').slice(1);
  const rule = steps.pop() ?? '';
  let pointer = '';
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    pointer += `/${step === 'properties' ? steps.shift() : '*'}`;
  }
  return `${pointer || '/'} ${rule}`;
}
