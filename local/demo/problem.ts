import type { Context } from 'hono';

type ProblemStatus = 400 | 401 | 403 | 411 | 413 | 421 | 502;

/** An answer as RFC 9457 has it. */
export function problem(context: Context, status: ProblemStatus, title: string, detail: string): Response {
  return context.body(JSON.stringify({ title, status, detail }), status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
  });
}
