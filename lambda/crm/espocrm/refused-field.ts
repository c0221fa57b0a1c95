import { CrmError } from '../port/errors.ts';

/** EspoCRM found one field's value not valid, and refused the whole record. */
export class RefusedField extends CrmError {
  readonly field: string;

  constructor({ message, fault, status }: CrmError, field: string) {
    super(message, fault, status === undefined ? {} : { status });
    this.field = field;
  }
}
