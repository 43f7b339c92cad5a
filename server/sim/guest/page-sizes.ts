/** The ordinary page of the simulated hosts, and the huge one that some of them reserve. */
export const PAGE_KIB = 4
export const HUGE_PAGE_KIB = 2_048
