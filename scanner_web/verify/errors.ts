/**
 * Something that does not hold or cannot be read, by its stable code.
 *
 * No sentence is carried: screens have their own, by code. `params` are the values that a sentence names, as the
 * ledger's own Python gives them.
 */
export class LedgerError extends Error {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;

  constructor(code: string, params: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = "LedgerError";
    this.code = code;
    this.params = params;
  }
}

/** What is read, or null where that throws a `LedgerError`. */
export function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof LedgerError) {
      return null;
    }
    throw error;
  }
}
