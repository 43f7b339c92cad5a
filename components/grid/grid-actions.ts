/** What the grid asks of the page around it. */
export interface GridActions {
  open(domain: { readonly host: string; readonly uuid: string } | null): void
  sortBy(column: string, add: boolean): void
  /** A domain is open beside the grid. */
  hasOpen(): boolean
}
