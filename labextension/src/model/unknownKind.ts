/** The end of every exhaustive `switch`: a new kind does not compile until it is matched. */

/**
 * A newer server may send a kind that this version does not know: it changes nothing that is shown.
 */
export function unknownKind<T>(_value: never, unchanged: T): T {
  return unchanged;
}
