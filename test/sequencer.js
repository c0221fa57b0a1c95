import Sequencer from '@jest/test-sequencer';

/** Tests that wait for processes and for time: the short ones use the cores meanwhile, and fill the gaps at the end. */
const first = /[/\\]test[/\\](browser|integration|simulation)[/\\]/;

/** Begins with the long tests also on a fresh clone, where jest has not measured them and goes by the files' sizes. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.every(({ duration }) => duration !== undefined)) return sorted;
    return sorted.toSorted((a, b) => Number(first.test(b.path)) - Number(first.test(a.path)));
  }
}
