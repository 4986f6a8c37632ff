export { networkFaults, poolFaults, serverFaults } from './common-faults.ts'
export { DEADLINE, GRACE, TTL } from './deadline.ts'
export type {
  Address,
  BackendSpec,
  ClientOptions,
  DriverSpec,
  Expectation,
  ExpectedMessage,
  Fault,
  FaultContext,
  Faults,
  Restore,
  TestClient,
} from './fault.ts'
export { type FreezableDisk, freezeSkipReason, makeFreezableDisk } from './freezable-disk.ts'
export { type Matrix, openMatrix } from './matrix.ts'
export { type ProxiedServer, withProxy } from './proxied-server.ts'
export { type Cell, runCell } from './run-cell.ts'
export { makeSmallDisk, type SmallDisk, smallDiskSkipReason } from './small-disk.ts'
