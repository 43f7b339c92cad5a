/**
 * When the record under way was sampled, for everybody who takes a part of it.
 *
 * @remarks Shared, not passed: from call to call, a number with fractions would cost an object for each record.
 */
export class SampleMoment {
  /** Ms of the server's clock. */
  time = 0
  /** The reply was too slow for its rates to be trusted, now and next time. */
  suspect = false
}
