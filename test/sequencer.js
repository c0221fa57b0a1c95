import Sequencer from '@jest/test-sequencer';

/** Tests that wait for processes and for time: the short ones use the cores meanwhile, and fill the gaps at the end. */
const first = /[/\\]test[/\\](browser|integration|simulation)[/\\]/;

/** Short files that run long: by their sizes they would begin last, and everybody would wait for them. */
const longest =
  /[/\\](add-a-crm|local-stack|pictures|bodies|fresh-clone|simulation|dynalite|dynamodb-local|simulated-table)\.test\.ts$/;

const rank = (path) => (longest.test(path) ? 2 : Number(first.test(path)));

/** Begins with the long tests also on a fresh clone, where jest has not measured them and goes by the files' sizes. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.every(({ duration }) => duration !== undefined)) return sorted;
    return sorted.toSorted((a, b) => rank(b.path) - rank(a.path));
  }
}
