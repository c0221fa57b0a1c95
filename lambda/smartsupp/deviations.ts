import isAsDocumented from './documented.validate.generated.js';

/**
 * Where a body is not as documented, and by which rule. Both are our schema's: no value of the body's is in it, and no key
 * that somebody made up.
 */
export type Deviation = string;

/** A body of a million deviations would make a million error objects: a longer one is not looked at. */
const maxLength = 64 * 1024;

/** The kinds of deviation in an accepted body, each once, in order. There are only as many as the schema has rules. */
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
