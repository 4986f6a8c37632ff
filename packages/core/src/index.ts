export type {
  Answer,
  Answered,
  Awaitable,
  Check,
  CheckContext,
  CheckFunction,
  CheckPolicy,
  Dict,
  Framed,
  Mounted,
  Outcome,
  Probe,
  RawRequest,
  RawRequests,
  Result,
  State,
  Target,
  View,
  ViewContext,
  Watchman,
  WatchmanOptions,
} from './contract.ts'
export { createWatchman } from './create-watchman.ts'
export { defineCheck } from './define-check.ts'
export { defineProbeCheck } from './define-probe-check.ts'
export type { Logger } from './log.ts'
export type { CheckResult, Report, TargetResult } from './report.ts'
export { WatchmanError, type WatchmanErrorCode } from './watchman-error.ts'
