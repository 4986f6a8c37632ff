export { type Networked, networkFaults, poolFaults, serverFaults } from './common-faults.ts'
export { DEADLINE, GRACE, TTL } from './deadline.ts'
export type {
  Address,
  Client,
  Driver,
  Expectation,
  Fault,
  Faults,
  Kind,
  Mend,
  Setup,
  Stage,
  Words,
} from './fault.ts'
export { type FreezableDisk, freezeProblem, makeFreezableDisk } from './freezable-disk.ts'
export { type Matrix, openMatrix } from './matrix.ts'
export { type FaultyProxy, startProxy } from './proxy.ts'
export { dropRights } from './rights.ts'
export { type Cell, runCell } from './run-cell.ts'
export { diskProblem, makeSmallDisk, type SmallDisk } from './small-disk.ts'
