import { SingleBar } from 'cli-progress';
import { inWords } from './time.ts';

export type Progress = {
  readonly advance: () => void;
  /** A word on what is being waited for; empty when it goes on. */
  readonly remark: (text: string) => void;
  readonly stop: () => void;
};

/** A bar with rate and time left, for a terminal alone. */
export function startProgress(total: number): Progress {
  const begin = Date.now();
  let done = 0;
  let remark = '';
  const bar = new SingleBar({
    format: ' {bar} {value}/{total}  {rate}/s  {left} left  {remark}',
    barsize: 24,
    hideCursor: true,
    stream: process.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    linewrap: false,
  });
  const payload = () => {
    const passed = Date.now() - begin;
    const rate = done / Math.max(0.001, passed / 1000);
    const left = done === 0 ? '…' : inWords(((total - done) * passed) / done);
    return { rate: rate < 10 ? rate.toFixed(1) : Math.round(rate), left, remark };
  };
  bar.start(total, 0, payload());
  return {
    advance: () => {
      done += 1;
      bar.update(done, payload());
    },
    remark: (text) => {
      remark = text;
      bar.update(done, payload());
    },
    stop: () => bar.stop(),
  };
}
