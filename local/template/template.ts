/** A synthesized CloudFormation template, as far as it is read here. */
export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
};

export type Resource = {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
};

/** The template asks for something that the local stack cannot give. The message says what, and where. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
