import { expect } from '@jest/globals';
import { type CloudWatchRules, judge, type readAlarms, type State } from './cloudwatch.ts';
import type { MetricStore } from './metrics.ts';

/** A time of a trial during which an alarm was on. `until` is undefined if it was on at the end. */
export type Raised = { readonly name: string; readonly from: number; readonly until: number | undefined };

export function raisedOf(
  alarms: ReturnType<typeof readAlarms>,
  store: MetricStore,
  minutes: number,
): readonly Raised[] {
  const raised = raisedUnder({ delay: 2, fillsEmptySeries: true }, alarms);
  // The operator is told the same under each reading of the documentation.
  const filling = alarms.filter(({ expression }) => expression.includes('FILL'));
  const names = new Set(filling.map(({ name }) => name));
  const otherwise = raisedUnder({ delay: 2, fillsEmptySeries: false }, filling);
  expect(otherwise).toEqual(raised.filter(({ name }) => names.has(name)));
  return raised;

  function raisedUnder(rules: CloudWatchRules, judged: typeof alarms): readonly Raised[] {
    return judged.flatMap((alarm) => {
      const raised: Raised[] = [];
      const isTold = Object.values(alarm.metrics).some(({ metric }) => store.has(metric));
      if (!isTold) return raised;
      let state: State = 'INSUFFICIENT_DATA';
      for (let minute = 0; minute < minutes; minute += 1) {
        const next = judge(alarm, store, minute, state, rules);
        const last = raised.at(-1);
        if (next === 'ALARM' && state !== 'ALARM') {
          // Windows that slide let an alarm flicker for a moment when it ends.
          const isFlicker = last?.until !== undefined && minute - last.until < flicker;
          raised.push(isFlicker ? { ...last, until: undefined } : { name: alarm.name, from: minute, until: undefined });
          if (isFlicker) raised.splice(-2, 1);
        }
        if (next !== 'ALARM' && last !== undefined && state === 'ALARM')
          raised.splice(-1, 1, { ...last, until: minute });
        state = next;
      }
      return raised;
    });
  }
}

const flicker = 5;
