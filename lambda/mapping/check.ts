import { compile, ExpressionError } from './expression.ts';
import { fieldExpressions } from './person.ts';
import type { MappingSettings } from './settings.ts';
import { unknownFunctions } from './unknown-functions.ts';

/** What is wrong with a destination's expressions: each mistake with its place and position; empty where all compile. */
export async function mistakesIn({ when, fields }: MappingSettings, place: string): Promise<readonly string[]> {
  const sources = [
    ...(when === undefined ? [] : [{ at: `${place}/when`, source: when }]),
    ...fieldExpressions(fields).map(({ name, source }) => ({ at: `${place}/fields/${name}`, source })),
  ];
  const mistakes = await Promise.all(
    sources.map(({ at, source }) =>
      compile(source, at).then(
        async () => (await unknownFunctions(source)).map((name) => `${at}: there is no function $${name}.`),
        (error: unknown) => {
          if (error instanceof ExpressionError) return [error.message];
          throw error;
        },
      ),
    ),
  );
  return mistakes.flat();
}
