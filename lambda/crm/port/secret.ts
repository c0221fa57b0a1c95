/**
 * What a destination's secret holds: one token as plain text, or several values as a JSON object.
 * `cli` asks for them by these labels; `credentials.ts` reads them.
 */
export type SecretShape =
  | { readonly kind: 'token'; readonly label: string; readonly where: string }
  /** Made by the stack, nothing to ask for; may be replaced. */
  | { readonly kind: 'generated'; readonly label: string }
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, SecretField>> };

export type SecretField = {
  readonly label: string;
  readonly where: string;
  /** No secret by itself, such as an e-mail address: it may be seen while it is typed. */
  readonly isPublic?: true;
};
