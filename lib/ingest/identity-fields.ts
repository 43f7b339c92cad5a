/**
 * Fields that say what a domain is made of: its disks, their images and their place in a chain, its NICs, and how much
 * it may grow. They stand in its XML too, so when one changes the XML is another one.
 */
const IDENTITY =
  /^(?:block\.count|block\.\d+\.(?:name|path|backingIndex)|net\.count|net\.\d+\.name|vcpu\.(?:current|maximum)|balloon\.maximum)$/

/** Identity fields of a record's names, in order. */
export function identityFieldsOf(names: readonly string[]): Int32Array {
  return Int32Array.from(names.flatMap((name, field) => (IDENTITY.test(name) ? [field] : [])))
}
