import type { DomainName } from '../../lib/view/compare-choice.ts'

/** What the grid asks of the page around it. */
export interface GridActions {
  open(domain: DomainName): void
  sortBy(column: string, add: boolean): void
  /** The domain that is open beside the grid. */
  opened(): DomainName | null
  /** The user picked other rows: these domains are picked now. */
  picked(domains: readonly DomainName[]): void
}
